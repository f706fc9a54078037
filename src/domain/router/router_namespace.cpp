#include "causeway/domain/router/router_namespace.hpp"

#include <cstddef>

namespace causeway::domain {
namespace {

/// The first hex digits of a uuid: interface names have 15 bytes.
std::string digits(const std::string& uuid, std::size_t count) {
  std::string out;
  for (const char c : uuid) {
    if (c != '-' && out.size() < count) out += c;
  }
  return out;
}

}  // namespace

std::string router_namespace_name(const RouterId& id) { return router_namespace_prefix + id.str(); }
std::string leg_outside_name(const PortId& id) { return "cwr" + digits(id.str(), 12); }
std::string transit_outside_name(const RouterId& id) { return "cwt" + digits(id.str(), 12); }
std::string transit_outside_name(const PortId& id) { return "cwt" + digits(id.str(), 12); }
std::string leg_inside_name(const PortId& id) { return "qr-" + digits(id.str(), 11); }
std::string gateway_inside_name(const PortId& id) { return "qg-" + digits(id.str(), 11); }
std::string transit_inside_name(const RouterId& id) { return "qt-" + digits(id.str(), 11); }
std::string transit_inside_name(const PortId& id) { return "qt-" + digits(id.str(), 11); }

}  // namespace causeway::domain
