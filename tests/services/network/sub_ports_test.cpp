#include <gtest/gtest.h>

#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/port_fault.hpp"
#include "causeway/services/central/trunks/trunks.hpp"
#include "causeway/services/common/facts/network_facts.hpp"
#include "causeway/services/common/facts/port_faults.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "cloud.hpp"

namespace causeway::services {
namespace {

using std::chrono::seconds;

const domain::Caller alice = a_caller("alice");
const domain::Caller bob = a_caller("bob");

/// A trunk of the centre, and two regions in which its parent may be used.
struct Nest {
  Nest() {
    one.networks.start();
    two.networks.start();
  }
  ~Nest() {
    one.networks.stop();
    two.networks.stop();
  }
  Centre centre;
  Region one{centre, "One"};
  Region two{centre, "Two"};
  Trunks trunks{centre.deps};
  domain::Network outer = centre.a_network(alice, "outer");
  domain::Network inner = centre.a_network(alice, "inner");
  domain::Subnet outer_subnet = centre.a_subnet(alice, outer, "10.0.0.0/24");
  domain::Subnet inner_subnet = centre.a_subnet(alice, inner, "10.1.0.0/24");
  domain::Port parent = port(outer), sub = port(inner);

  domain::Port port(const domain::Network& network) {
    return centre.networks.create_ports(alice, {Region::draft(alice, network.id)})->front();
  }
  domain::Trunk draft(std::vector<domain::SubPort> subs) const {
    domain::Trunk out;
    out.project_id = alice.project_id;
    out.port_id = parent.id;
    out.sub_ports = std::move(subs);
    return out;
  }
  Result<domain::Trunk> make(std::vector<domain::SubPort> subs) {
    TRY(auto made, trunks.create(alice, {draft(std::move(subs))}));
    return made.front();
  }
  Result<domain::Trunk> set(const domain::Trunk& trunk, std::vector<domain::SubPort> subs) {
    return trunks.update(
        alice, trunk.id.str(),
        [&](domain::Trunk& draft) -> Result<void> {
          draft.sub_ports = subs;
          return {};
        },
        std::nullopt);
  }
  static domain::SubPort at(const domain::Port& port, std::uint32_t vlan) { return {port.id, "vlan", vlan}; }
  /// What the feed of trunks does, and all other feeds.
  void flow(Region& region) {
    region.report();
    const auto wanted = *boundary::view(centre.store, [](boundary::Reader& reader) { return boundary::list<domain::Trunk>(reader); });
    ASSERT_TRUE(region.store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY(const auto known, boundary::list<domain::Trunk>(writer));
      for (const auto& trunk : known) TRY_VOID(boundary::erase<domain::Trunk>(writer, trunk.id));
      for (const auto& trunk : wanted) TRY_VOID(boundary::put(writer, trunk));
      return {};
    }));
    ASSERT_TRUE(region.networks.wait_idle(seconds(10)));
    region.report();
  }
  void use(Region& region, const std::string& host) {
    const auto nets = region.networks.resolve(alice, {{"", parent.id.str(), {}, {}}});
    ASSERT_TRUE(nets) << nets.error().describe();
    const auto used = boundary::transact(region.store, [&](boundary::Writer& writer) {
      return region.networks.attach(writer, alice, nets->front(), "container", {domain::HostName(host), *domain::IpAddress::parse("192.0.2.7")}, {});
    });
    ASSERT_TRUE(used) << used.error().describe();
    flow(region);
  }
  void leave(Region& region) {
    ASSERT_TRUE(region.store.write([&](boundary::Writer& writer) { return region.networks.detach_all(writer, "container", {parent.id}); }));
    flow(region);
  }
  domain::Port at_centre(const domain::Port& port) {
    return *boundary::view(centre.store, [&](boundary::Reader& reader) { return boundary::get<domain::Port>(reader, port.id); });
  }
};

TEST(SubPorts, go_with_the_parent_to_its_region_and_host_and_home_again) {
  Nest nest;
  const auto trunk = nest.make({Nest::at(nest.sub, 101)});
  ASSERT_TRUE(trunk) << trunk.error().describe();
  EXPECT_EQ(nest.at_centre(nest.sub).device_id, trunk->id.str());
  EXPECT_EQ(nest.at_centre(nest.sub).device_owner, domain::sub_port_owner);
  for (Region* region : {&nest.one, &nest.two}) {
    nest.flow(*region);
    nest.use(*region, "h1");
    const auto bound = nest.at_centre(nest.sub);
    EXPECT_EQ(bound.region, region->region);
    EXPECT_EQ(bound.host.str(), "h1");
    EXPECT_EQ(bound.vtep, domain::IpAddress::parse("192.0.2.7").value());
    EXPECT_EQ(domain::place_of(bound), (domain::SubPortPlace{nest.parent.id, 101}));
    EXPECT_EQ(bound.mac_address, nest.sub.mac_address);
    EXPECT_EQ(bound.fixed_ips.front().ip_address, nest.sub.fixed_ips.front().ip_address);
    nest.leave(*region);
    const auto home = nest.at_centre(nest.sub);
    EXPECT_EQ(home.region.str(), "CentralRegion");
    EXPECT_TRUE(home.host.empty());
    EXPECT_FALSE(domain::place_of(home));
    EXPECT_EQ(home.device_id, trunk->id.str()) << "it is a subport still";
  }
}

TEST(SubPorts, come_and_go_while_the_container_runs) {
  Nest nest;
  const auto trunk = *nest.make({});
  nest.use(nest.one, "h1");
  ASSERT_TRUE(nest.set(trunk, {Nest::at(nest.sub, 7)}));
  nest.flow(nest.one);
  EXPECT_EQ(nest.at_centre(nest.sub).host.str(), "h1");
  ASSERT_TRUE(nest.set(trunk, {}));
  nest.flow(nest.one);
  EXPECT_EQ(nest.at_centre(nest.sub).region.str(), "CentralRegion");
  EXPECT_TRUE(nest.at_centre(nest.sub).device_id.empty());
  ASSERT_TRUE(nest.set(trunk, {Nest::at(nest.sub, 8)}));
  nest.flow(nest.one);
  EXPECT_EQ(domain::place_of(nest.at_centre(nest.sub))->vlan, 8);
  ASSERT_TRUE(nest.trunks.remove(alice, trunk.id.str(), std::nullopt));
  nest.flow(nest.one);
  EXPECT_TRUE(nest.at_centre(nest.sub).device_id.empty());
  EXPECT_EQ(nest.at_centre(nest.parent).region.str(), "One") << "the parent is its container's still";
}

TEST(SubPorts, of_the_parents_region_are_bound_without_the_centre) {
  Nest nest;
  nest.use(nest.one, "h1");
  const auto own = *nest.one.port(alice, nest.inner.id);
  nest.one.report();
  const auto trunk = nest.make({Nest::at(own, 9)});
  ASSERT_TRUE(trunk) << trunk.error().describe();
  nest.one.gateway.cut = true;
  nest.flow(nest.one);
  nest.one.gateway.cut = false;
  EXPECT_EQ(nest.at_centre(own).host.str(), "h1");
  nest.leave(nest.one);
  EXPECT_EQ(nest.at_centre(own).region.str(), "One");
  EXPECT_TRUE(nest.at_centre(own).host.empty());
}

TEST(LocalPorts, a_host_that_cannot_says_why_on_the_port_until_it_can) {
  Nest nest;
  const auto port = *nest.one.port(alice, nest.inner.id);
  const auto report = [&](bool works, const std::string& fault) {
    EXPECT_TRUE(nest.one.store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(note_fault(writer, port.id, fault));
      return nest.one.networks.observed(writer, port.id, works, works);
    }));
    return *nest.one.networks.get_port(alice, port.id);
  };
  const auto broken = report(false, "The kernel has no memory.");
  EXPECT_EQ(broken.status, domain::PortStatus::down);
  EXPECT_EQ(domain::fault_of(broken), "The kernel has no memory.");
  EXPECT_EQ(domain::profile_without_fault(broken), Json(JsonObject()));
  EXPECT_EQ(domain::fault_of(report(false, "Another reason.")), "Another reason.");
  const auto whole = report(true, "");
  EXPECT_EQ(whole.status, domain::PortStatus::active);
  EXPECT_EQ(domain::fault_of(whole), "");
  EXPECT_EQ(whole.revision_number, port.revision_number) << "the user changed nothing";
}

TEST(NetworkFacts, are_regions_that_host_a_network_and_the_scopes_of_its_subnets) {
  Nest nest;
  domain::SubnetPool pool;
  pool.id = domain::SubnetPoolId("pool");
  pool.address_scope_id = domain::AddressScopeId("scope");
  auto subnet = nest.inner_subnet;
  subnet.subnetpool_id = pool.id;
  ASSERT_TRUE(nest.centre.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, pool));
    TRY_VOID(boundary::put(writer, subnet));
    return {};
  }));
  ASSERT_TRUE(nest.one.port(alice, nest.inner.id));
  NetworkFactsOfStore facts(nest.centre.store);
  for (const auto& asked : {std::vector{nest.inner}, std::vector{nest.inner, nest.outer}}) {
    const auto told = *facts.of(asked);
    EXPECT_EQ(told.size(), asked.size());
    EXPECT_EQ(told.at(nest.inner.id).regions, std::vector{domain::RegionName("One")});
    EXPECT_EQ(told.at(nest.inner.id).v4_scope, domain::AddressScopeId("scope"));
    EXPECT_EQ(told.at(nest.inner.id).v6_scope, std::nullopt);
    EXPECT_EQ(told.at(nest.inner.id).subnets, std::vector{subnet.id});
  }
  EXPECT_TRUE(facts.of({nest.outer})->at(nest.outer.id).regions.empty());
  EXPECT_TRUE(facts.of({})->empty());
}

TEST(CentralNetworks, hints_name_zones_that_there_are) {
  Nest nest;
  boundary::NetworkDraft draft;
  draft.project_id = alice.project_id;
  for (const auto& [hint, reason] : {std::pair("One", "ok"), {"az-Two", "ok"}, {"Nowhere", "zone.not_found"}, {"", "zone.not_found"}}) {
    draft.availability_zone_hints = {hint};
    const auto made = nest.centre.networks.create_networks(alice, {draft});
    EXPECT_EQ(reason_of(made), reason) << hint;
    if (!made) EXPECT_EQ(made.error().field, "availability_zone_hints");
  }
}

TEST(SubPorts, a_port_in_a_trunk_is_neither_deleted_nor_used_for_anything_else) {
  Nest nest;
  const auto trunk = *nest.make({Nest::at(nest.sub, 101)});
  EXPECT_EQ(reason_of(nest.centre.networks.delete_port(alice, nest.parent.id)), "trunk.port_in_use_as_parent");
  EXPECT_EQ(reason_of(nest.centre.networks.delete_port(alice, nest.sub.id)), "trunk.port_in_use_as_sub_port");
  EXPECT_EQ(reason_of(nest.one.networks.resolve(alice, {{"", nest.sub.id.str(), {}, {}}})), "port.in_use");
  nest.use(nest.one, "h1");
  const auto admin = a_caller("admin", {"admin"});
  EXPECT_EQ(reason_of(nest.one.networks.delete_port(admin, nest.sub.id)), "trunk.port_in_use_as_sub_port");
  EXPECT_EQ(reason_of(nest.one.networks.delete_port(admin, nest.parent.id)), "trunk.port_in_use_as_parent");
}

TEST(Trunks, say_why_they_cannot) {
  Nest nest;
  const auto trunk = *nest.make({Nest::at(nest.sub, 101)});
  const auto other = nest.port(nest.outer), more = nest.port(nest.inner);
  const auto reason = [&](const domain::Port& parent, const domain::Port& sub, const domain::Caller& who = alice) {
    auto draft = nest.draft({Nest::at(sub, 5)});
    draft.port_id = parent.id;
    return reason_of(nest.trunks.create(who, {draft}));
  };
  EXPECT_EQ(reason(nest.parent, more), "trunk.port_in_use_as_parent");
  EXPECT_EQ(reason(nest.sub, more), "trunk.port_in_use_as_sub_port");
  EXPECT_EQ(reason(other, nest.sub), "trunk.port_in_use_as_sub_port");
  EXPECT_EQ(reason(other, nest.parent), "trunk.port_in_use_as_parent");
  EXPECT_EQ(reason(other, more, bob), "port.not_found");
  EXPECT_EQ(reason(other, other), "trunk.port_in_use_as_sub_port");
  EXPECT_EQ(reason_of(nest.set(trunk, {Nest::at(nest.sub, 101), Nest::at(more, 101)})), "trunk.duplicate_sub_port");
  const auto abroad = *nest.one.port(alice, nest.inner.id);
  nest.one.report();
  EXPECT_EQ(reason(other, abroad), "trunk.other_region");
  EXPECT_EQ(reason_of(nest.trunks.get(bob, trunk.id.str())), "trunk.not_found");
  EXPECT_EQ(nest.trunks.list(alice)->size(), 1u) << "nothing half made";
  const auto closed = nest.trunks.update(
      alice, trunk.id.str(),
      [](domain::Trunk& draft) -> Result<void> {
        draft.admin_state_up = false;
        return {};
      },
      std::nullopt);
  ASSERT_TRUE(closed);
  EXPECT_EQ(reason_of(nest.set(trunk, {})), "trunk.disabled");
}

TEST(Trunks, go_with_their_parent_and_lose_subports_that_are_gone) {
  Nest nest;
  const auto own = *nest.one.port(alice, nest.inner.id);
  nest.use(nest.one, "h1");
  const auto trunk = *nest.make({Nest::at(nest.sub, 1), Nest::at(own, 2)});
  nest.flow(nest.one);
  const auto forget = [&](const domain::PortId& port) {
    ASSERT_TRUE(nest.centre.store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::erase<domain::Port>(writer, port));
      return central::forget_trunked(nest.centre.deps, writer, port);
    }));
  };
  forget(own.id);
  EXPECT_EQ(nest.trunks.get(alice, trunk.id.str())->sub_ports.size(), 1u);
  forget(nest.parent.id);
  EXPECT_EQ(reason_of(nest.trunks.get(alice, trunk.id.str())), "trunk.not_found");
}

TEST(TrunkFacts, tell_the_mac_addresses_of_subports_on_the_parent_alone) {
  Nest nest;
  const auto trunk = *nest.make({Nest::at(nest.sub, 101)});
  TrunkFacts facts(nest.centre.store);
  const auto told = *facts.of_parents({nest.parent, nest.sub});
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told.at(nest.parent.id).id, trunk.id);
  ASSERT_EQ(told.at(nest.parent.id).sub_ports.size(), 1u);
  EXPECT_EQ(told.at(nest.parent.id).sub_ports.front().second, nest.sub.mac_address);
  EXPECT_EQ(*facts.statuses({trunk}), std::vector{domain::TrunkStatus::down});
}

}  // namespace
}  // namespace causeway::services
