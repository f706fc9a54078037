#include "causeway/api/kit/route.hpp"

namespace causeway::api {

const std::string& Call::param(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return none;
}

std::string_view name_of(Access access) {
  switch (access) {
    case Access::open: return "open";
    case Access::any_token: return "any_token";
    case Access::project: return "project";
    case Access::admin: return "admin";
    case Access::peer: return "peer";
  }
  return "?";
}

}  // namespace causeway::api
