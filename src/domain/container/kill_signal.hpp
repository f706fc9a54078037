#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::domain {

/// The signal of a kill: "SIGTERM", "TERM", either in lower case, or a number from 1 to 64. "" and "None" mean SIGKILL.
/// Gives the full name, or the number as it is. invalid "spec.bad_value", field "signal".
Result<std::string> parse_signal(std::string_view text);

}  // namespace causeway::domain
