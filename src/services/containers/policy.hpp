#pragma once

#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::services {

inline std::unexpected<Error> denied(std::string_view rule) {
  return failed(Code::forbidden, "policy.denied", "Policy doesn't allow {} to be performed.", rule);
}

}  // namespace causeway::services
