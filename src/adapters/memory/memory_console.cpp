#include "causeway/adapters/memory/memory_console.hpp"

namespace causeway::adapters {

Result<void> MemoryConsole::need_running(const domain::ContainerId& id) const {
  const auto known = containers_.find(id);
  if (known == containers_.end())
    return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  if (known->second != State::running)
    return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);
  return {};
}

Result<MemoryConsole::Exec*> MemoryConsole::find(const domain::ContainerId& id, const std::string& exec) {
  if (!containers_.contains(id))
    return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  const auto known = execs_.find(exec);
  if (known == execs_.end() || known->second.container != id)
    return failed(Code::not_found, "exec.not_found", "Container {} has no exec instance {}.", id, exec);
  return &known->second;
}

std::unique_ptr<async::Duplex> MemoryConsole::open() {
  auto [near, far] = make_memory_duplex();
  far_end_ = std::move(far);
  return std::move(near);
}

Result<std::unique_ptr<async::Duplex>> MemoryConsole::attach(const domain::ContainerId& id) {
  std::lock_guard lock(mutex_);
  TRY_VOID(need_running(id));
  return open();
}

Result<std::string> MemoryConsole::create_exec(const domain::ContainerId& id, const domain::ExecSpec& spec) {
  std::lock_guard lock(mutex_);
  TRY_VOID(need_running(id));
  auto exec = fmt::format("{:064x}", execs_.size() + 1);
  execs_[exec] = {id, spec};
  return exec;
}

Result<std::unique_ptr<async::Duplex>> MemoryConsole::start_exec(const domain::ContainerId& id,
                                                                 const std::string& exec) {
  std::lock_guard lock(mutex_);
  TRY(Exec* const found, find(id, exec));
  if (std::exchange(found->started, true))
    return failed(Code::conflict, "exec.used", "The exec instance {} was started before.", exec);
  return open();
}

Result<void> MemoryConsole::resize(const domain::ContainerId& id, const domain::TerminalSize& size) {
  std::lock_guard lock(mutex_);
  TRY_VOID(need_running(id));
  sizes_[id.str()] = size;
  return {};
}

Result<void> MemoryConsole::resize_exec(const domain::ContainerId& id, const std::string& exec,
                                        const domain::TerminalSize& size) {
  std::lock_guard lock(mutex_);
  TRY(Exec* const found, find(id, exec));
  if (!found->started) return failed(Code::conflict, "exec.not_running", "The exec instance {} does not run.", exec);
  sizes_[exec] = size;
  return {};
}

void MemoryConsole::put(const domain::ContainerId& id, State state) {
  std::lock_guard lock(mutex_);
  containers_[id] = state;
}

std::unique_ptr<FarEnd> MemoryConsole::take_far_end() {
  std::lock_guard lock(mutex_);
  return std::move(far_end_);
}

domain::TerminalSize MemoryConsole::size_of(const std::string& container_or_exec) const {
  std::lock_guard lock(mutex_);
  const auto known = sizes_.find(container_or_exec);
  return known == sizes_.end() ? domain::TerminalSize{0, 0} : known->second;
}

domain::ExecSpec MemoryConsole::spec_of(const std::string& exec) const {
  std::lock_guard lock(mutex_);
  const auto known = execs_.find(exec);
  return known == execs_.end() ? domain::ExecSpec{} : known->second.spec;
}

}  // namespace causeway::adapters
