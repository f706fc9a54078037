#pragma once

#include "causeway/adapters/docker/engine_client.hpp"
#include "causeway/boundary/engine/engine_console.hpp"

namespace causeway::adapters {

/// Consoles of a Docker Engine on its unix socket: attach and exec with the connection taken over.
///
/// Without a terminal Docker marks each piece of output with its stream; that is taken off here. Concurrency:
/// thread-safe. Failures: as the boundary says.
class DockerConsole final : public boundary::EngineConsole {
 public:
  explicit DockerConsole(std::string socket_path);
  Result<std::unique_ptr<async::Duplex>> attach(const domain::ContainerId& id) override;
  Result<std::string> create_exec(const domain::ContainerId& id, const domain::ExecSpec& spec) override;
  Result<std::unique_ptr<async::Duplex>> start_exec(const domain::ContainerId& id, const std::string& exec) override;
  Result<void> resize(const domain::ContainerId& id, const domain::TerminalSize& size) override;
  Result<void> resize_exec(const domain::ContainerId& id, const std::string& exec,
                           const domain::TerminalSize& size) override;

 private:
  struct Target;
  struct Exec;
  Result<Target> find(const domain::ContainerId& id);
  Result<Target> find_running(const domain::ContainerId& id);
  Result<Exec> find_exec(const domain::ContainerId& id, const std::string& exec);
  Result<void> wait_until_started(const domain::ContainerId& id, const std::string& exec);

  EngineClient client_;
};

}  // namespace causeway::adapters
