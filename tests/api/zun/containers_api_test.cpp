#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::api {
namespace {

using namespace std::chrono_literals;
using domain::ContainerStatus;

class ZunContainers : public ::testing::Test, protected test::ZunService {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
};

constexpr const char* as_osc_sends =
    R"({"name":"web","image":"nginx","memory":"128","environment":{},"labels":{},"auto_remove":false,
                                         "command":[],"hints":{},"nets":[],"mounts":[]})";

// covers: POST /v1/containers
TEST_F(ZunContainers, create_answers_202_with_location_and_the_view) {
  const auto made = send("POST", "/v1/containers?run=true", {.body = as_osc_sends});
  ASSERT_EQ(made.status, 202) << made.text;
  const auto uuid = text_member(made.body, "uuid");
  EXPECT_EQ(made.headers.get("Location"), "http://zun:9517/v1/containers/" + uuid);
  EXPECT_TRUE(made.headers.get("X-Openstack-Request-Id").starts_with("req-"));
  EXPECT_EQ(text_member(made.body, "status"), "Creating");
  EXPECT_EQ(text_member(made.body, "memory"), "128");
  EXPECT_EQ(to_text(*member(made.body, "cpu")), "1.0");
  EXPECT_EQ(to_text(*member(made.body, "links")), "[{\"href\":\"http://zun:9517/v1/containers/" + uuid +
                                                      "\",\"rel\":\"self\"},{\"href\":\"http://zun:9517/containers/" +
                                                      uuid + "\",\"rel\":\"bookmark\"}]");
}

TEST_F(ZunContainers, the_view_has_exactly_the_keys_of_the_api) {
  running("web");
  const std::set<std::string> keys{
      "uuid",       "links",         "user_id",         "project_id",  "name",           "image",         "command",
      "status",     "status_reason", "task_state",      "cpu",         "memory",         "environment",   "workdir",
      "ports",      "hostname",      "labels",          "addresses",   "restart_policy", "status_detail", "interactive",
      "tty",        "image_driver",  "security_groups", "auto_remove", "disk",           "auto_heal",     "healthcheck",
      "cpu_policy", "registry_id",   "entrypoint",      "created_at",  "updated_at",
      "health",     "restart_count"};
  auto admin_keys = keys;
  admin_keys.insert({"image_pull_policy", "host", "runtime", "privileged"});
  const auto keys_of = [](const Json& value) {
    std::set<std::string> out;
    for (const auto& [key, item] : value.get_object()) out.insert(std::string(key));
    return out;
  };
  EXPECT_EQ(keys_of(send("GET", "/v1/containers/web?all_projects=False").body), keys);
  EXPECT_EQ(keys_of(as("admin", "GET", "/v1/containers/web").body), admin_keys);
  auto item_keys = keys;
  item_keys.erase("links");
  EXPECT_EQ(keys_of(member(send("GET", "/v1/containers").body, "containers")->get_array()[0]), item_keys);
}

// covers: GET /v1/containers/{id}
TEST_F(ZunContainers, show_has_addresses_and_how_long_it_is_up) {
  const auto uuid = running("web");
  clock.advance(12s);
  const auto shown = send("GET", "/v1/containers/" + uuid);
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(text_member(shown.body, "status_detail"), "Up 12 seconds");
  EXPECT_EQ(
      to_text(*member(shown.body, "addresses")),
      R"({"net1-id":[{"addr":"10.0.0.2","version":4,"port":"port-net1-id-167772162","subnet_id":"net1-id-subnet","preserve_on_delete":false}]})");
}

TEST_F(ZunContainers, paths_are_lenient_as_zuns) {
  const auto uuid = running("web.json");
  for (const std::string& path : {"/v1/containers//" + uuid, "/v1//containers/" + uuid + "//", "/containers/" + uuid,
                                  std::string("/v1/containers/web.json")}) {
    EXPECT_EQ(send("GET", path).status, 200) << path;
  }
  EXPECT_EQ(send("POST", "/v1/containers//" + uuid + "//stop").status, 202);
  EXPECT_EQ(send("GET", "/v1/containers/?limit=1").status, 200);
}

// covers: GET /v1/containers
TEST_F(ZunContainers, lists_page_by_next_and_keep_their_filters) {
  for (const char* name : {"a1", "a2", "a3"}) running(name);
  const auto first = send("GET", "/v1/containers?limit=2&sort_key=name&status=Running");
  ASSERT_EQ(first.status, 200) << first.text;
  EXPECT_EQ(member(first.body, "containers")->get_array().size(), 2U);
  const auto next = text_member(first.body, "next");
  ASSERT_TRUE(next.starts_with("http://zun:9517/v1/containers?sort_key=name&sort_dir=asc&limit=2&marker=")) << next;
  EXPECT_TRUE(next.ends_with("&status=Running")) << next;
  const auto second = send("GET", next.substr(std::string("http://zun:9517").size()));
  EXPECT_EQ(member(second.body, "containers")->get_array().size(), 1U);
  EXPECT_EQ(text_member(member(second.body, "containers")->get_array()[0], "name"), "a3");
  EXPECT_TRUE(member(second.body, "next")->is_null());
}

struct BadList {
  const char* query;
  int status;
};
class ZunLists : public ZunContainers, public ::testing::WithParamInterface<BadList> {};
TEST_P(ZunLists, refuse_what_they_do_not_understand) {
  EXPECT_EQ(send("GET", std::string("/v1/containers?") + GetParam().query).status, GetParam().status);
}
INSTANTIATE_TEST_SUITE_P(Zun, ZunLists,
                         ::testing::Values(BadList{"limit=0", 400}, BadList{"limit=-1", 400}, BadList{"limit=x", 400},
                                           BadList{"sort_dir=up", 400}, BadList{"sort_key=zzz", 400},
                                           BadList{"bogus=1", 400}, BadList{"marker=none", 404},
                                           BadList{"all_projects=1", 403}, BadList{"all_projects=perhaps", 400},
                                           BadList{"all_projects=False", 200}, BadList{"host=h1", 403},
                                           BadList{"auto_remove=maybe", 400}, BadList{"auto_remove=True", 200},
                                           BadList{"limit=5&limit=6", 400}));

// covers: DELETE /v1/containers/{id}
TEST_F(ZunContainers, delete_takes_octet_streams_and_all_the_flags_of_the_client) {
  const auto uuid = running("web");
  const std::string target = "/v1/containers/" + uuid + "?force=False&stop=False&all_projects=False";
  EXPECT_EQ(send("DELETE", target, {.content_type = "application/octet-stream"}).status, 409);
  const auto gone =
      send("DELETE", "/v1/containers/" + uuid + "?stop=True", {.content_type = "application/octet-stream"});
  EXPECT_EQ(gone.status, 204);
  EXPECT_TRUE(gone.text.empty());
  EXPECT_EQ(text_member(send("GET", "/v1/containers/" + uuid).body, "status"), "Deleting");
  EXPECT_EQ(send("DELETE", "/v1/containers/" + uuid + "?force=true").status, 403);
  EXPECT_EQ(as("admin", "DELETE", "/v1/containers/" + uuid + "?force=true").status, 204);
  ASSERT_TRUE(becomes(domain::ContainerId(uuid), ContainerStatus::deleting, true));
  EXPECT_EQ(send("GET", "/v1/containers/" + uuid).error("code"), "container.container-not-found");
}

// covers: POST /v1/containers/{id}/start, POST /v1/containers/{id}/stop, POST /v1/containers/{id}/reboot
// covers: POST /v1/containers/{id}/kill, POST /v1/containers/{id}/pause, POST /v1/containers/{id}/unpause
TEST_F(ZunContainers, actions_are_queued_and_answer_null) {
  const auto uuid = running("web");
  const auto post = [&](const std::string& rest, std::string body = "") {
    return send("POST", "/v1/containers/" + uuid + rest, {.body = std::move(body)});
  };
  const auto stopped = post("/stop?timeout=10");
  EXPECT_EQ(stopped.status, 202);
  EXPECT_EQ(stopped.text, "null");
  ASSERT_TRUE(becomes(domain::ContainerId(uuid), ContainerStatus::stopped));
  EXPECT_EQ(post("/start").status, 202);
  EXPECT_EQ(text_member(send("GET", "/v1/containers/web").body, "task_state"), "container_starting");
  ASSERT_TRUE(becomes(domain::ContainerId(uuid), ContainerStatus::running));
  EXPECT_EQ(post("/pause").status, 202);
  ASSERT_TRUE(becomes(domain::ContainerId(uuid), ContainerStatus::paused));
  EXPECT_EQ(post("/stop").error("detail"), "Cannot stop container " + uuid + " in Paused state");
  EXPECT_EQ(post("/stop").error("code"), "container.invalid-state-exception");
  EXPECT_EQ(post("/unpause").status, 202);
  ASSERT_TRUE(becomes(domain::ContainerId(uuid), ContainerStatus::running));
  EXPECT_EQ(post("/kill?signal=None").status, 202);
  EXPECT_EQ(post("/kill", R"({"signal":"hup"})").status, 202);
  const auto tasks = containers.show(admin, uuid)->container.tasks;
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].signal, "SIGKILL");
  EXPECT_EQ(tasks[1].signal, "SIGHUP");
  EXPECT_EQ(post("/reboot", R"({"timeout":"5"})").status, 202);
  EXPECT_EQ(containers.show(admin, uuid)->container.tasks[2].timeout, 5);
  EXPECT_EQ(text_member(send("GET", "/v1/containers/web").body, "status"), "Restarting");
}

TEST_F(ZunContainers, parameters_come_by_query_or_body_but_not_twice) {
  const auto uuid = running("web");
  const auto path = "/v1/containers/" + uuid;
  EXPECT_EQ(send("POST", path + "/stop?timeout=1", {.body = R"({"timeout":2})"}).status, 400);
  EXPECT_EQ(send("POST", path + "/stop?bogus=1").status, 400);
  EXPECT_EQ(send("POST", path + "/stop?timeout=-1").status, 400);
  EXPECT_EQ(send("POST", path + "/kill?signal=NOPE").status, 400);
  EXPECT_EQ(send("POST", path + "/start?whatever=1").status, 409) << "extras of start are ignored";
  EXPECT_EQ(send("POST", path + "/execute", {.body = R"({"command":"ls"})"}).status, 200);
  EXPECT_EQ(send("POST", path + "/stop", {.body = "{broken"}).status, 400) << "a garbled stop stops nothing";
}

// covers: POST /v1/containers/{id}/execute
TEST_F(ZunContainers, execute_answers_as_the_client_needs) {
  running("web");
  const auto done = send("POST", "/v1/containers/web/execute?command=%22ls%22+%22-l%22");
  EXPECT_EQ(done.text, R"({"output":"ran","exit_code":3,"exec_id":null,"proxy_url":null})");
  EXPECT_EQ(gateway.last_command, (std::vector<std::string>{"ls", "-l"}));
  EXPECT_EQ(send("POST", "/v1/containers/web/execute").error("title"), "'command' is a required property");
  gateway.fault = fail(Code::unavailable, "host.unreachable", "Host h1 does not answer.");
  EXPECT_EQ(send("POST", "/v1/containers/web/execute?command=ls").status, 503);
}

// covers: PATCH /v1/containers/{id}
TEST_F(ZunContainers, patch_renames) {
  running("web");
  EXPECT_EQ(text_member(send("PATCH", "/v1/containers/web", {.body = R"({"name":"db"})"}).body, "name"), "db");
  EXPECT_EQ(send("PATCH", "/v1/containers/db?name=web").status, 200);
}

// covers: GET /v1/containers/{id}/network_list
TEST_F(ZunContainers, network_list_changed_its_shape_at_1_18) {
  running("web");
  const auto at = [&](const char* version) {
    return send("GET", "/v1/containers/web/network_list", {.version = version});
  };
  EXPECT_EQ(at("container 1.12").status, 406);
  EXPECT_EQ(
      at("container 1.17").text,
      R"({"networks":[{"subnet_id":"net1-id-subnet","version":4,"ip_address":"10.0.0.2","net_id":"net1-id","port_id":"port-net1-id-167772162"}]})");
  EXPECT_EQ(
      at("container 1.18").text,
      R"({"networks":[{"net_id":"net1-id","port_id":"port-net1-id-167772162","fixed_ips":[{"subnet_id":"net1-id-subnet","version":4,"ip_address":"10.0.0.2"}]}]})");
}

struct BadCreate {
  const char* query;
  const char* body;
  int status;
  const char* code;
};
class ZunCreate : public ZunContainers, public ::testing::WithParamInterface<BadCreate> {};
TEST_P(ZunCreate, refuses_with_a_code) {
  const auto answer = send("POST", std::string("/v1/containers") + GetParam().query, {.body = GetParam().body});
  EXPECT_EQ(answer.status, GetParam().status) << answer.text;
  EXPECT_EQ(answer.error("code"), GetParam().code);
  EXPECT_FALSE(answer.error("title").empty());
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/json");
}
INSTANTIATE_TEST_SUITE_P(
    Zun, ZunCreate,
    ::testing::Values(BadCreate{"", R"({"image":"nginx","bogus":1})", 400, "container.schema-validation-error"},
                      BadCreate{"", "{nonsense", 400, "container.json-malformed"},
                      BadCreate{"", "[1]", 400, "container.schema-validation-error"},
                      BadCreate{"", "", 400, "container.schema-validation-error"},
                      BadCreate{"?walk=1", R"({"image":"nginx"})", 400, "container.invalid-value"},
                      BadCreate{"?run=perhaps", R"({"image":"nginx"})", 400, "container.invalid-value"},
                      BadCreate{"", R"({"image":"unknown"})", 404, "container.image-not-found"},
                      BadCreate{"", R"({"image":"nginx","nets":[{"network":"unknown"}]})", 404,
                                "container.network-not-found"},
                      BadCreate{"", R"({"image":"nginx","privileged":true})", 403, "container.policy-not-authorized"}));

TEST_F(ZunContainers, create_by_the_bare_quota_is_refused_with_the_resources) {
  ASSERT_EQ(as("admin", "PUT", "/v1/quotas/p1", R"({"containers":0})").status, 200);
  const auto refused = send("POST", "/v1/containers", {.body = as_osc_sends});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.error("detail"), "Quota exceeded for resources: ['containers']");
}

TEST_F(ZunContainers, create_without_json_content_is_415) {
  const auto refused = send("POST", "/v1/containers", {.body = as_osc_sends, .content_type = "text/plain"});
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(refused.error("title"), http::reason_phrase(415));
}

}  // namespace
}  // namespace causeway::api
