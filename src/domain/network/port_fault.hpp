#pragma once

#include <string>

#include "causeway/base/fields.hpp"
#include "causeway/domain/network/port.hpp"

/// Why a port that is bound does not work, in its host's words. It is in the binding profile, which nothing else is shown of.
namespace causeway::domain {

inline constexpr const char* port_fault_key = "causeway:fault";

/// "" = nothing is known to be wrong.
inline std::string fault_of(const Port& port) { return text_member(port.binding_profile, port_fault_key); }

inline void set_fault(Port& port, const std::string& fault) {
  if (!port.binding_profile.is_object()) port.binding_profile = JsonObject();
  auto& profile = port.binding_profile.get_object();
  profile.erase(port_fault_key);
  if (!fault.empty()) profile[port_fault_key] = fault.substr(0, 1'000);
}

/// What its owner put there.
inline Json profile_without_fault(const Port& port) {
  Json out = port.binding_profile;
  if (out.is_object()) out.get_object().erase(port_fault_key);
  return out;
}

}  // namespace causeway::domain
