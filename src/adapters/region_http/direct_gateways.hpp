#pragma once

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/boundary/network/direct_networks.hpp"

namespace causeway::adapters {

/// Host to region. Docker waits meanwhile: a call ends within seconds.
class HttpDirectNetworks final : public boundary::DirectNetworks {
 public:
  explicit HttpDirectNetworks(ControlClient& client) : client_(client) {}
  Result<boundary::DirectNetwork> find(const boundary::DirectWish& wish) override;
  Result<boundary::DirectHold> hold(const boundary::DirectPoolWish& wish) override;
  Result<void> give_back(const std::string& hold) override;
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
  Result<boundary::DirectHold> hold(const boundary::DirectPoolWish& wish) override;
  Result<void> give_back(const domain::ProjectId& project, const std::string& hold) override;
  Result<domain::NetworkId> create(const boundary::DirectDraft& draft) override;
  Result<void> remove(const domain::ProjectId& project, const domain::NetworkId& network) override;

 private:
  ControlClient& client_;
};

}  // namespace causeway::adapters
