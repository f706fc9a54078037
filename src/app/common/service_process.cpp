#include "causeway/app/common/service_process.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "causeway/adapters/store_sql/sql_store.hpp"
#include "causeway/app/common/all_kinds.hpp"
#include "causeway/app/common/build_id.hpp"
#include "causeway/base/log.hpp"
#include "causeway/services/common/index_renewal.hpp"

namespace causeway::app {

ServiceProcess::~ServiceProcess() {
  stop_serving();
  store_.reset();
  if (lock_fd_ >= 0) close(lock_fd_);
}

Result<void> ServiceProcess::open_state(std::size_t readers) {
  std::error_code error;
  std::filesystem::create_directories(config_.state_dir, error);
  if (error) return failed(Code::unavailable, "state.directory", "Cannot make {}: {}.", config_.state_dir, error.message());
  std::filesystem::permissions(config_.state_dir, std::filesystem::perms::owner_all, error);
  const std::string lock = config_.state_dir + "/lock";
  lock_fd_ = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_fd_ < 0) return failed(Code::unavailable, "state.directory", "Cannot open {}: {}.", lock, std::strerror(errno));
  if (flock(lock_fd_, LOCK_EX | LOCK_NB) != 0) {
    return failed(Code::conflict, "state.locked", "{} belongs to a process that is running; stop it first.", config_.state_dir);
  }
  TRY(store_, adapters::open_sql_store({config_.state_dir + "/causeway.db", readers}));
  TRY(const auto indexes, services::renew_indexes(*store_, all_kinds(), build_id()));
  if (indexes.renewed > 0) log::info("the store is of another build: {} of {} records were indexed anew", indexes.renewed, indexes.records);
  return {};
}

Result<void> ServiceProcess::serve(std::vector<Listener> listeners, std::function<std::string()> health) {
  std::vector<http::Server*> opened;
  for (auto& listener : listeners) {
    http::Listen where;
    where.address = listener.address;
    where.port = listener.port;
    if (listener.control) where.tls = http::ServerTls{config_.tls_certificate_file, config_.tls_key_file, config_.tls_ca_file};
    const std::string name = listener.mounts.front().style.name;
    TRY(http::Server* const server, open_server(std::move(where), std::move(listener.mounts), listener.tokens, name, health));
    opened.push_back(server);
    log::info("{} on {}:{}", name, listener.address, listener.port);
  }
  for (auto* server : opened) TRY_VOID(server->start());
  return {};
}

Result<void> ServiceProcess::serve_unix(http::Listen where, std::vector<api::Mount> mounts) {
  const std::string name = mounts.front().style.name;
  TRY(http::Server* const server, open_server(std::move(where), std::move(mounts), nullptr, name, {}));
  return server->start();
}

Result<void> ServiceProcess::serve_handler(const std::string& name, const std::string& address, std::uint16_t port,
                                           std::size_t max_connections, http::Handler& handler) {
  http::ServerOptions options;
  options.name = name;
  options.worker_threads = int(config_.worker_threads);
  options.max_connections = max_connections;
  servers_.push_back(std::make_unique<http::Server>(options));
  http::Listen where;
  where.address = address;
  where.port = port;
  TRY_VOID(servers_.back()->listen(std::move(where), handler));
  TRY_VOID(servers_.back()->start());
  log::info("{} on {}:{}", name, address, servers_.back()->port());
  return {};
}

Result<http::Server*> ServiceProcess::open_server(http::Listen where, std::vector<api::Mount> mounts, boundary::TokenVerifier* tokens,
                                                  const std::string& name, std::function<std::string()> health) {
  services_.push_back(std::make_unique<api::Service>(std::move(mounts), api::Service::Deps{tokens, ids_, std::move(health)}));
  http::ServerOptions options;
  options.name = name;
  options.worker_threads = int(config_.worker_threads);
  servers_.push_back(std::make_unique<http::Server>(options));
  TRY_VOID(servers_.back()->listen(std::move(where), *services_.back()));
  TRY_VOID(servers_.back()->open());
  return servers_.back().get();
}

void ServiceProcess::start_housekeeping(boundary::Revision keep) {
  housekeeping_ = std::make_unique<services::Housekeeping>("tombstones", std::chrono::minutes(1), [this, keep] {
    const auto up_to = store_->revision() - keep;
    if (up_to <= 0) return Result<void>();
    return store_->write([&](boundary::Writer& writer) { return writer.drop_tombstones(up_to); });
  });
  housekeeping_->start();
}

void ServiceProcess::stop_serving() {
  housekeeping_.reset();
  for (auto& server : servers_) server->stop();
  servers_.clear();
  services_.clear();
}

}  // namespace causeway::app
