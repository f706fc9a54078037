#pragma once

#include "../network/cloud.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/central/routers/gateway_keeper.hpp"
#include "causeway/services/central/routers/routers.hpp"

namespace causeway::services {

/// A centre with routers and floating IPs, two regions by name, and hosts that one says are there.
struct RouterRoom : Centre {
  explicit RouterRoom(CentralOptions options = {}) : Centre(std::move(options)) {
    a_pod("One");
    a_pod("Two");
  }
  Routers routers{deps};
  FloatingIps floating_ips{deps};
  const domain::Caller alice = a_caller("alice");
  const domain::Caller bob = a_caller("bob");
  const domain::Caller admin = a_caller("admin", {"admin"});

  static domain::IpAddress ip(const std::string& text) { return *domain::IpAddress::parse(text); }

  domain::Router a_router(const std::string& name = "r", std::vector<std::string> hints = {}) {
    boundary::RouterDraft draft;
    draft.project_id = alice.project_id;
    draft.name = name;
    draft.availability_zone_hints = std::move(hints);
    auto made = routers.create_routers(alice, {draft});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  domain::Subnet a_net(const std::string& cidr, const std::string& name = "net") {
    return a_subnet(alice, a_network(alice, name), cidr);
  }
  Result<boundary::InterfaceResult> join(const domain::Router& router, const domain::Subnet& subnet) {
    return routers.add_interface(alice, router.id, {subnet.id, std::nullopt});
  }
  Result<boundary::InterfaceResult> part(const domain::Router& router, const domain::Subnet& subnet) {
    return routers.remove_interface(alice, router.id, {subnet.id, std::nullopt});
  }
  boundary::NetworkDraft external_draft(const std::string& physical = "outside", std::vector<std::string> hints = {}) {
    boundary::NetworkDraft draft;
    draft.project_id = admin.project_id;
    draft.name = "ext";
    draft.external = true;
    draft.network_type = "flat";
    draft.physical_network = physical;
    draft.availability_zone_hints = std::move(hints);
    return draft;
  }
  domain::Subnet an_outside(const std::string& cidr = "203.0.113.0/24", const std::string& physical = "outside",
                            std::vector<std::string> hints = {}) {
    const auto made = networks.create_networks(admin, {external_draft(physical, std::move(hints))});
    EXPECT_TRUE(made) << made.error().describe();
    return a_subnet(admin, made->front(), cidr);
  }
  Result<domain::Router> set_gateway(const domain::Router& router, const std::optional<domain::NetworkId>& network) {
    boundary::RouterChange change;
    change.gateway.emplace();
    if (network) *change.gateway = boundary::GatewayDraft{*network, true, std::nullopt};
    return routers.update_router(alice, router.id, change, std::nullopt);
  }
  domain::Port a_port(const domain::NetworkId& network) {
    auto made = networks.create_ports(alice, {Region::draft(alice, network)});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  boundary::FloatingIpDraft fip_draft(const domain::Subnet& outside) {
    boundary::FloatingIpDraft draft;
    draft.project_id = alice.project_id;
    draft.floating_network_id = outside.network_id;
    return draft;
  }
  domain::FloatingIp a_floating_ip(const domain::Subnet& outside, const std::optional<domain::PortId>& port = {}) {
    auto draft = fip_draft(outside);
    draft.port_id = port;
    auto made = floating_ips.create_floating_ips(alice, {draft});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front().floating_ip;
  }
  domain::FloatingIp again(const domain::FloatingIp& floating_ip) {
    return floating_ips.get_floating_ip(alice, floating_ip.id)->floating_ip;
  }
  domain::Router again(const domain::Router& router) { return *routers.get_router(alice, router.id); }

  void a_host(const std::string& name, const std::string& region, bool down = false, bool reaches = true) {
    domain::Host host;
    host.id = domain::HostName(name);
    host.uuid = name;
    host.region = domain::RegionName(region);
    host.vtep = ip("172.16.0." + std::to_string(name.back() - 'a' + 1));
    if (reaches) host.physical_networks = {"outside"};
    host.down = down;
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, host));
      return {};
    }));
  }
  void no_host(const std::string& name) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::erase<domain::Host>(writer, name));
      return {};
    }));
  }
  template <class T>
  std::vector<T> all() {
    return *boundary::view(store, [](boundary::Reader& reader) { return boundary::list<T>(reader); });
  }
  std::size_t numbers_in_use() {
    std::size_t used = 0;
    for (const auto& lease : all<domain::Lease>()) used += domain::used_count(lease);
    return used;
  }
};

}  // namespace causeway::services
