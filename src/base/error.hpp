#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace causeway {

/// What kind of failure it is. One table per API style maps a code to an HTTP status (api/kit), one to exit codes (cli).
enum class Code {
  invalid,          ///< the input is wrong; `field` names the culprit where there is one
  unauthenticated,  ///< no identity, or one that cannot be proved
  forbidden,        ///< identity known, not allowed
  not_found,        ///< the thing does not exist, or the caller may not know that it does
  conflict,         ///< the present state does not allow it
  exhausted,        ///< a quota, pool or bound is used up
  too_large,        ///< a message is over its limit
  unavailable,      ///< something we depend on is away; trying again may help
  timeout,          ///< the deadline passed
  cancelled,        ///< somebody gave up waiting
  internal,         ///< a bug, or a broken dependency
};
inline constexpr int code_count = 11;

std::string_view name_of(Code code);

/// An expected failure: what it was, in a form that is safe to show to the client, and the way it came, for the log.
///
/// `reason` is stable and machine-readable ("ipam.pool_exhausted"); API layers map it to the type names of their wire.
/// `message` is one sentence for the person who made the request: what was wrong, where, and what to do.
struct Error {
  Code code = Code::internal;
  std::string reason;
  std::string message;
  std::string field;                 ///< the input field at fault, "" where no single field is
  std::vector<std::string> context;  ///< innermost first; for the log only

  /// Adds where we were when it failed: `return std::move(error).while_("attaching port {}", id)`.
  template <class... Args>
  Error while_(fmt::format_string<Args...> format, Args&&... args) && {
    context.push_back(fmt::format(format, std::forward<Args>(args)...));
    return std::move(*this);
  }
  Error at(std::string field_name) && {
    field = std::move(field_name);
    return std::move(*this);
  }
  /// One line for the log: code, reason, message, context.
  std::string describe() const;
};

/// `fail(Code::conflict, "port.in_use", "Port {} is in use.", id)`
template <class... Args>
Error fail(Code code, std::string_view reason, fmt::format_string<Args...> format, Args&&... args) {
  return Error{code, std::string(reason), fmt::format(format, std::forward<Args>(args)...), {}, {}};
}

}  // namespace causeway
