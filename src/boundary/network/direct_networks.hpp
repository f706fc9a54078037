#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/subnet.hpp"

/// What a host asks for people who use its Docker Engine directly: networks and ports of the project that the region was configured
/// with for that. Every call is idempotent: Docker repeats some, and forgets others.
namespace causeway::boundary {

/// `device_owner` of the ports of endpoints that Docker made by itself; `device_id` is the endpoint's id.
inline constexpr const char* direct_owner = "compute:docker";
/// Of one whose address Docker was given, and that no endpoint has yet.
inline constexpr const char* reserved_owner = "compute:docker-reserved";

struct DirectSubnet {
  domain::SubnetId id;
  domain::Cidr cidr;
  std::optional<domain::IpAddress> gateway;
  static constexpr auto fields() {
    using D = DirectSubnet;
    return std::tuple{field("id", &D::id), field("cidr", &D::cidr), field("gateway", &D::gateway)};
  }
};
struct DirectNetwork {
  domain::NetworkId id;
  std::string name;
  std::vector<DirectSubnet> subnets;
  static constexpr auto fields() {
    using D = DirectNetwork;
    return std::tuple{field("id", &D::id), field("name", &D::name), field("subnets", &D::subnets)};
  }
};
/// Of an existing network: by its id or name, or the id or name of a subnet of it; exactly one is not "".
struct DirectWish {
  std::string network, subnet;
  static constexpr auto fields() { return std::tuple{field("network", &DirectWish::network), field("subnet", &DirectWish::subnet)}; }
};
/// Of a prefix for a network that is about to be made, out of a subnet pool.
struct DirectPoolWish {
  domain::ProjectId project_id;  ///< set by the region
  int ip_version = 4;
  std::string pool;                  ///< id or name; "": the default pool of the IP version. One of the other IP version says nothing
  std::optional<domain::Cidr> cidr;  ///< this very prefix
  std::optional<int> prefixlen;      ///< absent: the pool's default
  static constexpr auto fields() {
    using D = DirectPoolWish;
    return std::tuple{field("project_id", &D::project_id), field("ip_version", &D::ip_version), field("pool", &D::pool), field("cidr", &D::cidr),
                      field("prefixlen", &D::prefixlen)};
  }
};
/// A prefix, kept for a while from everybody else.
struct DirectHold {
  std::string id;  ///< "" = the prefix is of no pool, and not kept
  domain::Cidr cidr;
  std::optional<domain::SubnetPoolId> subnetpool_id;
  static constexpr auto fields() {
    using D = DirectHold;
    return std::tuple{field("id", &D::id), field("cidr", &D::cidr), field("subnetpool_id", &D::subnetpool_id)};
  }
};
struct DirectBlock {
  domain::Cidr cidr;
  std::optional<domain::IpAddress> gateway;  ///< absent: the first address
  std::string hold;                          ///< its DirectHold
  std::optional<domain::SubnetPoolId> subnetpool_id;
  static constexpr auto fields() {
    using D = DirectBlock;
    return std::tuple{field("cidr", &D::cidr), field("gateway", &D::gateway), field("hold", &D::hold), field("subnetpool_id", &D::subnetpool_id)};
  }
};
struct DirectDraft {
  domain::ProjectId project_id;  ///< set by the region
  domain::NetworkId network_id;  ///< chosen by who asks, who may not hear the answer
  std::string name;
  std::vector<DirectBlock> subnets;
  static constexpr auto fields() {
    using D = DirectDraft;
    return std::tuple{field("project_id", &D::project_id), field("network_id", &D::network_id), field("name", &D::name), field("subnets", &D::subnets)};
  }
};
struct DirectAddress {
  domain::SubnetId subnet_id;
  std::optional<domain::IpAddress> address;  ///< absent: any
  static constexpr auto fields() { return std::tuple{field("subnet_id", &DirectAddress::subnet_id), field("address", &DirectAddress::address)}; }
};
struct DirectEndpoint {
  std::string endpoint;                     ///< Docker's id
  domain::NetworkId network_id;
  std::vector<domain::IpAddress> addresses;  ///< reserved before
  std::optional<domain::Mac> mac;            ///< absent: any
  static constexpr auto fields() {
    using D = DirectEndpoint;
    return std::tuple{field("endpoint", &D::endpoint), field("network_id", &D::network_id), field("addresses", &D::addresses), field("mac", &D::mac)};
  }
};
/// By its endpoint, or (endpoint "") by its address.
struct DirectRelease {
  std::string endpoint;
  DirectAddress address;
  static constexpr auto fields() { return std::tuple{field("endpoint", &DirectRelease::endpoint), field("address", &DirectRelease::address)}; }
};

/// Host to region.
class DirectNetworks {
 public:
  virtual ~DirectNetworks() = default;
  /// not_found "network.not_found", "subnet.not_found"; conflict "network.ambiguous", "subnet.ambiguous"; forbidden "direct.off" when the
  /// region has no project for it (so too the others).
  virtual Result<DirectNetwork> find(const DirectWish& wish) = 0;
  /// Asks the centre, as do the next three. not_found "subnetpool.not_found"; conflict "subnetpool.ambiguous", "subnetpool.exhausted",
  /// "subnetpool.not_available", "subnetpool.quota"; invalid "subnetpool.no_default", "subnetpool.too_short", "subnetpool.too_long".
  virtual Result<DirectHold> hold(const DirectPoolWish& wish) = 0;
  /// What is not held any more is a success.
  virtual Result<void> give_back(const std::string& hold) = 0;
  virtual Result<DirectNetwork> create(const DirectDraft& draft) = 0;
  virtual Result<void> remove(const domain::NetworkId& network) = 0;
  /// Makes a port for the address, or takes one that is there with it and free. conflict "port.address_in_use".
  virtual Result<domain::IpAddress> reserve(const DirectAddress& wish) = 0;
  /// Makes one port of what was reserved, bound to the host. not_found "direct.not_reserved"; conflict "direct.foreign_mac" when the port was
  /// there before and has another MAC.
  virtual Result<domain::Port> bind(const DirectEndpoint& wish) = 0;
  /// A port that was made for it goes, one that was there before is freed. What is gone is a success.
  virtual Result<void> release(const DirectRelease& what) = 0;
};

/// Region to centre: networks for its project.
class NetworkMaker {
 public:
  virtual ~NetworkMaker() = default;
  virtual Result<DirectHold> hold(const DirectPoolWish& wish) = 0;
  virtual Result<void> give_back(const domain::ProjectId& project, const std::string& hold) = 0;
  virtual Result<domain::NetworkId> create(const DirectDraft& draft) = 0;
  virtual Result<void> remove(const domain::ProjectId& project, const domain::NetworkId& network) = 0;
};

}  // namespace causeway::boundary
