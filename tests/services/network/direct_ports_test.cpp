#include "causeway/services/network/direct/direct_ports.hpp"

#include "causeway/services/central/direct/direct_maker.hpp"
#include "cloud.hpp"

namespace causeway::services {
namespace {

const domain::Caller alice = a_caller("alice");
const domain::HostName h1("h1"), h2("h2");

struct DirectRoom {
  Centre centre;
  Region region{centre, "one"};
  DirectMaker maker{centre.deps, centre.networks};
  DirectPorts direct{{region.store, centre.clock, region.networks, maker, region.region, alice.project_id}};
  domain::Network net = centre.a_network(alice, "mine");
  domain::Subnet four = centre.a_subnet(alice, net, "10.0.0.0/24"), six = centre.a_subnet(alice, net, "fd00::/64");

  domain::IpAddress reserved(const domain::Subnet& subnet, const char* address = nullptr) {
    boundary::DirectAddress wish{subnet.id, std::nullopt};
    if (address != nullptr) wish.address = *domain::IpAddress::parse(address);
    const auto out = direct.reserve(h1, wish);
    EXPECT_TRUE(out) << out.error().describe();
    return *out;
  }
  void meet() { EXPECT_TRUE(direct.find({"mine", ""})); }
};

TEST(DirectPorts, finds_networks_of_its_project_by_id_name_and_subnet) {
  DirectRoom room;
  const auto foreign = room.centre.a_network(a_caller("bob"), "his");
  EXPECT_EQ(room.direct.find({"mine", ""})->id, room.net.id);
  EXPECT_EQ(room.direct.find({room.net.id.str(), ""})->subnets.size(), 2u);
  EXPECT_EQ(room.direct.find({"", room.six.id.str()})->subnets.front().id, room.six.id);  // the one that was meant comes first
  EXPECT_EQ(reason_of(room.direct.find({"his", ""})), "network.not_found");
  EXPECT_EQ(reason_of(room.direct.find({foreign.id.str(), ""})), "network.not_found");
  EXPECT_EQ(reason_of(room.direct.find({"", "none"})), "subnet.not_found");
}

TEST(DirectPorts, nobody_may_without_a_project) {
  DirectRoom room;
  DirectPorts off({room.region.store, room.centre.clock, room.region.networks, room.maker, room.region.region, domain::ProjectId()});
  EXPECT_EQ(reason_of(off.find({"mine", ""})), "direct.off");
  EXPECT_EQ(reason_of(off.release(h1, {"e", {}})), "direct.off");
}

TEST(DirectPorts, two_addresses_become_one_port_and_go_with_the_endpoint) {
  DirectRoom room;
  room.meet();
  const auto v4 = room.reserved(room.four), v6 = room.reserved(room.six, "fd00::77");
  EXPECT_EQ(room.region.all<domain::Port>().size(), 2u);
  const boundary::DirectEndpoint wish{"endpoint", room.net.id, {v4, v6}, domain::Mac::from_number(0x020000000042)};
  const auto port = room.direct.bind(h1, wish);
  ASSERT_TRUE(port) << port.error().describe();
  EXPECT_EQ(port->fixed_ips.size(), 2u);
  EXPECT_EQ(port->mac_address, *wish.mac);
  EXPECT_EQ(port->host, h1);
  EXPECT_EQ(room.direct.bind(h1, wish)->id, port->id);  // Docker repeats itself
  EXPECT_EQ(room.region.all<domain::Port>().size(), 1u);
  EXPECT_TRUE(room.direct.release(h2, {"endpoint", {}}));  // not its own
  EXPECT_EQ(room.region.all<domain::Port>().size(), 1u);
  EXPECT_TRUE(room.direct.release(h1, {"endpoint", {}}));
  EXPECT_TRUE(room.direct.release(h1, {"", {room.four.id, v4}}));
  EXPECT_TRUE(room.region.all<domain::Port>().empty());
}

TEST(DirectPorts, an_address_is_given_once) {
  DirectRoom room;
  room.meet();
  room.reserved(room.four, "10.0.0.9");
  room.reserved(room.four, "10.0.0.9");  // asked again by the same host
  EXPECT_EQ(reason_of(room.direct.reserve(h2, {room.four.id, *domain::IpAddress::parse("10.0.0.9")})), "port.address_in_use");
  EXPECT_EQ(reason_of(room.direct.bind(h2, {"e", room.net.id, {*domain::IpAddress::parse("10.0.0.9")}, std::nullopt})), "direct.not_reserved");
  EXPECT_EQ(reason_of(room.direct.bind(h1, {"e", domain::NetworkId("other"), {*domain::IpAddress::parse("10.0.0.9")}, std::nullopt})), "direct.not_reserved");
}

TEST(DirectPorts, a_port_that_was_there_before_is_given_back_as_it_was) {
  DirectRoom room;
  room.meet();
  const auto before = *room.region.port(alice, room.net.id, "10.0.0.50");
  room.reserved(room.four, "10.0.0.50");
  EXPECT_EQ(reason_of(room.direct.bind(h1, {"e", room.net.id, {*domain::IpAddress::parse("10.0.0.50")}, domain::Mac::from_number(0x020000000042)})), "direct.foreign_mac");
  const auto port = room.direct.bind(h1, {"e", room.net.id, {*domain::IpAddress::parse("10.0.0.50")}, std::nullopt});
  ASSERT_TRUE(port) << port.error().describe();
  EXPECT_EQ(port->id, before.id);
  EXPECT_EQ(port->mac_address, before.mac_address);
  EXPECT_TRUE(room.direct.release(h1, {"e", {}}));
  const auto ports = room.region.all<domain::Port>();
  ASSERT_EQ(ports.size(), 1u);
  EXPECT_EQ(ports.front().device_id, "");
  EXPECT_EQ(ports.front().device_owner, "");
  EXPECT_EQ(to_text(ports.front().binding_profile), to_text(before.binding_profile));
}

TEST(DirectPorts, reservations_that_nobody_came_for_go) {
  DirectRoom room;
  room.meet();
  room.reserved(room.four);
  const auto bound = room.reserved(room.four);
  ASSERT_TRUE(room.direct.bind(h1, {"e", room.net.id, {bound}, std::nullopt}));
  room.centre.clock.advance(std::chrono::seconds(200));
  ASSERT_TRUE(room.direct.sweep());
  EXPECT_EQ(room.region.all<domain::Port>().size(), 2u);
  room.centre.clock.advance(std::chrono::seconds(200));
  ASSERT_TRUE(room.direct.sweep());
  const auto left = room.region.all<domain::Port>();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left.front().device_id, "e");
}

TEST(DirectPorts, makes_a_network_for_its_project) {
  DirectRoom room;
  const auto made = room.direct.create({domain::ProjectId("bob"), domain::NetworkId("ffffffff-ffff-4fff-8fff-ffffffffff01"), "docker-1", {{*domain::Cidr::parse("10.3.0.0/24"), std::nullopt, "", std::nullopt}}});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->subnets.size(), 1u);
  EXPECT_EQ(room.centre.networks.get_network(alice, made->id)->project_id, alice.project_id);
}

}  // namespace
}  // namespace causeway::services
