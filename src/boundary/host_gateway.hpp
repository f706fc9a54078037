#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::boundary {

struct LogQuery {
  bool stdout_ = true, stderr_ = true, timestamps = false;
  std::optional<std::int64_t> tail;   ///< lines; none = all
  std::optional<std::int64_t> since;  ///< epoch seconds
  static constexpr auto fields() {
    using L = LogQuery;
    return std::tuple{field("stdout", &L::stdout_), field("stderr", &L::stderr_), field("timestamps", &L::timestamps),
                      field("tail", &L::tail), field("since", &L::since)};
  }
};
struct ExecResult {
  std::string output;  ///< stdout and stderr as they came
  int exit_code = 0;
  static constexpr auto fields() { return std::tuple{field("output", &ExecResult::output), field("exit_code", &ExecResult::exit_code)}; }
};

/// What a region asks of one of its hosts on behalf of a waiting client (everything else goes by feed). unavailable
/// "host.unreachable" when the agent does not answer; conflict "container.not_running"; timeout.
class HostGateway {
 public:
  virtual ~HostGateway() = default;
  virtual Result<std::string> logs(const domain::Host& host, const domain::ContainerId& container, const LogQuery& query) = 0;
  virtual Result<ExecResult> execute(const domain::Host& host, const domain::ContainerId& container,
                                     const std::vector<std::string>& command, std::chrono::seconds timeout) = 0;
};

}  // namespace causeway::boundary
