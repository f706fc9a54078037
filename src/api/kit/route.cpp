#include "causeway/api/kit/route.hpp"

namespace causeway::api {

const std::string& Call::param(std::string_view name) const {
  static const std::string none;
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return none;
}

domain::Grant default_grant(Access access, std::string_view method) {
  using domain::Grant;
  switch (access) {
    case Access::project:
      return Grant(method == "GET" ? Grant::admin | Grant::member | Grant::reader : Grant::admin | Grant::member);
    case Access::admin: return Grant(Grant::admin);
    case Access::open:
    case Access::any_token:
    case Access::peer: return Grant(Grant::any_token);
  }
  return Grant();
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
