#pragma once

#include <expected>
#include <utility>

#include "causeway/base/error.hpp"

namespace causeway {

/// The outcome of everything that can be expected to fail: input, kernel, Docker, network, database, conflict, cancellation.
/// Exceptions mean a bug or no memory.
template <class T = void>
using Result = std::expected<T, Error>;

/// `return failed(Code::invalid, "subnet.bad_cidr", "...")`
template <class... Args>
std::unexpected<Error> failed(Code code, std::string_view reason, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected<Error>(fail(code, reason, format, std::forward<Args>(args)...));
}
inline std::unexpected<Error> failed(Error error) { return std::unexpected<Error>(std::move(error)); }

/// Says on purpose that an outcome does not matter, and why.
template <class T>
void ignore(const Result<T>& /*result*/, const char* /*why*/) {}

}  // namespace causeway

#define CAUSEWAY_JOIN_(a, b) a##b
#define CAUSEWAY_JOIN(a, b) CAUSEWAY_JOIN_(a, b)

/// TRY(auto port, ports.get(id));  gives the value, or returns the error from the enclosing function.
#define TRY(declaration, ...)                                                     \
  auto CAUSEWAY_JOIN(try_result_, __LINE__) = (__VA_ARGS__);                      \
  if (!CAUSEWAY_JOIN(try_result_, __LINE__))                                      \
    return std::unexpected(std::move(CAUSEWAY_JOIN(try_result_, __LINE__)).error()); \
  declaration = *std::move(CAUSEWAY_JOIN(try_result_, __LINE__))

/// TRY_VOID(ports.remove(id));  the same where there is no value.
#define TRY_VOID(...)                                                             \
  do {                                                                            \
    if (auto try_void_result_ = (__VA_ARGS__); !try_void_result_)                 \
      return std::unexpected(std::move(try_void_result_).error());                \
  } while (false)
