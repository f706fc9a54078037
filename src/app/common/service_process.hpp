#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "causeway/adapters/system/random_ids.hpp"
#include "causeway/adapters/system/system_clock.hpp"
#include "causeway/api/kit/service.hpp"
#include "causeway/app/config/config.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/http/server.hpp"
#include "causeway/services/common/housekeeping.hpp"

namespace causeway::app {

/// One API that a process serves: its mounts on an address.
struct Listener {
  std::string address;
  std::uint16_t port = 0;
  std::vector<api::Mount> mounts;
  boundary::TokenVerifier* tokens = nullptr;
  bool control = false;  ///< mutual TLS by the process's certificate
};

/// What central, region and agent processes have in common: state directory and its lock, clock, ids, store, listeners.
class ServiceProcess {
 public:
  explicit ServiceProcess(const Config& config) : config_(config) {}
  ~ServiceProcess();

  /// Makes and locks the state directory, opens the store in it, with the indexes that this build looks by. conflict "state.locked" when another process has it.
  Result<void> open_state(std::size_t readers);
  /// All are bound before the first answers: who sees one of the process's ports answer finds the others.
  Result<void> serve(std::vector<Listener> listeners, std::function<std::string()> health);
  /// The same over descriptors or unix sockets: the network driver.
  Result<void> serve_unix(http::Listen where, std::vector<api::Mount> mounts);
  /// A listener that is no API of routes; the handler outlives `stop_serving`.
  Result<void> serve_handler(const std::string& name, const std::string& address, std::uint16_t port,
                             std::size_t max_connections, http::Handler& handler);
  void stop_serving();
  /// Once a minute forgets tombstones that are more than `keep` revisions old, so that deletes do not fill the disk. A
  /// subscriber that was away for longer takes a snapshot.
  void start_housekeeping(boundary::Revision keep);

  const Config& config() const { return config_; }
  boundary::Store& store() { return *store_; }
  boundary::Clock& clock() { return clock_; }
  boundary::IdSource& ids() { return ids_; }

 private:
  Result<http::Server*> open_server(http::Listen where, std::vector<api::Mount> mounts, boundary::TokenVerifier* tokens,
                                    const std::string& name, std::function<std::string()> health);

  const Config config_;
  int lock_fd_ = -1;
  adapters::SystemClock clock_;
  adapters::RandomIds ids_;
  std::unique_ptr<boundary::Store> store_;
  std::unique_ptr<services::Housekeeping> housekeeping_;
  std::vector<std::unique_ptr<api::Service>> services_;
  std::vector<std::unique_ptr<http::Server>> servers_;
};

/// A role's process: built, started, and stopped when the signal comes.
class Role {
 public:
  virtual ~Role() = default;
  virtual Result<void> start() = 0;
  virtual void stop() = 0;
};

std::unique_ptr<Role> make_central(const Config& config);
std::unique_ptr<Role> make_region(const Config& config);
std::unique_ptr<Role> make_agent(const Config& config);

}  // namespace causeway::app
