#include <gtest/gtest.h>

#include "../../services/central/router_room.hpp"
#include "causeway/services/common/facts/network_facts.hpp"
#include "neutron_rig.hpp"

namespace causeway::test {
namespace {

/// The Networking API of the centre over its own services. Tokens as in Neutron.
struct RouterApi {
  services::RouterRoom room;
  NeutronTokens tokens;
  adapters::SequentialIds ids;
  services::NetworkFactsOfStore details{room.store};
  api::NeutronApi api{room.networks, &room.networks, nullptr, "CentralRegion", &room.routers, &room.floating_ips, nullptr, nullptr, &details};
  api::Service service{{{api::neutron_style("http://identity"), api::neutron_routes(api)}}, {&tokens, ids, {}}};

  Heard send(const std::string& token, const std::string& method, const std::string& target,
             const std::string& body = "", const std::string& if_match = "") {
    return Neutron::exchange(service, token, method, target, body, if_match);
  }
  std::string made(const std::string& token, const std::string& collection, const std::string& envelope,
                   const std::string& body) {
    const auto heard = send(token, "POST", "/v2.0/" + collection, fmt::format(R"({{"{}":{}}})", envelope, body));
    EXPECT_EQ(heard.status, 201) << heard.text;
    return heard.of(envelope, "id");
  }
  std::string an_outside() {
    const auto id = made("admin", "networks", "network",
                         R"({"name":"ext","router:external":"True","provider:network_type":"flat",
                             "provider:physical_network":"outside"})");
    made("admin", "subnets", "subnet",
         fmt::format(R"({{"network_id":"{}","ip_version":4,"cidr":"203.0.113.0/24"}})", id));
    return id;
  }
};

// covers: POST /v2.0/routers, POST /v2.0/floatingips
TEST(RouterRoutes, bulk_makes_all_of_them_or_none) {
  RouterApi neutron;
  const auto outside = neutron.an_outside();
  const auto routers = neutron.send("alice", "POST", "/v2.0/routers", R"({"routers":[{"name":"a"},{"name":"b"}]})");
  EXPECT_EQ(routers.status, 201) << routers.text;
  EXPECT_EQ(routers.each("routers", "name"), (std::vector<std::string>{"a", "b"}));
  const auto wrong = neutron.send("alice", "POST", "/v2.0/routers",
                                  R"({"routers":[{"name":"c"},{"name":"d","external_gateway_info":{"network_id":"n"}}]})");
  EXPECT_EQ(wrong.type(), "NetworkNotFound") << wrong.text;
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/routers").each("routers", "name").size(), 2u);

  const std::string one = fmt::format(R"({{"floating_network_id":"{}"}})", outside);
  const auto ips = neutron.send("alice", "POST", "/v2.0/floatingips", fmt::format(R"({{"floatingips":[{0},{0},{0}]}})", one));
  EXPECT_EQ(ips.status, 201) << ips.text;
  EXPECT_EQ(ips.each("floatingips", "floating_network_id"), std::vector<std::string>(3, outside));
  const auto half = neutron.send("alice", "POST", "/v2.0/floatingips", fmt::format(R"({{"floatingips":[{},{{"port_id":"p"}}]}})", one));
  EXPECT_EQ(half.status, 400) << half.text;
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/floatingips").each("floatingips", "id").size(), 3u);
}

TEST(RouterRoutes, what_a_body_may_say) {
  RouterApi neutron;
  const struct {
    const char* token;
    const char* body;
    int status;
    const char* type;
  } cases[] = {
      {"alice", R"({"router":{}})", 201, ""},
      {"alice", R"({"router":{"name":"r","description":"d","admin_state_up":"False","availability_zone_hints":["One"]}})", 201, ""},
      {"admin", R"({"router":{"distributed":true,"ha":false,"tenant_id":"p1"}})", 201, ""},
      {"admin", R"({"router":{"ha":true}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"distributed":true}})", 403, "PolicyNotAuthorized"},
      {"alice", R"({"router":{"routes":[]}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"status":"ACTIVE"}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"tenant_id":"p2"}})", 403, "PolicyNotAuthorized"},
      {"alice", R"({"router":{"external_gateway_info":5}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"external_gateway_info":{"enable_snat":true}}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"external_gateway_info":{"network_id":"n","what":1}}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"external_gateway_info":{"network_id":"n","external_fixed_ips":[{"ip_address":"x"}]}}})", 400, "HTTPBadRequest"},
      {"alice", R"({"router":{"external_gateway_info":{"network_id":"n"}}})", 404, "NetworkNotFound"},
      {"alice", R"({"router":{"external_gateway_info":{}}})", 201, ""},
      {"alice", R"({"routers":[]})", 400, "HTTPBadRequest"},
  };
  for (const auto& row : cases) {
    const auto heard = neutron.send(row.token, "POST", "/v2.0/routers", row.body);
    EXPECT_EQ(heard.status, row.status) << row.body << heard.text;
    EXPECT_EQ(heard.type(), row.type) << row.body;
  }
}

TEST(RouterRoutes, a_router_as_its_owner_and_as_an_administrator_sees_it) {
  RouterApi neutron;
  const auto outside = neutron.an_outside();
  const auto id = neutron.made("alice", "routers", "router",
                               fmt::format(R"({{"name":"r","external_gateway_info":{{"network_id":"{}"}}}})", outside));
  const std::string path = "/v2.0/routers/" + id;
  const auto mine = neutron.send("alice", "GET", path);
  EXPECT_EQ(mine.of("router", "gateway_host"), "(none)");
  EXPECT_EQ(mine.of("router", "tenant_id"), "p1");
  EXPECT_NE(mine.of("router", "external_gateway_info").find(R"("enable_snat":true)"), std::string::npos) << mine.text;
  EXPECT_EQ(neutron.send("admin", "GET", path).of("router", "gateway_host"), "");
  EXPECT_EQ(neutron.send("admin", "GET", path).of("router", "distributed"), "true");
  EXPECT_EQ(neutron.send("alice", "GET", path + "?fields=name").text, R"({"router":{"name":"r"}})");
  EXPECT_EQ(neutron.send("bob", "GET", path).type(), "RouterNotFound");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/routers?name=r").each("routers", "id"), std::vector{id});
  EXPECT_TRUE(neutron.send("alice", "GET", "/v2.0/routers?name=other").each("routers", "id").empty());
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"router":{"name":"x"}})", "revision_number=77").status, 412);
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"router":{"external_gateway_info":null}})").of("router", "external_gateway_info"), "null");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/tags", R"({"tags":["t"]})").status, 200);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/routers?tags=t").each("routers", "id"), std::vector{id});
  EXPECT_EQ(neutron.send("alice", "DELETE", path).status, 204);
  EXPECT_EQ(neutron.send("alice", "DELETE", path).type(), "RouterNotFound");
}

// covers: PUT /v2.0/routers/{id}/add_external_gateways
// covers: PUT /v2.0/routers/{id}/update_external_gateways
// covers: PUT /v2.0/routers/{id}/remove_external_gateways
TEST(RouterRoutes, several_gateways_at_once) {
  RouterApi neutron;
  const auto outside = neutron.an_outside();
  const std::string path = "/v2.0/routers/" + neutron.made("alice", "routers", "router", "{}");
  const auto body = [&](std::string_view more = "") {
    return fmt::format(R"({{"router":{{"external_gateways":[{{"network_id":"{}"{}}}]}}}})", outside, more);
  };
  const auto put = [&](const char* action, const std::string& text, const char* token = "alice") {
    return neutron.send(token, "PUT", path + action, text);
  };
  EXPECT_EQ(put("/remove_external_gateways", body()).type(), "UnableToRemoveGateways");
  const auto first = put("/add_external_gateways", body());
  EXPECT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(first.of("router", "external_gateways"), "[" + first.of("router", "external_gateway_info") + "]");
  EXPECT_EQ(put("/add_external_gateways", body()).status, 200);
  EXPECT_EQ(put("/remove_external_gateways", body()).type(), "UnableToMatchGateways") << "which of the two?";
  EXPECT_EQ(neutron.send("admin", "GET", path).of("router", "gateway_hosts"), R"(["",""])");
  const auto info = first.of("router", "external_gateways");
  const auto removed = put("/remove_external_gateways", fmt::format(R"({{"router":{{"external_gateways":{}}}}})", info));
  EXPECT_EQ(removed.status, 200) << removed.text;
  EXPECT_NE(removed.of("router", "external_gateways"), info) << "the second is left";
  EXPECT_EQ(put("/update_external_gateways", body(R"(,"enable_snat":false)")).type(), "PolicyNotAuthorized");
  EXPECT_NE(put("/update_external_gateways", body(R"(,"enable_snat":false)"), "admin").of("router", "external_gateways").find(R"("enable_snat":false)"),
            std::string::npos);
  EXPECT_EQ(put("", R"({"router":{"external_gateways":[]}})").of("router", "external_gateways"), "[]");
  const struct {
    std::string body;
    int status;
  } wrong[] = {{"{}", 400},
               {R"({"router":{}})", 400},
               {R"({"router":{"external_gateways":{}}})", 400},
               {R"({"router":{"external_gateways":[5]}})", 400},
               {R"({"router":{"external_gateways":[{}]}})", 400},
               {R"({"router":{"external_gateways":[{"network_id":"n"}]}})", 404},
               {body(R"(,"what":1)"), 400}};
  for (const auto& row : wrong) EXPECT_EQ(put("/add_external_gateways", row.body).status, row.status) << row.body;
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/add_external_gateways", body(), "revision_number=77").status, 412);
  EXPECT_EQ(neutron.send("bob", "PUT", path + "/add_external_gateways", body()).type(), "RouterNotFound");
  EXPECT_EQ(neutron.made("alice", "routers", "router", fmt::format(R"({{"external_gateways":[{{"network_id":"{}"}}]}})", outside)).size(), 36u);
}

TEST(RouterRoutes, interfaces_and_extra_routes) {
  RouterApi neutron;
  const auto network = neutron.made("alice", "networks", "network", R"({"name":"n"})");
  const auto subnet = neutron.made("alice", "subnets", "subnet",
                                   fmt::format(R"({{"network_id":"{}","ip_version":4,"cidr":"10.0.0.0/24"}})", network));
  const std::string path = "/v2.0/routers/" + neutron.made("alice", "routers", "router", "{}");
  const auto wish = fmt::format(R"({{"subnet_id":"{}"}})", subnet);
  const auto added = neutron.send("alice", "PUT", path + "/add_router_interface", wish);
  EXPECT_EQ(added.status, 200) << added.text;
  EXPECT_EQ(text_member(added.body, "subnet_id"), subnet);
  EXPECT_EQ(text_member(added.body, "network_id"), network);
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/add_router_interface", "{}").type(), "BadRequest");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/add_router_interface", R"({"what":1})").status, 400);
  const std::string route = R"({"router":{"routes":[{"destination":"192.168.0.0/16","nexthop":"10.0.0.9"}]}})";
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/add_extraroutes", route).of("router", "routes"),
            R"([{"destination":"192.168.0.0/16","nexthop":"10.0.0.9"}])");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/remove_router_interface", wish).type(), "RouterInterfaceInUseByRoute");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/remove_extraroutes", route).of("router", "routes"), "[]");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/remove_extraroutes", R"({"router":{}})").status, 400);
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/remove_router_interface", wish).status, 200);
}

TEST(FloatingIpRoutes, a_floating_ip_from_its_creation_to_its_end) {
  RouterApi neutron;
  const auto outside = neutron.an_outside();
  const auto body = fmt::format(R"({{"floating_network_id":"{}","description":"d","port_id":null}})", outside);
  const auto id = neutron.made("alice", "floatingips", "floatingip", body);
  const std::string path = "/v2.0/floatingips/" + id;
  const auto shown = neutron.send("alice", "GET", path);
  EXPECT_EQ(shown.of("floatingip", "status"), "DOWN");
  EXPECT_EQ(shown.of("floatingip", "port_details"), "null");
  EXPECT_EQ(shown.of("floatingip", "router_id"), "null");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/floatingips?floating_network_id=" + outside).each("floatingips", "id"), std::vector{id});
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"floatingip":{"description":"new"}})").of("floatingip", "description"), "new");
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"floatingip":{"floating_ip_address":"203.0.113.9"}})").status, 400);
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"floatingip":{"fixed_ip_address":"10.0.0.9"}})").type(), "BadRequest");
  EXPECT_EQ(neutron.send("alice", "POST", "/v2.0/floatingips", R"({"floatingip":{}})").status, 400);
  EXPECT_EQ(neutron.send("bob", "GET", path).type(), "FloatingIPNotFound");
  EXPECT_EQ(neutron.send("bob", "DELETE", path).type(), "FloatingIPNotFound");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/tags/t").status, 201);
  EXPECT_EQ(neutron.send("alice", "DELETE", path).status, 204);
}

TEST(RouterRoutes, a_region_asks_the_centre) {
  Neutron neutron(Neutron::At::region);
  const struct {
    const char* method;
    const char* target;
  } cases[] = {{"GET", "/v2.0/routers?name=r"},
               {"GET", "/v2.0/routers/1"},
               {"PUT", "/v2.0/routers/1"},
               {"DELETE", "/v2.0/routers/1"},
               {"PUT", "/v2.0/routers/1/add_router_interface"},
               {"PUT", "/v2.0/routers/1/remove_extraroutes"},
               {"GET", "/v2.0/floatingips"},
               {"POST", "/v2.0/floatingips"},
               {"DELETE", "/v2.0/floatingips/1"},
               {"GET", "/v2.0/routers/1/tags"},
               {"GET", "/v2.0/floatingips/1/tags/t"}};
  for (const auto& row : cases) {
    neutron.forwarder.seen.clear();
    neutron.send("alice", row.method, row.target, std::string_view(row.method).starts_with('P') ? "{}" : "");
    EXPECT_TRUE(neutron.forwarder.seen.starts_with(fmt::format("{} {} alice", row.method, row.target)))
        << row.target << ": " << neutron.forwarder.seen;
  }
}

}  // namespace
}  // namespace causeway::test
