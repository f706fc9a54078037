#include "agent_room.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"

namespace causeway::testing {
namespace {

inline const domain::NetworkId net_b("bbbbbbbb-0000-4000-8000-000000000001");
inline const domain::PortId port_sub("33333333-0000-4000-8000-000000000003");

class Trunks : public AgentRoom {
 protected:
  domain::Port a_sub_port(std::uint16_t vlan) {
    auto network = a_network();
    network.id = net_b;
    network.vni = 1002;
    put(network);
    auto port = a_port(port_sub, "h1", "10.12.0.10", 0x30);
    port.network_id = net_b;
    port.device_id = "trunk";
    port.device_owner = domain::sub_port_owner;
    domain::set_place(port, domain::SubPortPlace{port_1, vlan});
    return port;
  }
  std::vector<boundary::VlanBranch> branches() { return vlans.branches(services::host_end_name(port_1)); }
  bool splits(std::uint16_t vlan) {
    return eventually([&] { return branches() == std::vector<boundary::VlanBranch>{{vlan, services::container_end_name(port_sub)}}; });
  }
};

TEST_F(Trunks, a_subport_has_links_of_its_own_that_hang_on_its_parents) {
  put_running_container();
  EXPECT_TRUE(branches().empty());
  put(a_sub_port(101));
  EXPECT_TRUE(splits(101));
  const auto link = links.observe(services::host_end_name(port_sub));
  ASSERT_EQ(link->size(), 1u);
  EXPECT_EQ(link->front().master, services::bridge_name(net_b));
  EXPECT_TRUE(eventually([&] { return region.seen(port_sub) && region.seen(port_sub)->ready && region.seen(port_sub)->plugged; }));
  put(a_sub_port(102));
  EXPECT_TRUE(splits(102));
  erase<domain::Port>(port_sub);
  EXPECT_TRUE(eventually([&] { return branches().empty() && !has_link(services::host_end_name(port_sub)); }));
  EXPECT_TRUE(has_link(services::host_end_name(port_1))) << "the parent stays";
}

TEST_F(Trunks, a_subport_that_came_before_its_parent_waits) {
  put(a_sub_port(101));
  put_running_container();
  EXPECT_TRUE(splits(101));
}

TEST_F(Trunks, a_kernel_that_cannot_says_so_of_the_subport_alone) {
  vlans.disable();
  put_running_container();
  put(a_sub_port(101));
  EXPECT_TRUE(eventually([&] { return region.seen(port_sub) && region.seen(port_sub)->error.find("cannot split VLANs") != std::string::npos; }));
  EXPECT_FALSE(region.seen(port_sub)->plugged);
  EXPECT_TRUE(eventually([&] { return region.seen(port_1) && region.seen(port_1)->plugged; }));
  auto looked_at_again = a_port(port_1, "h1", "10.11.0.10", 0x10);
  looked_at_again.name = "changed";
  put(looked_at_again);
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_TRUE(region.seen(port_1)->ready && region.seen(port_1)->plugged);
}

}  // namespace
}  // namespace causeway::testing
