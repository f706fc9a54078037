#pragma once

#include <stop_token>
#include <string>

#include "causeway/async/turnstile.hpp"
#include "causeway/boundary/host/host_data.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::services {

/// The inside of containers for their owners: text and archives pass through as they come, none is held.
///
/// Job: finds the container and its host, checks the container's status, asks the host. Lifetime: its references outlive
/// it. Concurrency: from many threads. Each call waits for a host. Fails: as find_on_host says, conflict
/// "container.lost", and what boundary::HostData says.
class ContainerData {
 public:
  static constexpr std::size_t max_uploads = 16, max_uploads_of_project = 4;
  ContainerData(boundary::Store& store, boundary::HostData& hosts) : store_(store), hosts_(hosts) {}

  /// `stop` ends a followed log.
  Result<std::unique_ptr<boundary::ByteSource>> logs(const domain::Caller& who, const std::string& ident,
                                                     const boundary::LogQuery& query, std::stop_token stop);
  struct Stats {
    std::string container_name;
    boundary::ContainerStats values;
  };
  Result<Stats> stats(const domain::Caller& who, const std::string& ident);
  Result<boundary::ProcessTable> top(const domain::Caller& who, const std::string& ident, const std::string& ps_args);
  Result<boundary::PathArchive> get_archive(const domain::Caller& who, const std::string& ident,
                                            const std::string& path);
  /// An error of `tar` is returned as it is; what was unpacked until then stays. An upload holds its thread until it
  /// ends: unavailable "archive.busy" when too many are under way, in all or of the caller's project.
  Result<void> put_archive(const domain::Caller& who, const std::string& ident, const std::string& path,
                           boundary::ByteSource& tar);

 private:
  boundary::Store& store_;
  boundary::HostData& hosts_;
  async::Turnstile uploads_{max_uploads, max_uploads_of_project};
};

}  // namespace causeway::services
