#include "causeway/services/containers/hosts/abilities.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "container_fakes.hpp"

/// What a host's kernel cannot do, and containers that need it.
namespace causeway::services {
namespace {

using domain::Ability;
using domain::ContainerStatus;

class AbilitiesTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override {
    domain::Network network;
    network.id = net;
    network.qos_policy_id = slow;
    domain::QosPolicy limits, marks;
    limits.id = slow;
    limits.bandwidth_limits = {{"limit", "egress", 1000, 0}};
    marks.id = marked;
    marks.dscp_mark = 8;
    domain::Trunk trunk;
    trunk.id = domain::TrunkId("nest");
    trunk.port_id = parent;
    trunk.sub_ports = {{domain::PortId("sub"), "vlan", 101}};
    put(network);
    put(limits);
    put(marks);
    put(trunk);
  }
  template <class T>
  void put(const T& value) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, value));
      return {};
    }));
  }
  void put_port(const domain::PortId& id, std::optional<domain::QosPolicyId> policy) {
    domain::Port port;
    port.id = id;
    port.network_id = net;
    port.mac_address = domain::Mac::from_number(0x020000000001);
    port.qos_policy_id = policy;
    put(port);
  }
  std::vector<Ability> needs(const boundary::ResolvedNet& of) {
    std::vector<Ability> out;
    for (const auto& [ability, why] : boundary::view(store, [&](boundary::Reader& reader) { return needed_abilities(reader, {of}); }).value()) out.push_back(ability);
    return out;
  }
  void host(const std::string& name, std::map<std::string, std::string> cannot) {
    auto report = report_of(name);
    report.host.cannot = std::move(cannot);
    ASSERT_TRUE(reports.apply(domain::HostName(name), report));
  }
  domain::Container created(const std::string& on = "") {
    domain::ContainerSpec spec;
    spec.image = "nginx";
    spec.host = on;
    return containers.create(on.empty() ? alice : admin, spec, true).value().container;
  }
  const domain::NetworkId net{"net1-id"};
  const domain::QosPolicyId slow{"slow"}, marked{"marked"};
  const domain::PortId parent{"parent"};
};

TEST_F(AbilitiesTest, a_ports_needs_are_those_of_its_trunk_and_of_its_policy) {
  EXPECT_EQ(needs({domain::NetworkId("other"), std::nullopt, {}}), std::vector<Ability>{});
  EXPECT_EQ(needs({net, std::nullopt, {}}), std::vector{Ability::limit_bandwidth}) << "of the network";
  put_port(domain::PortId("plain"), marked);
  EXPECT_EQ(needs({net, domain::PortId("plain"), {}}), std::vector{Ability::mark_packets}) << "of the port: the network's counts no more";
  EXPECT_EQ(needs({net, parent, {}}), (std::vector{Ability::split_vlans, Ability::limit_bandwidth}));
  EXPECT_EQ(needs({domain::NetworkId("other"), domain::PortId("sub"), {}}), std::vector<Ability>{}) << "a subport needs nothing by itself";
}

TEST_F(AbilitiesTest, only_hosts_that_can_are_chosen) {
  host("h1", {{"limit_bandwidth", "There is no token bucket."}});
  const auto nowhere = created();
  EXPECT_EQ(nowhere.status, ContainerStatus::error);
  EXPECT_EQ(nowhere.status_reason, "QoS policy slow needs a host that can limit bandwidth. Host h1: There is no token bucket.");
  host("h2", {{"split_vlans", "The kernel takes no program."}});
  EXPECT_EQ(created().host, domain::HostName("h2"));
  EXPECT_EQ(created("h1").status, ContainerStatus::error) << "it was asked for, and cannot";
  EXPECT_EQ(created("h2").host, domain::HostName("h2"));
  host("h1", {});
  EXPECT_EQ(created("h1").host, domain::HostName("h1")) << "after an update of its kernel";
}

}  // namespace
}  // namespace causeway::services
