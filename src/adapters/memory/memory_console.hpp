#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/adapters/memory/memory_duplex.hpp"
#include "causeway/boundary/engine/engine_console.hpp"

namespace causeway::adapters {

/// Consoles without containers: keeps state, behaves as the contract says; the far ends of its streams are the test's.
/// Thread-safe.
class MemoryConsole final : public boundary::EngineConsole {
 public:
  Result<std::unique_ptr<async::Duplex>> attach(const domain::ContainerId& id) override;
  Result<std::string> create_exec(const domain::ContainerId& id, const domain::ExecSpec& spec) override;
  Result<std::unique_ptr<async::Duplex>> start_exec(const domain::ContainerId& id, const std::string& exec) override;
  Result<void> resize(const domain::ContainerId& id, const domain::TerminalSize& size) override;
  Result<void> resize_exec(const domain::ContainerId& id, const std::string& exec,
                           const domain::TerminalSize& size) override;

  // what a test does to it
  enum class State { running, stopped };
  void put(const domain::ContainerId& id, State state);
  /// The process's side of the stream that was opened last; none when none was, or it was taken before.
  std::unique_ptr<FarEnd> take_far_end();
  domain::TerminalSize size_of(const std::string& container_or_exec) const;
  domain::ExecSpec spec_of(const std::string& exec) const;

 private:
  struct Exec {
    domain::ContainerId container;
    domain::ExecSpec spec;
    bool started = false;
  };
  Result<void> need_running(const domain::ContainerId& id) const;
  Result<Exec*> find(const domain::ContainerId& id, const std::string& exec);
  std::unique_ptr<async::Duplex> open();

  mutable std::mutex mutex_;
  std::map<domain::ContainerId, State> containers_;
  std::map<std::string, Exec> execs_;
  std::map<std::string, domain::TerminalSize> sizes_;
  std::unique_ptr<FarEnd> far_end_;
};

}  // namespace causeway::adapters
