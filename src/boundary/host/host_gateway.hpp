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

struct ExecResult {
  std::string output;  ///< stdout and stderr as they came
  int exit_code = 0;
  static constexpr auto fields() { return std::tuple{field("output", &ExecResult::output), field("exit_code", &ExecResult::exit_code)}; }
};

/// What a region asks of one of its hosts on behalf of a waiting client (see also host_data.hpp; everything else goes by feed). unavailable
/// "host.unreachable" when the agent does not answer; conflict "container.not_running"; timeout.
class HostGateway {
 public:
  virtual ~HostGateway() = default;
  virtual Result<ExecResult> execute(const domain::Host& host, const domain::ContainerId& container,
                                     const std::vector<std::string>& command, std::chrono::seconds timeout) = 0;
};

}  // namespace causeway::boundary
