#include <gtest/gtest.h>

#include "neutron_rig.hpp"

using namespace causeway;
using namespace causeway::test;

TEST(NeutronApi, creates_shows_updates_and_deletes_networks) {
  Neutron neutron;
  const std::string path = "/v2.0/networks/" + neutron.a_network();
  EXPECT_EQ(neutron.send("alice", "GET", path).of("network", "project_id"), "p1");
  EXPECT_EQ(neutron.send("alice", "GET", path).of("network", "provider:segmentation_id"), "(none)");
  EXPECT_EQ(neutron.send("admin", "GET", path).of("network", "provider:segmentation_id"), "1");
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"network":{"name":"m"}})").of("network", "name"), "m");
  EXPECT_EQ(neutron.send("alice", "DELETE", path).status, 204);
  EXPECT_EQ(neutron.send("alice", "GET", path).type(), "NetworkNotFound");
}

TEST(NeutronApi, creates_and_changes_subnets) {
  Neutron neutron;
  const auto made =
      neutron.send("alice", "POST", "/v2.0/subnets.json",
                   R"({"subnet":{"network_id":"n","ip_version":4,"cidr":"10.0.0.0/24","allocation_pools":""}})");
  ASSERT_EQ(made.status, 201) << made.text;
  const std::string path = "/v2.0/subnets/" + made.of("subnet", "id");
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"subnet":{"name":"x"}})").of("subnet", "gateway_ip"), "10.0.0.1");
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"subnet":{"gateway_ip":null}})").of("subnet", "gateway_ip"), "null");
  EXPECT_EQ(neutron.send("alice", "DELETE", path).status, 204);
}

TEST(NeutronApi, creates_ports_one_or_many) {
  Neutron neutron;
  const auto one = neutron.send("alice", "POST", "/v2.0/ports",
                                R"({"port":{"network_id":"n","fixed_ips":[{"ip_address":"10.0.0.9"}],"tags":["t"]}})");
  ASSERT_EQ(one.status, 201) << one.text;
  EXPECT_NE(one.of("port", "fixed_ips").find("10.0.0.9"), std::string::npos);
  const auto many = neutron.send("alice", "POST", "/v2.0/ports",
                                 R"({"ports":[{"network_id":"n","name":"a"},{"network_id":"n","name":"b"}]})");
  EXPECT_EQ(many.each("ports", "name"), (std::vector<std::string>{"a", "b"}));
  const std::string path = "/v2.0/ports/" + one.of("port", "id");
  EXPECT_EQ(
      neutron.send("alice", "PUT", path, R"({"port":{"name":"z","allowed_address_pairs":[]}})").of("port", "name"),
      "z");
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"port":{"binding:vnic_type":"direct"}})").status, 400);
  EXPECT_EQ(neutron.send("alice", "DELETE", path).status, 204);
}

TEST(NeutronApi, takes_address_pairs_of_ports) {
  Neutron neutron;
  const auto made = neutron.send("alice", "POST", "/v2.0/ports",
                                 R"({"port":{"network_id":"n","mac_address":"fa:16:3e:00:00:01","allowed_address_pairs":[{"ip_address":"10.0.0.9"},)"
                                 R"({"ip_address":"10.1.0.0/16","mac_address":"02:00:00:00:00:01"}]}})");
  ASSERT_EQ(made.status, 201) << made.text;
  const std::string path = "/v2.0/ports/" + made.of("port", "id");
  EXPECT_NE(made.text.find(R"("allowed_address_pairs":[{"ip_address":"10.0.0.9","mac_address":")"), std::string::npos) << made.text;
  EXPECT_NE(made.text.find(R"({"ip_address":"10.1.0.0/16","mac_address":"02:00:00:00:00:01"}])"), std::string::npos) << made.text;
  const auto cleared = neutron.send("alice", "PUT", path, R"({"port":{"allowed_address_pairs":[]}})");
  EXPECT_NE(cleared.text.find(R"("allowed_address_pairs":[])"), std::string::npos) << cleared.text;
  for (const auto* bad : {R"([{"mac_address":"02:00:00:00:00:01"}])", R"([{"ip_address":"10.0.0.300"}])", R"(["10.0.0.1"])",
                          R"([{"ip_address":"10.0.0.1","port":1}])", R"("10.0.0.1")"}) {
    EXPECT_EQ(neutron.send("alice", "PUT", path, fmt::format(R"({{"port":{{"allowed_address_pairs":{}}}}})", bad)).status, 400) << bad;
  }
}

TEST(NeutronApi, keeps_security_groups_and_their_rules) {
  Neutron neutron;
  const std::string group =
      neutron.send("alice", "POST", "/v2.0/security-groups", R"({"security_group":{"name":"web"}})")
          .of("security_group", "id");
  const auto rule = neutron.send(
      "alice", "POST", "/v2.0/security-group-rules",
      R"({"security_group_rule":{"direction":"ingress","protocol":6,"port_range_min":"80","port_range_max":80,"security_group_id":")" +
          group + "\"}}");
  ASSERT_EQ(rule.status, 201) << rule.text;
  EXPECT_EQ(rule.of("security_group_rule", "protocol"), "6");
  const std::string id = rule.of("security_group_rule", "id");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/security-group-rules?security_group_id=" + group)
                .each("security_group_rules", "id"),
            std::vector{id});
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/security-group-rules/" + id).status, 200);
  EXPECT_EQ(
      neutron.send("alice", "POST", "/v2.0/security-group-rules", R"({"security_group_rule":{"direction":"ingress"}})")
          .status,
      400);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/security-group-rules?tags=a").status, 400);
  EXPECT_EQ(neutron.send("alice", "DELETE", "/v2.0/security-group-rules/" + id).status, 204);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/security-group-rules/" + id).type(), "SecurityGroupRuleNotFound");
  EXPECT_EQ(neutron.send("alice", "DELETE", "/v2.0/security-groups/" + group).status, 204);
}

TEST(NeutronApi, keeps_tags) {
  Neutron neutron;
  const std::string path = "/v2.0/networks/" + neutron.a_network() + "/tags";
  EXPECT_EQ(neutron.send("alice", "PUT", path, R"({"tags":["a","b"]})").text, R"({"tags":["a","b"]})");
  EXPECT_EQ(neutron.send("alice", "PUT", path + "/c%20d").status, 201);
  EXPECT_EQ(neutron.send("alice", "GET", path + "/c%20d").status, 204);
  EXPECT_EQ(neutron.send("alice", "DELETE", path + "/a").status, 204);
  EXPECT_EQ(neutron.send("alice", "GET", path + "/a").type(), "TagNotFound");
  EXPECT_EQ(neutron.send("alice", "GET", path).text, R"({"tags":["b","c d"]})");
  EXPECT_EQ(neutron.send("alice", "DELETE", path).status, 204);
  EXPECT_EQ(neutron.send("alice", "GET", path).text, R"({"tags":[]})");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/dragons/1/tags").status, 404);
}

TEST(NeutronApi, says_what_is_wrong_with_a_body) {
  Neutron neutron;
  struct Case {
    const char *path, *body;
    int status;
    const char* message;
  };
  for (const auto& [path, body, status, message] : {
           Case{"/v2.0/networks", "", 400, "Unable to find 'network' in request body"},
           Case{"/v2.0/networks", R"({"network":[]})", 400, "Unable to find 'network' in request body"},
           Case{"/v2.0/networks", R"({"networks":[]})", 400, "'networks' must be a list with at least one object"},
           Case{"/v2.0/networks", R"({"network":{"colour":1,"size":2}})", 400,
                "Unrecognized attribute(s) 'colour, size'"},
           Case{"/v2.0/networks", R"({"network":{"status":"UP"}})", 400,
                "Attribute 'status' not allowed in this request; it is read-only."},
           Case{"/v2.0/networks", R"({"network":{"name":7}})", 400,
                "Invalid input for name. Reason: it is not a valid string but an integer."},
           Case{"/v2.0/networks", R"({"network":{"mtu":12}})", 400,
                "Invalid input for mtu. Reason: 12 is not in the range 68 to 65535."},
           Case{"/v2.0/networks", R"({"network":{"provider:network_type":"vxlan"}})", 403,
                "Setting provider:network_type is reserved to administrators."},
           Case{"/v2.0/networks", R"({"network":{"project_id":"p2"}})", 403,
                "Only administrators may create for another project."},
           Case{"/v2.0/networks", R"({"network":{"project_id":"p1","tenant_id":"p2"}})", 400,
                "'project_id' and 'tenant_id' do not match"},
           Case{"/v2.0/ports", R"({"port":{}})", 400,
                "Failed to parse request. Required attribute 'network_id' not specified"},
           Case{"/v2.0/ports", R"({"port":{"network_id":"n","binding:host_id":""}})", 403,
                "Setting binding:host_id is reserved to administrators."},
           Case{"/v2.0/subnets", R"({"subnet":{"network_id":"n","ip_version":4}})", 400,
                "Failed to parse request. Required attribute 'cidr' not specified"},
       }) {
    const auto heard = neutron.send("alice", "POST", path, body);
    EXPECT_EQ(heard.status, status) << body;
    EXPECT_EQ(heard.message(), message) << body;
    EXPECT_EQ(heard.type(), status == 400 ? "HTTPBadRequest" : "PolicyNotAuthorized") << body;
  }
  EXPECT_EQ(neutron.send("alice", "POST", "/v2.0/networks", "{").type(), "HTTPBadRequest");
}

TEST(NeutronApi, gives_objects_to_the_project_that_was_named) {
  Neutron neutron;
  EXPECT_EQ(
      neutron.send("admin", "POST", "/v2.0/networks", R"({"network":{"tenant_id":"p2"}})").of("network", "project_id"),
      "p2");
  EXPECT_EQ(
      neutron.send("system", "POST", "/v2.0/networks", R"({"network":{"tenant_id":"p2"}})").of("network", "project_id"),
      "p2");
  EXPECT_EQ(neutron.send("system", "POST", "/v2.0/networks", R"({"network":{}})").status, 400) << "nobody's network";
  const std::string id = neutron.a_network();
  EXPECT_EQ(neutron.send("admin", "PUT", "/v2.0/networks/" + id, R"({"network":{"project_id":"p2"}})").status, 400)
      << "never silently ignored";
}

TEST(NeutronApi, holds_the_revision_that_was_asked_for) {
  Neutron neutron;
  const std::string path = "/v2.0/networks/" + neutron.a_network();
  const std::string body = R"({"network":{"name":"m"}})";
  EXPECT_EQ(neutron.send("alice", "PUT", path, body, "revision_number=0").status, 200);
  const auto heard = neutron.send("alice", "PUT", path, body, "revision_number=0");
  EXPECT_EQ(heard.status, 412);
  EXPECT_EQ(heard.type(), "RevisionNumberConstraintFailed");
  EXPECT_EQ(neutron.send("alice", "PUT", path, body, "revision_number=1x").status, 400);
}

TEST(NeutronApi, maps_errors_to_the_types_that_clients_match) {
  struct Case {
    Code code;
    const char* reason;
    int status;
    const char* type;
  };
  for (const auto& [code, reason, status, type] :
       {Case{Code::conflict, "network.in_use", 409, "NetworkInUse"},
        Case{Code::exhausted, "ipam.pool_exhausted", 409, "IpAddressGenerationFailure"},
        Case{Code::conflict, "ipam.address_leased", 409, "IpAddressAlreadyAllocated"},
        Case{Code::exhausted, "quota.exceeded", 409, "OverQuota"},
        Case{Code::unavailable, "central.unreachable", 503, "ServiceUnavailable"},
        Case{Code::invalid, "something.new", 400, "InvalidInput"},
        Case{Code::exhausted, "network.no_vni", 503, "NoNetworkAvailable"}}) {
    Neutron neutron;
    neutron.network.trouble = fail(code, reason, "Sorry.");
    const auto heard = neutron.send("alice", "GET", "/v2.0/ports");
    EXPECT_EQ(heard.status, status) << reason;
    EXPECT_EQ(heard.type(), type);
    EXPECT_EQ(heard.message(), "Sorry.");
  }
  Neutron neutron;
  neutron.network.trouble = fail(Code::internal, "bug", "secret");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/ports").text.find("secret"), std::string::npos);
}

TEST(NeutronApi, forwards_writes_of_a_region_as_they_are) {
  Neutron neutron(Neutron::At::region);
  neutron.forwarder.answer = boundary::Forwarder::Answer{409, "busy, not JSON"};
  const auto heard = neutron.send("alice", "POST", "/v2.0/networks?x=1", R"({"network":{"name":"n"}})");
  EXPECT_EQ(heard.status, 409);
  EXPECT_EQ(heard.text, "busy, not JSON");
  EXPECT_EQ(neutron.forwarder.seen, R"(POST /v2.0/networks?x=1 alice {"network":{"name":"n"}})");
  neutron.forwarder.answer = failed(Code::unavailable, "central.unreachable", "Away.");
  EXPECT_EQ(neutron.send("alice", "DELETE", "/v2.0/subnets/1").status, 503);
  neutron.forwarder.seen.clear();
  EXPECT_EQ(neutron.send("alice", "POST", "/v2.0/ports", R"({"port":{"network_id":"n"}})").status, 201);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/networks").status, 200);
  EXPECT_EQ(neutron.forwarder.seen, "") << "ports and reads are the region's own";
}

TEST(NeutronApi, shows_and_gives_nothing_of_another_project) {
  Neutron neutron;
  const std::string network = neutron.a_network();
  const std::string port =
      neutron.send("alice", "POST", "/v2.0/ports", R"({"port":{"network_id":"n"}})").of("port", "id");
  const std::string group = neutron.send("alice", "POST", "/v2.0/security-groups", R"({"security_group":{"name":"g"}})")
                                .of("security_group", "id");
  const std::vector<std::pair<std::string, std::string>> objects{
      {"networks/" + network, R"({"network":{"name":"x"}})"},
      {"ports/" + port, R"({"port":{"name":"x"}})"},
      {"security-groups/" + group, R"({"security_group":{"name":"x"}})"}};
  for (const auto& [path, body] : objects) {
    EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/" + path).status, 404) << path;
    EXPECT_EQ(neutron.send("bob", "PUT", "/v2.0/" + path, body).status, 404) << path;
    EXPECT_EQ(neutron.send("bob", "DELETE", "/v2.0/" + path).status, 404) << path;
    EXPECT_EQ(neutron.send("bob", "PUT", "/v2.0/" + path + "/tags/t").status, 404) << path;
    EXPECT_EQ(neutron.send("", "GET", "/v2.0/" + path).status, 401) << path;
  }
  EXPECT_TRUE(neutron.send("bob", "GET", "/v2.0/networks").each("networks", "id").empty());
}
