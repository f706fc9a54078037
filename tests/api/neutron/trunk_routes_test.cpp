#include <gtest/gtest.h>

#include "../../services/network/cloud.hpp"
#include "causeway/services/central/central_families.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "neutron_rig.hpp"

namespace causeway::test {
namespace {

/// The Networking API of the centre over its own services. Tokens as in Neutron.
struct TrunkApi {
  services::Centre room;
  NeutronTokens tokens;
  adapters::SequentialIds ids;
  services::CentralFamilies families{room.deps};
  api::CentralResources resources{families.address_scopes, families.subnet_pools, families.rbac_policies, families.qos_policies,
                                  families.quotas,         families.agents,       families.facts,         families.trunks};
  services::TrunkFacts facts{room.store};
  api::NeutronApi api{room.networks, &room.networks, nullptr, "CentralRegion", nullptr, nullptr, &resources, &facts};
  api::Service service{{{api::neutron_style("http://identity"), api::neutron_routes(api)}}, {&tokens, ids, {}}};
  std::string outer = made("networks", "network", "{}"), inner = made("networks", "network", "{}");
  std::string parent = port(outer), sub = port(inner);

  Heard send(const std::string& method, const std::string& target, const std::string& body = "", const std::string& token = "alice") {
    return Neutron::exchange(service, token, method, "/v2.0/" + target, body, "");
  }
  std::string made(const std::string& collection, const std::string& envelope, const std::string& body) {
    const auto heard = send("POST", collection, fmt::format(R"({{"{}":{}}})", envelope, body));
    EXPECT_EQ(heard.status, 201) << heard.text;
    return heard.of(envelope, "id");
  }
  std::string port(const std::string& network) { return made("ports", "port", fmt::format(R"({{"network_id":"{}"}})", network)); }
  static std::string subs(const std::string& port, int vlan) {
    return fmt::format(R"({{"sub_ports":[{{"port_id":"{}","segmentation_type":"vlan","segmentation_id":{}}}]}})", port, vlan);
  }
};

// covers: GET /v2.0/trunks, GET /v2.0/trunks/{id}, POST /v2.0/trunks, PUT /v2.0/trunks/{id}, DELETE /v2.0/trunks/{id}
// covers: PUT /v2.0/trunks/{id}/add_subports, PUT /v2.0/trunks/{id}/remove_subports, GET /v2.0/trunks/{id}/get_subports
TEST(TrunkRoutes, a_trunk_and_its_subports) {
  TrunkApi neutron;
  const auto id = neutron.made("trunks", "trunk", fmt::format(R"({{"name":"t","port_id":"{}"}})", neutron.parent));
  EXPECT_EQ(neutron.send("GET", "trunks?name=t&status=DOWN&port_id=" + neutron.parent).each("trunks", "id"), std::vector{id});
  EXPECT_TRUE(neutron.send("GET", "trunks?status=ACTIVE").each("trunks", "id").empty());
  EXPECT_EQ(neutron.send("GET", "trunks/" + id, "", "bob").type(), "TrunkNotFound");
  EXPECT_EQ(neutron.send("PUT", "trunks/" + id, R"({"trunk":{"name":"u"}})").of("trunk", "name"), "u");
  EXPECT_EQ(neutron.send("PUT", "trunks/" + id, R"({"trunk":{"port_id":"x"}})").status, 400);

  const auto added = neutron.send("PUT", "trunks/" + id + "/add_subports", TrunkApi::subs(neutron.sub, 101));
  EXPECT_EQ(added.status, 200) << added.text;
  EXPECT_EQ(text_member(added.body, "id"), id) << "without an envelope";
  EXPECT_EQ(neutron.send("GET", "trunks/" + id + "/get_subports").each("sub_ports", "port_id"), std::vector{neutron.sub});
  const auto shown = neutron.send("GET", "ports/" + neutron.parent).of("port", "trunk_details");
  EXPECT_NE(shown.find(id), std::string::npos);
  EXPECT_NE(shown.find(neutron.send("GET", "ports/" + neutron.sub).of("port", "mac_address")), std::string::npos) << shown;
  EXPECT_EQ(neutron.send("GET", "ports/" + neutron.sub).of("port", "trunk_details"), "(none)");
  EXPECT_EQ(neutron.send("GET", "ports/" + neutron.sub).of("port", "device_owner"), "trunk:subport");
  EXPECT_EQ(neutron.send("DELETE", "ports/" + neutron.parent).type(), "PortInUseAsTrunkParent");
  EXPECT_EQ(neutron.send("DELETE", "ports/" + neutron.sub).type(), "PortInUseAsSubPort");

  EXPECT_EQ(neutron.send("PUT", "trunks/" + id + "/remove_subports", fmt::format(R"({{"sub_ports":[{{"port_id":"{}"}}]}})", neutron.parent)).type(),
            "SubPortNotFound");
  EXPECT_EQ(neutron.send("PUT", "trunks/" + id + "/remove_subports", fmt::format(R"({{"sub_ports":[{{"port_id":"{}"}}]}})", neutron.sub)).status, 200);
  EXPECT_TRUE(neutron.send("GET", "trunks/" + id + "/get_subports").each("sub_ports", "port_id").empty());
  EXPECT_EQ(neutron.send("PUT", "trunks/" + id + "/tags", R"({"tags":["a"]})").status, 200);
  EXPECT_EQ(neutron.send("GET", "trunks?tags=a").each("trunks", "id"), std::vector{id});
  EXPECT_EQ(neutron.send("DELETE", "trunks/" + id).status, 204);
  EXPECT_EQ(neutron.send("DELETE", "ports/" + neutron.sub).status, 204);
}

TEST(TrunkRoutes, what_a_trunk_may_not_be) {
  TrunkApi neutron;
  const auto more = neutron.port(neutron.inner), other = neutron.port(neutron.outer);
  const auto id = neutron.made("trunks", "trunk",
                               fmt::format(R"({{"port_id":"{}","sub_ports":[{{"port_id":"{}","segmentation_type":"vlan","segmentation_id":101}}]}})",
                                           neutron.parent, neutron.sub));
  const std::string add = "trunks/" + id + "/add_subports";
  const struct {
    std::string path, body;
    int status;
    std::string type;
  } rows[] = {
      {add, TrunkApi::subs(more, 101), 409, "DuplicateSubPort"},
      {add, TrunkApi::subs(more, 0), 400, "HTTPBadRequest"},
      {add, TrunkApi::subs(more, 4095), 400, "HTTPBadRequest"},
      {add, TrunkApi::subs(neutron.sub, 5), 409, "PortInUseAsSubPort"},
      {add, TrunkApi::subs(neutron.parent, 5), 409, "PortInUseAsSubPort"},
      {add, TrunkApi::subs("nobody", 5), 404, "PortNotFound"},
      {add, fmt::format(R"({{"sub_ports":[{{"port_id":"{}","segmentation_type":"inherit"}}]}})", more), 400, "InvalidInput"},
      {add, fmt::format(R"({{"sub_ports":[{{"port_id":"{}","segmentation_type":"vlan"}}]}})", more), 400, "HTTPBadRequest"},
      {add, R"({"sub_ports":[{"segmentation_id":5}]})", 400, "HTTPBadRequest"},
      {add, R"({"sub_ports":5})", 400, "HTTPBadRequest"},
      {add, "{}", 400, "HTTPBadRequest"},
      {"trunks/nothing/add_subports", TrunkApi::subs(more, 5), 404, "TrunkNotFound"},
  };
  for (const auto& row : rows) {
    const auto heard = neutron.send("PUT", row.path, row.body);
    EXPECT_EQ(heard.status, row.status) << row.body << heard.text;
    EXPECT_EQ(heard.type(), row.type) << row.body << heard.text;
  }
  EXPECT_EQ(neutron.send("POST", "trunks", fmt::format(R"({{"trunk":{{"port_id":"{}"}}}})", neutron.parent)).type(), "PortInUseAsTrunkParent");
  EXPECT_EQ(neutron.send("POST", "trunks", R"({"trunk":{}})").status, 400);
  const auto half = neutron.send("POST", "trunks", fmt::format(R"({{"trunks":[{{"port_id":"{}"}},{{"port_id":"{}"}}]}})", other, neutron.sub));
  EXPECT_EQ(half.type(), "PortInUseAsSubPort");
  EXPECT_EQ(neutron.send("GET", "trunks").each("trunks", "id"), std::vector{id}) << "all or none";
}

TEST(TrunkRoutes, what_stands_in_the_way_of_a_subport) {
  TrunkApi neutron;
  const auto id = neutron.made("trunks", "trunk", fmt::format(R"({{"port_id":"{}"}})", neutron.parent));
  const std::string add = "trunks/" + id + "/add_subports";
  const auto wide = neutron.made("networks", "network", R"({"mtu":1450})"), narrow = neutron.made("networks", "network", R"({"mtu":1400})");
  const auto on_narrow = neutron.made("trunks", "trunk", fmt::format(R"({{"port_id":"{}"}})", neutron.port(narrow)));
  EXPECT_EQ(neutron.send("PUT", "trunks/" + on_narrow + "/add_subports", TrunkApi::subs(neutron.port(wide), 5)).type(), "SubPortMtuGreaterThanTrunkPortMtu");

  ASSERT_TRUE(neutron.room.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY(auto leg, boundary::get<Port>(writer, neutron.sub));
    leg.device_owner = "network:router_interface";
    TRY_VOID(boundary::put(writer, leg));
    return {};
  }));
  EXPECT_EQ(neutron.send("POST", "trunks", fmt::format(R"({{"trunk":{{"port_id":"{}"}}}})", neutron.sub)).type(), "ParentPortInUse");
  EXPECT_EQ(neutron.send("PUT", add, TrunkApi::subs(neutron.sub, 5)).type(), "PortInUse");

  EXPECT_EQ(neutron.send("PUT", "trunks/" + id, R"({"trunk":{"admin_state_up":false}})").status, 200);
  EXPECT_EQ(neutron.send("PUT", add, TrunkApi::subs(neutron.port(neutron.inner), 5)).type(), "TrunkDisabled");
}

}  // namespace
}  // namespace causeway::test
