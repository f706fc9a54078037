#pragma once

#include "agent_room.hpp"

namespace causeway::testing {

inline const domain::NetworkId town("aaaaaaaa-0000-4000-8000-00000000000a");
inline const domain::SubnetPoolId corp("aaaaaaaa-0000-4000-8000-0000000000aa");
inline const std::string docker_id(64, 'f');
inline const domain::NetworkId chosen("ffffffff-ffff-4fff-8fff-ffffffffffff");  ///< of that id
inline const domain::SubnetId four("aaaaaaaa-0000-4000-8000-000000000004"), six("aaaaaaaa-0000-4000-8000-000000000006");

/// A region with one network, whose ports come to the host's store at once.
class DirectRegion final : public boundary::DirectNetworks {
 public:
  explicit DirectRegion(adapters::MemoryStore& store) : store_(store) {}
  Result<boundary::DirectNetwork> find(const boundary::DirectWish& wish) override {
    if (!made.name.empty() && wish.network == made.network_id.str()) return view_of_made();
    if (wish.network != "town" && wish.network != town.str() && wish.subnet != "four") return failed(Code::not_found, "network.not_found", "No network {}.", wish.network);
    return boundary::DirectNetwork{town, "town", {{four, *domain::Cidr::parse("10.0.0.0/24"), ip("10.0.0.1")}, {six, *domain::Cidr::parse("fd00::/64"), ip("fd00::1")}}};
  }
  Result<boundary::DirectHold> hold(const boundary::DirectPoolWish& wish) override {
    asked = wish;
    if (wish.pool.empty()) return failed(Code::invalid, "subnetpool.no_default", "No default subnetpool found for IPv{}", wish.ip_version);
    if (wish.pool == "other" && wish.cidr) return boundary::DirectHold{"", *wish.cidr, std::nullopt};
    return boundary::DirectHold{fmt::format("hold-{}", ++holds), wish.cidr.value_or(*domain::Cidr::parse(wish.ip_version == 4 ? "10.40.3.0/26" : "fd40::/64")), corp};
  }
  Result<void> give_back(const std::string& hold) override {
    given_back.push_back(hold);
    return {};
  }
  Result<boundary::DirectNetwork> create(const boundary::DirectDraft& draft) override {
    made = draft;
    if (refusal) return failed(*refusal);
    return view_of_made();
  }
  boundary::DirectNetwork view_of_made() const {
    boundary::DirectNetwork out{made.network_id, made.name, {}};
    for (const auto& block : made.subnets) out.subnets.push_back({block.cidr.is_v4() ? four : six, block.cidr, block.gateway});
    return out;
  }
  Result<void> remove(const domain::NetworkId& network) override {
    removed.push_back(network);
    return {};
  }
  Result<domain::IpAddress> reserve(const boundary::DirectAddress& wish) override { return wish.address.value_or(ip(wish.subnet_id == four ? "10.0.0.5" : "fd00::5")); }
  Result<domain::Port> bind(const boundary::DirectEndpoint& wish) override {
    bound = wish;
    domain::Port port;
    port.id = port_1;
    port.network_id = town;
    port.host = domain::HostName("h1");
    port.device_id = wish.endpoint;
    port.device_owner = boundary::direct_owner;
    port.mac_address = wish.mac.value_or(domain::Mac::from_number(0x020000000001));
    for (const auto& address : wish.addresses) port.fixed_ips.push_back({address.is_v4() ? four : six, address});
    if (!silent) {
      TRY_VOID(store_.write([&](boundary::Writer& writer) -> Result<void> {
        domain::Network network;
        network.id = town;
        TRY_VOID(boundary::put(writer, network));
        TRY_VOID(boundary::put(writer, port));
        return {};
      }));
    }
    return port;
  }
  Result<void> release(const boundary::DirectRelease& what) override {
    if (release_refusal) return failed(*release_refusal);
    released.push_back(what);
    return {};
  }
  bool silent = false;  ///< its feed brings nothing
  std::optional<Error> refusal;  ///< of networks
  std::optional<Error> release_refusal;
  boundary::DirectPoolWish asked;
  int holds = 0;
  std::vector<std::string> given_back;
  boundary::DirectDraft made;
  boundary::DirectEndpoint bound;
  std::vector<domain::NetworkId> removed;
  std::vector<boundary::DirectRelease> released;

 private:
  adapters::MemoryStore& store_;
};

}  // namespace causeway::testing
