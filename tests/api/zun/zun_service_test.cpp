#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::api {
namespace {

class Zun : public ::testing::Test, protected test::ZunService {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
};

// covers: GET /, GET /v1
TEST_F(Zun, discovery_needs_no_token_and_ignores_versions) {
  const auto versions = send("GET", "/", {.token = "", .version = "container 9.9"});
  ASSERT_EQ(versions.status, 200);
  const auto& entry = member(versions.body, "versions")->get_array()[0];
  EXPECT_EQ(text_member(entry, "status"), "CURRENT");
  EXPECT_EQ(text_member(entry, "max_version"), "1.40");
  EXPECT_EQ(text_member(entry, "min_version"), "1.1");
  EXPECT_EQ(text_member(member(entry, "links")->get_array()[0], "href"), "http://zun:9517/v1/");
  const auto v1 = send("GET", "/v1/", {.token = ""});
  EXPECT_EQ(v1.status, 200);
  EXPECT_EQ(
      to_text(*member(v1.body, "containers")),
      R"([{"href":"http://zun:9517/v1/containers/","rel":"self"},{"href":"http://zun:9517/containers/","rel":"bookmark"}])");
}

struct Negotiation {
  const char* asked;
  int status;
  const char* used;
  const char* text;
};
class ZunVersions : public Zun, public ::testing::WithParamInterface<Negotiation> {};
TEST_P(ZunVersions, are_negotiated_by_the_header) {
  const auto answer = send("GET", "/v1/containers", {.version = GetParam().asked});
  EXPECT_EQ(answer.status, GetParam().status) << answer.text;
  EXPECT_EQ(answer.headers.get("OpenStack-API-Version"), GetParam().used);
  EXPECT_EQ(answer.headers.get("OpenStack-API-Minimum-Version"), "container 1.1");
  EXPECT_EQ(answer.headers.get("OpenStack-API-Maximum-Version"), "container 1.40");
  EXPECT_EQ(answer.headers.get("Vary"), "OpenStack-API-Version");
  EXPECT_EQ(answer.error("detail"), GetParam().text);
}
constexpr const char* bad_service = "Invalid service type for OpenStack-API-Version header";
constexpr const char* bad_number = "Invalid value for OpenStack-API-Version header";
INSTANTIATE_TEST_SUITE_P(
    Zun, ZunVersions,
    ::testing::Values(Negotiation{"", 200, "container 1.1", ""}, Negotiation{"container 1.1", 200, "container 1.1", ""},
                      Negotiation{"container 1.20", 200, "container 1.20", ""},
                      Negotiation{"container latest", 200, "container 1.40", ""},
                      Negotiation{"1.20", 406, "container 1.1", bad_service},
                      Negotiation{"compute 1.20", 406, "container 1.1", bad_service},
                      Negotiation{"container", 406, "container 1.1", bad_number},
                      Negotiation{"container 1.latest", 406, "container 1.1", bad_number},
                      Negotiation{"container 1", 406, "container 1.1", bad_number},
                      Negotiation{"container 1.-5", 406, "container 1.1", bad_number},
                      Negotiation{"container 1.41", 406, "container 1.1",
                                  "Version 1.41 is not supported by the API. Minimum is 1.1 and maximum is 1.40"},
                      Negotiation{"container 2.1", 406, "container 1.1",
                                  "Version 2.1 is not supported by the API. Minimum is 1.1 and maximum is 1.40"},
                      Negotiation{"container 1.0", 406, "container 1.1",
                                  "Version 1.0 is not supported by the API. Minimum is 1.1 and maximum is 1.40"}));

TEST_F(Zun, an_unsupported_version_says_which_are) {
  const auto answer = send("GET", "/v1/containers", {.version = "container 1.99"});
  EXPECT_EQ(answer.error("code"), "zun.microversion-unsupported");
  EXPECT_EQ(answer.error("max_version"), "1.40");
}

TEST_F(Zun, newer_parameters_and_methods_are_gated) {
  const auto uuid = running("web");
  EXPECT_EQ(as("admin", "GET", "/v1/hosts").status, 200);
  EXPECT_EQ(send("GET", "/v1/hosts", {.token = "admin", .version = "container 1.3"}).status, 406);
  const auto force =
      send("DELETE", "/v1/containers/" + uuid + "?force=true", {.token = "admin", .version = "container 1.6"});
  EXPECT_EQ(force.status, 400);
  EXPECT_EQ(force.error("code"), "container.invalid-param-in-version");
  EXPECT_EQ(force.error("detail"),
            "Invalid param force because current request version is 1.6. force is only supported from version 1.7");
  EXPECT_EQ(send("DELETE", "/v1/containers/" + uuid + "?stop=true", {.version = "container 1.11"}).status, 400);
}

TEST_F(Zun, without_a_valid_token_there_is_401_in_the_middlewares_words) {
  for (const char* token : {"", "stolen"}) {
    const auto answer = send("GET", "/v1/containers", {.token = token});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.headers.get("WWW-Authenticate"), "Keystone uri=\"http://identity:5000/v3\"");
    EXPECT_EQ(text_member(*member(answer.body, "error"), "title"), "Unauthorized");
    EXPECT_FALSE(text_member(*member(answer.body, "error"), "message").empty());
  }
}

TEST_F(Zun, unknown_paths_and_methods_are_404_and_405) {
  const auto none = send("GET", "/v1/volumes");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.error("code"), "container.");
  EXPECT_EQ(none.error("title"), "Not Found");
  EXPECT_EQ(send("POST", "/v1/containers/x/dance").status, 404);
  const auto wrong = send("PUT", "/v1/containers/x");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_FALSE(wrong.headers.get("Allow").empty());
}

TEST_F(Zun, a_body_over_the_limit_is_413_in_zuns_style) {
  http::Request head;
  head.method = "POST";
  head.path = "/v1/containers";
  EXPECT_EQ(service.plan(head).limit, 1U << 20);
  const auto refused = service.refuse(head, 413, "The body is too long.");
  EXPECT_EQ(refused.status, 413);
  const auto body = parse_json(refused.body).value();
  EXPECT_EQ(text_member(member(body, "errors")->get_array()[0], "detail"), "The body is too long.");
  EXPECT_EQ(refused.headers.get("Vary"), "OpenStack-API-Version");
}

TEST_F(Zun, a_failure_of_ours_hides_its_words_behind_a_correlation_id) {
  store.fail_next_reads(1, fail(Code::internal, "store.broken", "disk on fire"));
  const auto answer = send("GET", "/v1/containers");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.error("title"), "Internal Server Error");
  EXPECT_EQ(answer.text.find("disk on fire"), std::string::npos);
  EXPECT_NE(answer.error("detail").find(answer.headers.get("X-Openstack-Request-Id")), std::string::npos);
}

/// Every route, with a token of another project: nothing of alice's is seen or changed.
TEST_F(Zun, no_route_serves_a_foreign_token) {
  const auto uuid = running("web");
  const auto before = encode(containers.show(admin, uuid)->container);
  int walked = 0;
  for (const auto& route : routes) {
    if (route.access == Access::open || route.path == "/v1/availability_zones" || route.path == "/availability_zones")
      continue;
    if (route.path.ends_with("/search")) continue;  // registries and public images are for everybody
    std::string target = route.path;
    if (const auto at = target.find("{id}"); at != std::string::npos) target.replace(at, 4, uuid);
    if (const auto at = target.find("{project}"); at != std::string::npos) target.replace(at, 9, "p1");
    if (target.ends_with("/execute")) target += "?command=ls";
    if (target.ends_with("/resize")) target += "?h=24&w=80";
    if (target.ends_with("/execute_resize")) target += "?h=24&w=80&exec_id=" + std::string(64, 'a');
    if (target.ends_with("_archive")) target += "?path=/tmp";
    if (target.ends_with("/commit")) target += "?repository=shop";
    if (target.ends_with("_detach")) target += "?network=net1";
    const bool is_old = target.ends_with("/rename") || target.ends_with("_security_group");
    const std::string version = is_old ? "container 1.13" : "container 1.40";
    if (is_old) target += "?name=web";
    const auto answer = send(route.method, target,
                             {.token = "bob",
                              .body = target.find("/put_archive") == std::string::npos ? "" : R"({"data":""})",
                              .version = version});
    const bool is_collection = route.path.ends_with("/containers") || route.path.ends_with("/registries") ||
                               route.path.ends_with("/capsules");
    if (is_collection && route.method == "GET") {
      EXPECT_EQ(answer.status, 200);
      EXPECT_EQ(answer.text.find(uuid), std::string::npos);
    } else if (is_collection) {
      EXPECT_EQ(answer.status, 400) << "an empty create";
    } else {
      EXPECT_TRUE(answer.status == 404 || answer.status == 403)
          << route.method << " " << target << " " << answer.status;
    }
    EXPECT_EQ(answer.headers.get("OpenStack-API-Version"), version) << target;
    ++walked;
  }
  EXPECT_GT(walked, 40);
  EXPECT_EQ(encode(containers.show(admin, uuid)->container), before);
}

// covers: GET /v1/hosts, GET /v1/hosts/{id}
TEST_F(Zun, hosts_are_listed_and_shown_to_administrators) {
  ASSERT_TRUE(heartbeat("h2"));
  running("web");
  const auto page = as("admin", "GET", "/v1/hosts/?limit=1");
  ASSERT_EQ(page.status, 200);
  const auto& host = member(page.body, "hosts")->get_array()[0];
  EXPECT_EQ(text_member(host, "hostname"), "h1");
  EXPECT_EQ(to_text(*member(host, "mem_used")), "512");
  EXPECT_EQ(to_text(*member(host, "total_containers")), "1");
  EXPECT_FALSE(text_member(page.body, "next").empty());
  EXPECT_EQ(text_member(as("admin", "GET", "/v1/hosts/" + text_member(host, "uuid")).body, "hostname"), "h1");
  EXPECT_EQ(as("admin", "GET", "/v1/hosts/h2").status, 200);
  EXPECT_EQ(as("admin", "GET", "/v1/hosts/h9").error("code"), "container.compute-node-not-found");
  EXPECT_EQ(send("GET", "/v1/hosts").error("code"), "container.policy-not-authorized");
}

// covers: GET /v1/services, PUT /v1/services/enable, PUT /v1/services/disable, PUT /v1/services/force_down
// covers: DELETE /v1/services
TEST_F(Zun, services_are_enabled_disabled_forced_down_and_forgotten) {
  const std::string which = "?host=h1&binary=zun-compute";
  const auto listed = as("admin", "GET", "/v1/services");
  const auto& item = member(listed.body, "services")->get_array()[0];
  EXPECT_EQ(text_member(item, "state"), "up");
  EXPECT_EQ(text_member(item, "availability_zone"), "nova");
  EXPECT_EQ(text_member(item, "last_seen_up").size(), 26U);
  EXPECT_EQ(as("admin", "PUT", "/v1/services/disable" + which + "&disabled_reason=repair").text,
            R"({"service":{"host":"h1","binary":"zun-compute","disabled":true,"disabled_reason":"repair"}})");
  EXPECT_EQ(as("admin", "PUT", "/v1/services/enable", R"({"host":"h1","binary":"zun-compute"})").text,
            R"({"service":{"host":"h1","binary":"zun-compute","disabled":false,"disabled_reason":null}})");
  EXPECT_EQ(as("admin", "PUT", "/v1/services/force_down" + which + "&forced_down=True").text,
            R"({"service":{"host":"h1","binary":"zun-compute","forced_down":true}})");
  EXPECT_EQ(as("admin", "PUT", "/v1/services/force_down" + which).status, 400);
  EXPECT_EQ(as("admin", "PUT", "/v1/services/enable?host=h1&binary=nova").error("code"),
            "container.zun-service-not-found");
  EXPECT_EQ(as("admin", "PUT", "/v1/services/enable?host=h1").status, 400);
  EXPECT_EQ(as("admin", "DELETE", "/v1/services" + which).text, "null");
  EXPECT_EQ(as("admin", "DELETE", "/v1/services" + which).status, 404);
}

// covers: GET /v1/availability_zones
TEST_F(Zun, zones_are_for_everybody) {
  EXPECT_EQ(send("GET", "/v1/availability_zones").text,
            R"({"availability_zones":[{"availability_zone":"nova"}],"next":null})");
}

// covers: GET /v1/quotas/{project}, GET /v1/quotas/{project}/defaults, PUT /v1/quotas/{project}
// covers: DELETE /v1/quotas/{project}
TEST_F(Zun, quotas_are_read_by_owners_and_set_by_administrators) {
  running("web");
  EXPECT_EQ(send("GET", "/v1/quotas/p1").text, R"({"containers":40,"memory":51200,"disk":100,"cpu":20})");
  EXPECT_EQ(
      send("GET", "/v1/quotas/p1?usages=True").text,
      R"({"containers":{"limit":40,"in_use":1},"memory":{"limit":51200,"in_use":512},"disk":{"limit":100,"in_use":0},"cpu":{"limit":20,"in_use":1.0}})");
  EXPECT_EQ(send("PUT", "/v1/quotas/p1", {.body = R"({"cpu":5})"}).status, 403);
  EXPECT_EQ(as("admin", "PUT", "/v1/quotas/p1", R"({"cpu":"5"})").text,
            R"({"containers":40,"memory":51200,"disk":100,"cpu":5})");
  EXPECT_EQ(as("admin", "PUT", "/v1/quotas/p1", R"({"cpu":-2})").error("code"), "container.invalid-quota-value");
  EXPECT_EQ(as("admin", "PUT", "/v1/quotas/p1", R"({"pods":2})").status, 400);
  EXPECT_EQ(send("GET", "/v1/quotas/p1/defaults").text, R"({"containers":40,"memory":51200,"disk":100,"cpu":20})");
  EXPECT_EQ(as("admin", "DELETE", "/v1/quotas/p1").text, "null");
  EXPECT_EQ(send("GET", "/v1/quotas/p1").text, R"({"containers":40,"memory":51200,"disk":100,"cpu":20})");
  EXPECT_EQ(send("GET", "/v1/quotas").status, 404);
}

}  // namespace
}  // namespace causeway::api
