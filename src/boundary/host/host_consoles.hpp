#pragma once

#include <memory>
#include <string>

#include "causeway/async/duplex.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/console/console.hpp"
#include "causeway/domain/host/host.hpp"

namespace causeway::boundary {

/// The terminals of containers on other machines: what EngineConsole says, asked of the container's host. unavailable
/// "host.unreachable" when its agent does not answer. Thread-safe; the calls wait for the host, the streams never
/// block.
class HostConsoles {
 public:
  virtual ~HostConsoles() = default;
  virtual Result<std::unique_ptr<async::Duplex>> attach(const domain::Host& host, const domain::ContainerId& id) = 0;
  virtual Result<std::string> create_exec(const domain::Host& host, const domain::ContainerId& id,
                                          const domain::ExecSpec& spec) = 0;
  virtual Result<std::unique_ptr<async::Duplex>> start_exec(const domain::Host& host, const domain::ContainerId& id,
                                                            const std::string& exec) = 0;
  virtual Result<void> resize(const domain::Host& host, const domain::ContainerId& id,
                              const domain::TerminalSize& size) = 0;
  virtual Result<void> resize_exec(const domain::Host& host, const domain::ContainerId& id, const std::string& exec,
                                   const domain::TerminalSize& size) = 0;
};

}  // namespace causeway::boundary
