#include "causeway/services/agent/direct/direct_driver.hpp"

#include "direct_region.hpp"

namespace causeway::testing {
namespace {

using services::DirectDriver;
using services::HostView;
using services::PortBoard;

struct DriverRoom {
  DriverRoom() { EXPECT_TRUE(view.start([](const auto&) {})); }
  ~DriverRoom() { view.stop(); }
  std::string pool(const std::string& cidr, bool v6 = false, const std::string& network = "") {
    const auto out = driver.request_pool({network, "", cidr, "", v6});
    EXPECT_TRUE(out) << out.error().describe();
    return out ? out->id : "";
  }
  template <class T>
  static std::string reason(const Result<T>& result) {
    return result ? "ok" : result.error().reason;
  }
  adapters::MemoryStore store;
  HostView view{store, domain::HostName("h1")};
  PortBoard board;
  DirectRegion region{store};
  std::vector<domain::PortId> woken;
  DirectDriver driver{{region, store, view, board, [this](const domain::PortId& port) { woken.push_back(port); }}, {std::chrono::milliseconds(50)}};
};

TEST(DirectDriver, uses_an_existing_network) {
  DriverRoom room;
  const auto v4 = room.pool("", false, "town"), v6 = room.pool("", true, "town");
  EXPECT_TRUE(DirectDriver::is_pool(v4));
  EXPECT_EQ(room.driver.request_address(v4, "", true).value(), "10.0.0.1/24");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_address(v4, "10.0.0.2", true)), "direct.other_gateway");
  ASSERT_TRUE(room.driver.create_network({"d1", "", "", {"10.0.0.0/24", "fd00::/64"}, false}));
  EXPECT_EQ(room.driver.request_address(v4, "", false).value(), "10.0.0.5/24");
  EXPECT_EQ(room.driver.request_address(v6, "fd00::9", false).value(), "fd00::9/64");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_address(v4, "10.9.0.9", false)), "direct.bad_address");
  const auto mac = room.driver.create_endpoint({"d1", "endpoint", {"10.0.0.5/24", "fd00::9/64"}, "", false});
  ASSERT_TRUE(mac) << mac.error().describe();
  EXPECT_TRUE(*mac);
  EXPECT_EQ(room.region.bound.addresses.size(), 2u);
  EXPECT_EQ(room.board.port_of("endpoint"), port_1);
  EXPECT_EQ(room.woken, std::vector{port_1});
  ASSERT_TRUE(room.driver.release_address(v4, "10.0.0.5"));
  EXPECT_EQ(room.region.released.back().address.address, ip("10.0.0.5"));
  ASSERT_TRUE(room.driver.delete_network("d1"));
  EXPECT_TRUE(room.region.removed.empty());  // it was there before
}

TEST(DirectDriver, makes_a_network_and_removes_it) {
  DriverRoom room;
  const auto v4 = room.pool("10.8.0.0/24");
  EXPECT_EQ(room.driver.request_address(v4, "10.8.0.254", true).value(), "10.8.0.254/24");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_address(v4, "10.8.0.9", false)), "direct.aux_address");
  EXPECT_EQ(DriverRoom::reason(room.driver.create_network({"not-hex", "", "", {"10.8.0.0/24"}, true})), "direct.bad_id");
  ASSERT_TRUE(room.driver.create_network({docker_id, "", "", {"10.8.0.0/24"}, true}));
  EXPECT_EQ(room.region.made.name, "docker-ffffffffffff");
  EXPECT_EQ(room.region.made.subnets.front().gateway, ip("10.8.0.254"));
  EXPECT_EQ(room.region.made.network_id, chosen);
  EXPECT_TRUE(room.driver.is_internal(docker_id));
  EXPECT_TRUE(room.driver.knows(docker_id));
  ASSERT_TRUE(room.driver.create_network({docker_id, "", "", {"10.8.0.0/24"}, true})) << "Docker asks again after the agent died";
  EXPECT_FALSE(room.driver.knows("of-the-cloud"));
  EXPECT_EQ(room.driver.request_address(v4, "10.8.0.9", false).value(), "10.8.0.9/24");
  ASSERT_TRUE(room.driver.delete_network(docker_id));
  EXPECT_EQ(room.region.removed, std::vector{chosen});
  ASSERT_TRUE(room.driver.delete_network(docker_id));  // again: a success, and nothing is done
  EXPECT_EQ(room.region.removed.size(), 1u);
}

TEST(DirectDriver, a_new_network_takes_its_prefixes_out_of_subnet_pools) {
  DriverRoom room;
  const auto v4 = room.driver.request_pool({"", "", "", "", false, "corp", "26"}), v6 = room.driver.request_pool({"", "", "", "", true, "corp6", ""});
  ASSERT_TRUE(v4 && v6);
  EXPECT_EQ(v4->cidr, "10.40.3.0/26");
  EXPECT_EQ(room.region.asked.ip_version, 6);
  EXPECT_EQ(room.driver.request_address(v4->id, "", true).value(), "10.40.3.1/26");
  ASSERT_TRUE(room.driver.create_network({docker_id, "", "", {"10.40.3.0/26", "fd40::/64"}, false}));
  ASSERT_EQ(room.region.made.subnets.size(), 2u);
  EXPECT_EQ(room.region.made.subnets[0].hold, "hold-1");
  EXPECT_EQ(room.region.made.subnets[1].hold, "hold-2");
  EXPECT_EQ(room.region.made.subnets[1].subnetpool_id, corp);
  EXPECT_EQ(room.driver.request_address(v4->id, "", false).value(), "10.0.0.5/26");
  ASSERT_TRUE(room.driver.release_pool(v4->id));
  ASSERT_TRUE(room.driver.delete_network(docker_id));
  EXPECT_TRUE(room.region.given_back.empty()) << "the prefixes go with the network";
  EXPECT_EQ(DriverRoom::reason(room.driver.request_address(v6->id, "", false)), "direct.no_pool");
}

TEST(DirectDriver, asks_for_this_very_prefix_of_a_pool) {
  DriverRoom room;
  ASSERT_TRUE(room.driver.request_pool({"", "", "10.40.9.0/24", "", false, "corp", ""}));
  EXPECT_EQ(room.region.asked.cidr, domain::Cidr::parse("10.40.9.0/24").value());
  // the named pool is of the other IP version: no pool
  const auto plain = room.driver.request_pool({"", "", "fd99::/64", "", true, "other", ""});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->cidr, "fd99::/64");
}

TEST(DirectDriver, gives_a_prefix_back_when_the_network_is_not_made) {
  DriverRoom room;
  const auto first = room.driver.request_pool({"", "", "", "", false, "corp", ""});
  room.region.refusal = fail(Code::conflict, "quota.exceeded", "Too many networks.");
  EXPECT_EQ(DriverRoom::reason(room.driver.create_network({docker_id, "", "", {first->cidr}, false})), "quota.exceeded");
  EXPECT_FALSE(room.driver.knows(docker_id));
  ASSERT_TRUE(room.driver.release_pool(first->id));
  EXPECT_EQ(room.region.given_back, std::vector<std::string>{"hold-1"});
  // one that may have been made all the same is remembered
  room.region.refusal = fail(Code::unavailable, "region.unreachable", "The region is away.");
  const auto second = room.driver.request_pool({"", "", "", "", false, "corp", ""});
  EXPECT_EQ(DriverRoom::reason(room.driver.create_network({docker_id, "", "", {second->cidr}, false})), "region.unreachable");
  EXPECT_TRUE(room.driver.knows(docker_id));
  room.region.removed.clear();
  ASSERT_TRUE(room.driver.delete_network(docker_id));
  EXPECT_EQ(room.region.removed, std::vector{chosen});
}

TEST(DirectDriver, pools_of_several_networks_on_one_subnet_are_told_apart) {
  DriverRoom room;
  const auto first = room.pool("", false, "town");
  EXPECT_EQ(room.pool("", false, "town"), first);  // nobody took it: Docker asks again
  ASSERT_TRUE(room.driver.create_network({"d1", "", "", {"10.0.0.0/24"}, false}));
  const auto second = room.pool("", false, "town");
  EXPECT_NE(second, first);
  ASSERT_TRUE(room.driver.create_network({"d2", "town", "", {"10.0.0.0/24"}, false}));
  ASSERT_TRUE(room.driver.release_pool(first));
  EXPECT_EQ(room.driver.request_address(first, "", false).value(), "10.0.0.5/24") << "its network may not be deleted after all";
  ASSERT_TRUE(room.driver.delete_network("d1"));
  EXPECT_EQ(room.driver.request_address(second, "", false).value(), "10.0.0.5/24");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_address(first, "", false)), "direct.no_pool");
}

TEST(DirectDriver, says_what_it_does_not_do) {
  DriverRoom room;
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({})), "direct.no_cidr");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"town", "", "", "", false, "corp", ""})), "direct.two_wishes");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"", "", "10.0.0.0/24", "", false, "corp", "24"})), "direct.two_wishes");
  for (const char* length : {"x", "24x", "0", "33"})
    EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"", "", "", "", false, "corp", length})), "direct.bad_prefixlen") << length;
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"", "", "10.0.0.300/24", "", false, "corp", ""})), "address.bad_cidr");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"town", "", "10.0.0.0/24", "10.0.0.128/25", false})), "direct.ip_range");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"town", "", "10.99.0.0/24", "", false})), "direct.no_subnet");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"none", "", "", "", false})), "network.not_found");
  EXPECT_EQ(DriverRoom::reason(room.driver.create_network({"d1", "", "", {"10.50.0.0/24"}, false})), "direct.other_ipam");
  EXPECT_EQ(DriverRoom::reason(room.driver.create_endpoint({"d1", "e", {"10.0.0.5/24"}, "", false})), "direct.no_network");
  EXPECT_EQ(DriverRoom::reason(room.driver.create_endpoint({"d1", "e", {"10.0.0.5/24"}, "", true})), "direct.port_mapping");
}

TEST(DirectDriver, lets_go_of_a_port_whose_record_does_not_come) {
  DriverRoom room;
  room.pool("", false, "town");
  ASSERT_TRUE(room.driver.create_network({"d1", "", "", {"10.0.0.0/24"}, false}));
  room.region.silent = true;
  EXPECT_EQ(DriverRoom::reason(room.driver.create_endpoint({"d1", "e", {"10.0.0.5/24"}, "", false})), "direct.no_record");
  ASSERT_EQ(room.region.released.size(), 1u);
  EXPECT_EQ(room.region.released.front().endpoint, "e");
}

}  // namespace
}  // namespace causeway::testing
