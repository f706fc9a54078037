#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "causeway/adapters/system/memory_return.hpp"
#include "causeway/app/common/commands.hpp"
#include "causeway/app/common/service_manager.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/base/log.hpp"

namespace causeway::app {
namespace {

std::unique_ptr<Role> make_role(const Config& config) {
  if (config.has_role("agent")) return make_agent(config);
  if (config.has_role("identity") || config.has_role("central-network")) return make_central(config);
  return make_region(config);
}

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

/// Each console is two connections: what the system allows, not the soft limit of a shell, bounds how many.
void allow_many_descriptors() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// Returns with the signal that ends the process. Meanwhile keeps house.
int ended_by(const sigset_t& signals) {
  constexpr timespec between_looks{10, 0};
  adapters::MemoryReturn memory;
  while (true) {
    const int received = sigtimedwait(&signals, nullptr, &between_looks);
    if (received > 0) return received;
    if (memory.look()) log::debug("gave back memory; {} MiB are resident", adapters::resident_size() >> 20U);
  }
}

}  // namespace

int serve(const std::string& config_file) {
  // an arena for each of many mostly idle threads costs more memory than two arenas cost time
  mallopt(M_ARENA_MAX, 2);
  // all threads inherit the mask: the signals wait for `ended_by` below
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  allow_many_descriptors();

  const auto config = load_config(config_file);
  if (!config) {
    fmt::print(stderr, "causeway: {}\n", config.error().message);
    return 2;
  }
  log::start(config->process_name(), level_of(config->log_level));
  const auto role = make_role(*config);
  if (const auto started = role->start(); !started) {
    log::error("cannot start: {}", started.error().describe());
    role->stop();
    return 1;
  }
  log::info("ready");
  tell_service_manager(manager_ready);
  const int received = ended_by(signals);
  log::info("stopping on signal {}", received);
  tell_service_manager(manager_stopping);
  role->stop();
  return 0;
}

}  // namespace causeway::app
