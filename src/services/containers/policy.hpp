#pragma once

#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::services {

inline std::unexpected<Error> denied(std::string_view rule) {
  return failed(Code::forbidden, "policy.denied", "Policy doesn't allow {} to be performed.", rule);
}
inline Result<void> need_admin(const domain::Caller& who, std::string_view rule) {
  if (who.is_admin()) return {};
  return denied(rule);
}

}  // namespace causeway::services
