#include "causeway/api/driver/driver_api.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/boundary/collection.hpp"

/// The protocol as dockerd 20.10 was recorded to speak it, under our driver's name.
namespace causeway::testing {
namespace {

constexpr const char* port_id = "11111111-0000-4000-8000-000000000001";
constexpr const char* container_id = "cccccccc-0000-4000-8000-000000000001";

class Driver : public ::testing::Test {
 protected:
  void SetUp() override {
    domain::Network network;
    network.id = domain::NetworkId("net-uuid-1");
    network.vni = 7;
    domain::Subnet v4;
    v4.id = domain::SubnetId("subnet-uuid-1");
    v4.network_id = network.id;
    v4.cidr = *domain::Cidr::parse("10.11.0.0/24");
    v4.gateway_ip = *domain::IpAddress::parse("10.11.0.1");
    v4.host_routes = {{*domain::Cidr::parse("10.77.0.0/16"), *domain::IpAddress::parse("10.11.0.9")},
                      {*domain::Cidr::parse("10.78.0.0/16"), *domain::IpAddress::parse("192.168.0.1")}};
    domain::Subnet v6 = v4;
    v6.id = domain::SubnetId("subnet-uuid-6");
    v6.ip_version = 6;
    v6.cidr = *domain::Cidr::parse("fd00:11::/64");
    v6.gateway_ip.reset();
    v6.host_routes.clear();
    port_.id = domain::PortId(port_id);
    port_.network_id = network.id;
    port_.host = domain::HostName("h1");
    port_.device_id = container_id;
    port_.mac_address = *domain::Mac::parse("fa:16:3e:00:00:10");
    port_.fixed_ips = {{v4.id, *domain::IpAddress::parse("10.11.0.10")},
                       {v6.id, *domain::IpAddress::parse("fd00:11::10")}};
    domain::Port foreign = port_;
    foreign.id = domain::PortId("22222222-0000-4000-8000-000000000001");
    foreign.host = domain::HostName("h2");
    foreign.mac_address = *domain::Mac::parse("fa:16:3e:00:00:20");
    foreign.fixed_ips = {{v4.id, *domain::IpAddress::parse("10.11.0.20")}};
    container_.id = domain::ContainerId(container_id);
    container_.host = domain::HostName("h1");
    container_.ports = {port_.id};
    ASSERT_TRUE(store_.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, network));
      TRY_VOID(boundary::put(writer, v4));
      TRY_VOID(boundary::put(writer, v6));
      TRY_VOID(boundary::put(writer, port_));
      TRY_VOID(boundary::put(writer, foreign));
      TRY_VOID(boundary::put(writer, container_));
      return {};
    }));
    ASSERT_TRUE(view_.start([](const std::set<std::string>&) {}));
    board_.set_ready(port_.id);
  }

  struct Answer {
    int status = 0;
    Json body;
  };
  Answer call(const std::string& method, const std::string& body) {
    http::Request request;
    request.method = "POST";
    request.target = request.path = "/" + method;
    request.headers.set("Host", "");  // as Docker sends it
    request.headers.set("Accept", "application/vnd.docker.plugins.v1.2+json");
    request.body = body;
    auto response = service_.handle(std::move(request));
    auto parsed = parse_json(response.body);
    EXPECT_TRUE(parsed) << response.body;
    return {response.status, parsed.value_or(nullptr)};
  }
  void expect(const std::string& method, const std::string& body, const std::string& wanted) {
    const auto answer = call(method, body);
    EXPECT_EQ(answer.status, 200) << method << " " << to_text(answer.body);
    EXPECT_EQ(answer.body, *parse_json(wanted)) << method << " " << to_text(answer.body);
  }
  void expect_refusal(const std::string& method, const std::string& body, std::string_view words) {
    const auto answer = call(method, body);
    EXPECT_GE(answer.status, 400) << method;
    EXPECT_NE(text_member(answer.body, "Err").find(words), std::string::npos) << to_text(answer.body);
    EXPECT_EQ(text_member(answer.body, "Err"), text_member(answer.body, "Error"));
  }
  static std::string create_endpoint(const char* id, const char* address, const char* mac, const char* port = port_id) {
    return fmt::format(
        R"({{"NetworkID":"15439a","EndpointID":"{}","Interface":{{"Address":"{}","AddressIPv6":"fd00:11::10/64","MacAddress":"{}"}},)"
        R"("Options":{{"causeway.port":"{}","com.docker.network.endpoint.exposedports":[],"com.docker.network.portmap":[]}}}})",
        id, address, mac, port);
  }
  static std::string endpoint(const char* id) {
    return fmt::format(
        R"({{"NetworkID":"15439a","EndpointID":"{}","SandboxKey":"/run/docker/netns/cdde4654d185","Options":{{}}}})",
        id);
  }
  void join_first() {
    expect("NetworkDriver.CreateEndpoint", create_endpoint("ea86", "10.11.0.10/24", "fa:16:3e:00:00:10"),
           R"({"Interface":{}})");
    EXPECT_EQ(call("NetworkDriver.Join", endpoint("ea86")).status, 200);
  }

  domain::Port port_;
  domain::Container container_;
  adapters::MemoryStore store_;
  adapters::SequentialIds ids_;
  services::HostView view_{store_, domain::HostName("h1")};
  services::PortBoard board_;
  std::atomic<int> wakes_ = 0;
  services::NetworkDriver driver_{
      view_, board_, [this](const domain::PortId&) { ++wakes_; }, {std::chrono::milliseconds(50)}};
  api::Service service_{{api::driver_mount(driver_)}, {nullptr, ids_, {}}};
};

TEST_F(Driver, shakes_hands_with_empty_bodies) {
  expect("Plugin.Activate", "", R"({"Implements":["NetworkDriver","IpamDriver"]})");
  expect("NetworkDriver.GetCapabilities", "", R"({"Scope":"local","ConnectivityScope":"global"})");
  expect("IpamDriver.GetCapabilities", "", R"({"RequiresMACAddress":false,"RequiresRequestReplay":false})");
  EXPECT_EQ(call("IpamDriver.GetDefaultAddressSpaces", "").status, 200);
}

TEST_F(Driver, a_request_that_docker_repeats_without_content_means_nothing) {
  for (const char* method : {"IpamDriver.RequestPool", "IpamDriver.ReleasePool", "IpamDriver.RequestAddress", "IpamDriver.ReleaseAddress", "NetworkDriver.CreateNetwork",
                             "NetworkDriver.DeleteNetwork", "NetworkDriver.CreateEndpoint", "NetworkDriver.DeleteEndpoint", "NetworkDriver.EndpointOperInfo",
                             "NetworkDriver.Join", "NetworkDriver.Leave"}) {
    const auto answer = call(method, "");
    EXPECT_EQ(answer.status, 503) << method;
    EXPECT_NE(text_member(answer.body, "Err").find("try again"), std::string::npos) << method;
  }
}

TEST_F(Driver, gives_a_pool_for_each_subnet) {
  const auto request = [](const char* pool, const char* v6) {
    return fmt::format(
        R"({{"AddressSpace":"causeway-local","Pool":"{}","SubPool":"","Options":{{"causeway.network":"net-uuid-1"}},"V6":{}}})",
        pool, v6);
  };
  expect("IpamDriver.RequestPool", request("10.11.0.0/24", "false"),
         R"({"PoolID":"subnet-uuid-1","Pool":"10.11.0.0/24","Data":{}})");
  expect("IpamDriver.RequestPool", request("fd00:11::/64", "true"),
         R"({"PoolID":"subnet-uuid-6","Pool":"fd00:11::/64","Data":{}})");
  expect_refusal("IpamDriver.RequestPool", request("10.99.0.0/24", "false"), "no subnet");
  expect_refusal("IpamDriver.RequestPool", R"({"AddressSpace":"x","Pool":"10.11.0.0/24","Options":null,"V6":false})",
                 "not by hand");
}

TEST_F(Driver, answers_a_network_that_has_only_ipv6) {
  const auto pool =
      call("IpamDriver.RequestPool", R"({"Pool":"","Options":{"causeway.network":"net-uuid-1"},"V6":false})");
  EXPECT_EQ(text_member(pool.body, "Pool"), "169.254.0.0/16");
  const auto id = text_member(pool.body, "PoolID");
  const auto first =
      call("IpamDriver.RequestAddress", fmt::format(R"({{"PoolID":"{}","Address":"","Options":null}})", id));
  const auto second =
      call("IpamDriver.RequestAddress", fmt::format(R"({{"PoolID":"{}","Address":"","Options":null}})", id));
  EXPECT_NE(text_member(first.body, "Address"), text_member(second.body, "Address"));
}

TEST_F(Driver, gives_the_gateway_even_where_there_is_none) {
  const char* gateway = R"("Options":{"RequestAddressType":"com.docker.network.gateway"}})";
  expect("IpamDriver.RequestAddress", std::string(R"({"PoolID":"subnet-uuid-1","Address":"",)") + gateway,
         R"({"Address":"10.11.0.1/24","Data":{}})");
  expect("IpamDriver.RequestAddress", std::string(R"({"PoolID":"subnet-uuid-6","Address":"",)") + gateway,
         R"({"Address":"fd00:11::/64","Data":{}})");
}

TEST_F(Driver, gives_addresses_to_ports_of_this_host_again_and_again) {
  for (int i = 0; i < 2; ++i) {
    expect("IpamDriver.RequestAddress", R"({"PoolID":"subnet-uuid-1","Address":"10.11.0.10","Options":null})",
           R"({"Address":"10.11.0.10/24","Data":{}})");
  }
  expect_refusal("IpamDriver.RequestAddress", R"({"PoolID":"subnet-uuid-1","Address":"10.11.0.20","Options":null})",
                 "no port of this host");
  expect_refusal("IpamDriver.RequestAddress", R"({"PoolID":"subnet-uuid-1","Address":"","Options":null})",
                 "ports only");
  expect_refusal("IpamDriver.RequestAddress", R"({"PoolID":"nobody","Address":"10.11.0.10","Options":null})",
                 "not on this host");
  expect("IpamDriver.ReleaseAddress", R"({"PoolID":"subnet-uuid-1","Address":"10.11.0.10"})", "{}");
  expect("IpamDriver.ReleasePool", R"({"PoolID":"subnet-uuid-1"})", "{}");
}

TEST_F(Driver, makes_networks_that_it_knows) {
  const auto body = [](const char* network) {
    return fmt::format(
        R"({{"NetworkID":"15439a","Options":{{"com.docker.network.enable_ipv6":false,"com.docker.network.generic":{{"causeway.network":"{}"}}}},)"
        R"("IPv4Data":[{{"AddressSpace":"causeway-local","Gateway":"10.11.0.1/24","Pool":"10.11.0.0/24"}}],"IPv6Data":[]}})",
        network);
  };
  expect("NetworkDriver.CreateNetwork", body("net-uuid-1"), "{}");
  expect_refusal("NetworkDriver.CreateNetwork", body("net-uuid-9"), "not on this host");
  expect_refusal("NetworkDriver.CreateNetwork", body(""), "not by hand");
  expect("NetworkDriver.DeleteNetwork", R"({"NetworkID":"15439a"})", "{}");
}

TEST_F(Driver, knows_an_endpoint_by_its_port) {
  expect("NetworkDriver.CreateEndpoint", create_endpoint("ea86", "10.11.0.10/24", "fa:16:3e:00:00:10"),
         R"({"Interface":{}})");
  expect("NetworkDriver.CreateEndpoint", create_endpoint("ea87", "10.11.0.10/24", ""),
         R"({"Interface":{"MacAddress":"fa:16:3e:00:00:10"}})");
  expect("NetworkDriver.EndpointOperInfo", endpoint("ea87"),
         fmt::format(R"({{"Value":{{"causeway.port":"{}"}}}})", port_id));
}

TEST_F(Driver, refuses_endpoints_that_are_nobodys) {
  const char* foreign = "22222222-0000-4000-8000-000000000001";
  expect_refusal("NetworkDriver.CreateEndpoint", create_endpoint("e", "10.11.0.10/24", "", ""), "causeway.port");
  expect_refusal("NetworkDriver.CreateEndpoint", create_endpoint("e", "10.11.0.20/24", "", foreign), "not bound");
  expect_refusal("NetworkDriver.CreateEndpoint", create_endpoint("e", "10.11.0.11/24", ""), "is not port");
  expect_refusal("NetworkDriver.CreateEndpoint", create_endpoint("e", "10.11.0.10/24", "02:42:00:00:00:01"),
                 "is not port");
  expect_refusal("NetworkDriver.Join", endpoint("unknown"), "unknown");
}

TEST_F(Driver, joins_with_the_gateway_and_only_routes_that_work) {
  expect("NetworkDriver.CreateEndpoint", create_endpoint("ea86", "10.11.0.10/24", "fa:16:3e:00:00:10"),
         R"({"Interface":{}})");
  for (int i = 0; i < 2; ++i) {
    expect(
        "NetworkDriver.Join", endpoint("ea86"),
        R"({"InterfaceName":{"SrcName":"cwc111111110000","DstPrefix":"eth"},"Gateway":"10.11.0.1",)"
        R"("StaticRoutes":[{"Destination":"10.77.0.0/16","RouteType":0,"NextHop":"10.11.0.9"}],"DisableGatewayService":false})");
  }
  expect("NetworkDriver.ProgramExternalConnectivity", endpoint("ea86"), "{}");
}

TEST_F(Driver, gives_no_default_route_to_a_container_s_other_interfaces) {
  container_.ports = {port_.id, domain::PortId("a-later-one")};
  ASSERT_TRUE(store_.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, container_));
    return {};
  }));
  for (int i = 0; i < 1000 && view_.container(container_.id)->ports.size() != 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  expect("NetworkDriver.CreateEndpoint", create_endpoint("ea86", "10.11.0.10/24", "fa:16:3e:00:00:10"),
         R"({"Interface":{}})");
  const auto joined = call("NetworkDriver.Join", endpoint("ea86")).body;
  EXPECT_EQ(member(joined, "Gateway"), nullptr);
  EXPECT_EQ(*member(joined, "DisableGatewayService"), Json(true));
}

TEST_F(Driver, waits_a_bounded_time_for_a_lost_interface) {
  board_.set_unready(port_.id);
  expect("NetworkDriver.CreateEndpoint", create_endpoint("ea86", "10.11.0.10/24", "fa:16:3e:00:00:10"),
         R"({"Interface":{}})");
  expect_refusal("NetworkDriver.Join", endpoint("ea86"), "not there");
  EXPECT_EQ(wakes_, 1);
}

TEST_F(Driver, lets_go_of_endpoints_and_looks_after_their_links) {
  join_first();
  expect("NetworkDriver.RevokeExternalConnectivity", endpoint("ea86"), "{}");
  expect("NetworkDriver.Leave", endpoint("ea86"), "{}");
  EXPECT_EQ(wakes_, 0) << "the interface is still inside";
  expect("NetworkDriver.DeleteEndpoint", endpoint("ea86"), "{}");
  EXPECT_EQ(wakes_, 1);
  EXPECT_FALSE(board_.has_endpoint(port_.id));
  EXPECT_TRUE(board_.is_returning(port_.id));
}

TEST_F(Driver, accepts_the_end_of_endpoints_from_before_its_own_start) {
  expect("NetworkDriver.Leave", endpoint("old"), "{}");
  expect("NetworkDriver.DeleteEndpoint", endpoint("old"), "{}");
  EXPECT_EQ(wakes_, 1) << "every own port is looked at";
  expect("NetworkDriver.EndpointOperInfo", endpoint("old"), R"({"Value":{}})");
}

}  // namespace
}  // namespace causeway::testing
