#include "causeway/base/error.hpp"

namespace causeway {

std::string_view name_of(Code code) {
  switch (code) {
    case Code::invalid: return "invalid";
    case Code::unauthenticated: return "unauthenticated";
    case Code::forbidden: return "forbidden";
    case Code::not_found: return "not_found";
    case Code::conflict: return "conflict";
    case Code::exhausted: return "exhausted";
    case Code::too_large: return "too_large";
    case Code::unavailable: return "unavailable";
    case Code::timeout: return "timeout";
    case Code::cancelled: return "cancelled";
    case Code::internal: return "internal";
  }
  return "internal";
}

std::string Error::describe() const {
  std::string text = fmt::format("{} {}: {}", name_of(code), reason, message);
  if (!field.empty()) text += fmt::format(" [field {}]", field);
  for (const auto& step : context) text += fmt::format(" <- {}", step);
  return text;
}

}  // namespace causeway
