#pragma once

#include "causeway/adapters/region_http/host_clients.hpp"
#include "causeway/boundary/host/host_data.hpp"

namespace causeway::adapters {

/// Region to its hosts' data API: bytes are passed on as they come, in either direction.
class HttpHostData final : public boundary::HostData {
 public:
  explicit HttpHostData(HostClients& clients) : clients_(clients) {}
  Result<std::unique_ptr<boundary::ByteSource>> logs(const domain::Host& host, const domain::ContainerId& container,
                                                     const boundary::LogQuery& query, std::stop_token stop) override;
  Result<boundary::ContainerStats> stats(const domain::Host& host, const domain::ContainerId& container) override;
  Result<boundary::ProcessTable> top(const domain::Host& host, const domain::ContainerId& container, const std::string& ps_args) override;
  Result<boundary::PathArchive> get_archive(const domain::Host& host, const domain::ContainerId& container, const std::string& path) override;
  Result<void> put_archive(const domain::Host& host, const domain::ContainerId& container, const std::string& path,
                           boundary::ByteSource& tar) override;

 private:
  HostClients& clients_;
};

}  // namespace causeway::adapters
