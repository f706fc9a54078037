#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/network/lease.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/port_claim.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"

/// What a region asks of the centre, over the control API (mutual TLS: the centre knows which region asks from the
/// certificate). Each is one round trip; none is on the path of a warm create.
namespace causeway::boundary {

struct FetchRequest {
  std::string network;            ///< id or name
  domain::ProjectId project_id;   ///< a name is looked up among what this project sees
  bool admin = false;             ///< the caller may see everything
  static constexpr auto fields() {
    using F = FetchRequest;
    return std::tuple{field("network", &F::network), field("project_id", &F::project_id), field("admin", &F::admin)};
  }
};
/// A network with all that hangs on it, and first leases, so that the region can serve it from now on.
struct FetchedNetwork {
  domain::Network network;
  std::vector<domain::Subnet> subnets;
  std::vector<domain::Port> ports;  ///< of other regions
  std::vector<domain::SecurityGroup> security_groups;
  std::vector<domain::Lease> leases;
  static constexpr auto fields() {
    using F = FetchedNetwork;
    return std::tuple{field("network", &F::network), field("subnets", &F::subnets), field("ports", &F::ports),
                      field("security_groups", &F::security_groups), field("leases", &F::leases)};
  }
};
struct LeaseRequest {
  std::string resource;              ///< as Lease::resource
  std::optional<std::uint64_t> number;  ///< a claim: a block of one, exactly this number
  std::uint64_t want = 0;            ///< how many the region would like; 0 = the centre's default for the resource
  static constexpr auto fields() {
    using L = LeaseRequest;
    return std::tuple{field("resource", &L::resource), field("number", &L::number), field("want", &L::want)};
  }
};

struct ClaimRequest {
  std::string port;              ///< id or name
  domain::ProjectId project_id;  ///< a name is looked up among its ports
  bool admin = false;
  domain::TrunkId trunk;  ///< asked for as a subport of this one; "" = for a container
  static constexpr auto fields() {
    using C = ClaimRequest;
    return std::tuple{field("port", &C::port), field("project_id", &C::project_id), field("admin", &C::admin), field("trunk", &C::trunk)};
  }
};
/// A port of the centre that is the region's from now on, with the leases of its addresses and its MAC.
struct ClaimedPort {
  domain::Port port;
  domain::RegionName home;
  std::string token;  ///< names this claim when the port goes back
  std::vector<domain::Lease> leases;
  static constexpr auto fields() {
    using C = ClaimedPort;
    return std::tuple{field("port", &C::port), field("home", &C::home), field("token", &C::token),
                      field("leases", &C::leases)};
  }
};

struct PortReturn {
  domain::PortId id;
  std::string token;
  std::optional<domain::Port> port;
  static constexpr auto fields() {
    using P = PortReturn;
    return std::tuple{field("id", &P::id), field("token", &P::token), field("port", &P::port)};
  }
};

class CentralGateway {
 public:
  virtual ~CentralGateway() = default;
  /// not_found "network.not_found" when the project sees no such network; conflict "network.ambiguous" for a name that several have.
  virtual Result<FetchedNetwork> fetch_network(const FetchRequest& request) = 0;
  /// exhausted "ipam.pool_exhausted" when nothing is free; conflict "ipam.address_leased" when a claimed number is leased already.
  virtual Result<std::vector<domain::Lease>> lease(const LeaseRequest& request) = 0;
  virtual Result<void> return_leases(const std::vector<domain::LeaseId>& leases) = 0;
  /// Extends what the region still holds; returns the ids and new expiry. Leases not named in the answer are not the region's.
  virtual Result<std::vector<domain::Lease>> renew_leases(const std::vector<domain::LeaseId>& leases) = 0;
  /// The region's word on a network or subnet that the centre wants to delete: nothing left here, or still `in_use`.
  /// A release also ends the region's interest in a network.
  virtual Result<void> release(std::string_view kind, const std::string& id, bool in_use) = 0;
  /// Takes an unused port of the centre over. The same again when it is the region's already. Waits for a moment when another
  /// region is about to give it back. not_found "port.not_found"; conflict "port.in_use", "port.other_region", "port.ambiguous".
  virtual Result<ClaimedPort> claim_port(const ClaimRequest& request) = 0;
  /// Gives a claimed port back, as it is now; none = as the centre knew it. One that is back already is a success.
  virtual Result<void> return_port(const PortReturn& message) = 0;
  /// What the centre thinks that we have claimed.
  virtual Result<std::vector<domain::PortClaim>> claimed_ports() = 0;
};

}  // namespace causeway::boundary
