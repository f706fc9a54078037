#pragma once

#include <memory>
#include <string>

#include "causeway/async/duplex.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/console/console.hpp"

namespace causeway::boundary {

/// The terminals of a host's containers, as the container engine gives them. Containers are addressed by our id; one
/// that is not ours is "engine.no_container". A stream carries what was typed one way and what is shown the other way,
/// output and errors merged, without any framing; it ends with the process.
///
/// Concurrency: thread-safe. Failures: not_found "engine.no_container"; conflict "container.not_running"; not_found
/// "exec.not_found" for an exec that is not of this container; conflict "exec.used" for one that was started before;
/// conflict "exec.not_running"; what ContainerEngine says of an engine in trouble.
class EngineConsole {
 public:
  virtual ~EngineConsole() = default;
  /// The container's own input and output from now on.
  virtual Result<std::unique_ptr<async::Duplex>> attach(const domain::ContainerId& id) = 0;
  /// Prepares a command; the exec's id, 64 hex digits.
  virtual Result<std::string> create_exec(const domain::ContainerId& id, const domain::ExecSpec& spec) = 0;
  /// Runs it; once. It runs, or has run, when this returns: its terminal can be resized.
  virtual Result<std::unique_ptr<async::Duplex>> start_exec(const domain::ContainerId& id, const std::string& exec) = 0;
  virtual Result<void> resize(const domain::ContainerId& id, const domain::TerminalSize& size) = 0;
  virtual Result<void> resize_exec(const domain::ContainerId& id, const std::string& exec,
                                   const domain::TerminalSize& size) = 0;
};

}  // namespace causeway::boundary
