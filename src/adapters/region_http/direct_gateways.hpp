#pragma once

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/boundary/network/direct_networks.hpp"

namespace causeway::adapters {

/// Host to region. Docker waits meanwhile: a call ends within seconds.
class HttpDirectNetworks final : public boundary::DirectNetworks {
 public:
  explicit HttpDirectNetworks(ControlClient& client) : client_(client) {}
  Result<boundary::DirectNetwork> find(const boundary::DirectWish& wish) override;
  Result<boundary::DirectNetwork> create(const boundary::DirectDraft& draft) override;
  Result<void> remove(const domain::NetworkId& network) override;
  Result<domain::IpAddress> reserve(const boundary::DirectAddress& wish) override;
  Result<domain::Port> bind(const boundary::DirectEndpoint& wish) override;
  Result<void> release(const boundary::DirectRelease& what) override;

 private:
  ControlClient& client_;
};

/// Region to centre.
class HttpNetworkMaker final : public boundary::NetworkMaker {
 public:
  explicit HttpNetworkMaker(ControlClient& client) : client_(client) {}
  Result<domain::NetworkId> create(const boundary::DirectDraft& draft) override;
  Result<void> remove(const domain::ProjectId& project, const domain::NetworkId& network) override;

 private:
  ControlClient& client_;
};

}  // namespace causeway::adapters
