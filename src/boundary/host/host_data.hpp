#pragma once

#include <stop_token>

#include "causeway/boundary/host/container_data.hpp"
#include "causeway/domain/host/host.hpp"

namespace causeway::boundary {

/// What a region asks of one of its hosts about the inside of a container, while a client waits; EngineData seen from
/// afar. Thread-safe. Failures: those of EngineData, and unavailable "host.unreachable" when the agent does not answer.
class HostData {
 public:
  virtual ~HostData() = default;
  virtual Result<std::unique_ptr<ByteSource>> logs(const domain::Host& host, const domain::ContainerId& container,
                                                   const LogQuery& query, std::stop_token stop) = 0;
  virtual Result<ContainerStats> stats(const domain::Host& host, const domain::ContainerId& container) = 0;
  virtual Result<ProcessTable> top(const domain::Host& host, const domain::ContainerId& container,
                                   const std::string& ps_args) = 0;
  virtual Result<PathArchive> get_archive(const domain::Host& host, const domain::ContainerId& container,
                                          const std::string& path) = 0;
  virtual Result<void> put_archive(const domain::Host& host, const domain::ContainerId& container,
                                   const std::string& path, ByteSource& tar) = 0;
};

}  // namespace causeway::boundary
