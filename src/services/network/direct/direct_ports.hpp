#pragma once

#include "causeway/boundary/network/direct_networks.hpp"
#include "causeway/services/network/local_networks.hpp"

namespace causeway::services {

/// Networks and ports for people who use Docker on a host directly, in one project that the region is configured with.
///
///   Docker            region
///   RequestAddress    reserve: a port with that address, of no endpoint and no host      (one for each address family)
///   CreateEndpoint    bind: one port of them, of this endpoint and host; the feed takes it to the host
///   DeleteEndpoint, ReleaseAddress    release
///
/// A port that was made before, with the address that Docker asks for, is taken as it is and is freed in the end. What was reserved
/// and never bound goes after a while. Lifetime: Deps outlive it. Concurrency: any thread.
class DirectPorts {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    LocalNetworks& networks;
    boundary::NetworkMaker& centre;
    domain::RegionName region;
    domain::ProjectId project;  ///< "" = nobody may
    std::chrono::seconds reserved_for{300};
  };
  explicit DirectPorts(Deps deps) : deps_(std::move(deps)) {}

  Result<boundary::DirectNetwork> find(const boundary::DirectWish& wish);
  Result<boundary::DirectHold> hold(boundary::DirectPoolWish wish);
  Result<void> give_back(const std::string& hold);
  Result<boundary::DirectNetwork> create(boundary::DirectDraft draft);
  Result<void> remove(const domain::NetworkId& network);
  Result<domain::IpAddress> reserve(const domain::HostName& host, const boundary::DirectAddress& wish);
  Result<domain::Port> bind(const domain::HostName& host, const boundary::DirectEndpoint& wish);
  Result<void> release(const domain::HostName& host, const boundary::DirectRelease& what);
  /// Lets go of reservations that no endpoint came for.
  Result<void> sweep();

 private:
  Result<domain::Caller> who() const;
  Result<boundary::DirectNetwork> view_of(const domain::Caller& who, const domain::NetworkId& network);
  Result<std::optional<domain::Port>> holder(boundary::Reader& reader, const domain::SubnetId& subnet, const domain::IpAddress& address) const;
  Result<void> let_go(boundary::Writer& writer, const domain::Port& port);

  const Deps deps_;
};

}  // namespace causeway::services
