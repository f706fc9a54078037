#include "causeway/services/agent/direct/direct_driver.hpp"

#include "agent_room.hpp"

namespace causeway::testing {
namespace {

using services::DirectDriver;
using services::HostView;
using services::PortBoard;

const domain::NetworkId town("aaaaaaaa-0000-4000-8000-00000000000a");
const domain::SubnetId four("aaaaaaaa-0000-4000-8000-000000000004"), six("aaaaaaaa-0000-4000-8000-000000000006");

/// A region with one network, whose ports come to the host's store at once.
class DirectRegion final : public boundary::DirectNetworks {
 public:
  explicit DirectRegion(adapters::MemoryStore& store) : store_(store) {}
  Result<boundary::DirectNetwork> find(const boundary::DirectWish& wish) override {
    if (wish.network != "town" && wish.network != town.str() && wish.subnet != "four") return failed(Code::not_found, "network.not_found", "No network {}.", wish.network);
    return boundary::DirectNetwork{town, "town", {{four, *domain::Cidr::parse("10.0.0.0/24"), ip("10.0.0.1")}, {six, *domain::Cidr::parse("fd00::/64"), ip("fd00::1")}}};
  }
  Result<boundary::DirectNetwork> create(const boundary::DirectDraft& draft) override {
    made = draft;
    boundary::DirectNetwork out{town, draft.name, {}};
    for (const auto& block : draft.subnets) out.subnets.push_back({block.cidr.is_v4() ? four : six, block.cidr, block.gateway});
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
    released.push_back(what);
    return {};
  }
  bool silent = false;  ///< its feed brings nothing
  boundary::DirectDraft made;
  boundary::DirectEndpoint bound;
  std::vector<domain::NetworkId> removed;
  std::vector<boundary::DirectRelease> released;

 private:
  adapters::MemoryStore& store_;
};

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
  ASSERT_TRUE(room.driver.create_network({"0123456789abcdef", "", "", {"10.8.0.0/24"}, true}));
  EXPECT_EQ(room.region.made.name, "docker-0123456789ab");
  EXPECT_EQ(room.region.made.subnets.front().gateway, ip("10.8.0.254"));
  EXPECT_TRUE(room.driver.is_internal("0123456789abcdef"));
  EXPECT_TRUE(room.driver.knows("0123456789abcdef"));
  EXPECT_FALSE(room.driver.knows("of-the-cloud"));
  EXPECT_EQ(room.driver.request_address(v4, "10.8.0.9", false).value(), "10.8.0.9/24");
  ASSERT_TRUE(room.driver.delete_network("0123456789abcdef"));
  EXPECT_EQ(room.region.removed, std::vector{town});
  ASSERT_TRUE(room.driver.delete_network("0123456789abcdef"));  // again: a success, and nothing is done
  EXPECT_EQ(room.region.removed.size(), 1u);
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
  EXPECT_EQ(room.driver.request_address(second, "", false).value(), "10.0.0.5/24");
  EXPECT_EQ(DriverRoom::reason(room.driver.request_address(first, "", false)), "direct.no_pool");
}

TEST(DirectDriver, says_what_it_does_not_do) {
  DriverRoom room;
  EXPECT_EQ(DriverRoom::reason(room.driver.request_pool({"", "", "", "", false})), "direct.no_cidr");
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
