#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::test {
namespace {

using domain::Container;
using domain::ContainerAction;
using domain::ContainerId;
using domain::ContainerStatus;

class ContainerChangesApi : public ::testing::Test, protected ZunService {
 protected:
  ContainerChangesApi() {
    EXPECT_TRUE(heartbeat("h1"));
    uuid = running("web");
  }
  std::string at(const std::string& rest = "") const { return "/v1/containers/" + uuid + rest; }
  Container record() {
    return *boundary::view(store, [&](boundary::Reader& r) { return boundary::get<Container>(r, uuid); });
  }
  void write(const Container& container) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, container));
      return {};
    }));
  }
  Answer post(const std::string& rest, const std::string& version = "container 1.40") {
    return send("POST", at(rest), {.version = version});
  }
  std::string uuid;
};

// covers: PATCH /v1/containers/{id}
TEST_F(ContainerChangesApi, patch_changes_name_heal_and_size_at_once) {
  const auto answer = send("PATCH", at(), {.body = R"({"name":"other","auto_heal":true,"cpu":2,"memory":"256"})"});
  ASSERT_EQ(answer.status, 200) << answer.text;
  EXPECT_EQ(answer.body.at("name"), "other");
  EXPECT_EQ(answer.body.at("auto_heal"), true);
  EXPECT_EQ(answer.body.at("cpu").to_number<double>(), 2.0);
  EXPECT_EQ(answer.body.at("memory"), "256");
  EXPECT_EQ(send("PATCH", at(), {.body = "{}"}).status, 200);
  EXPECT_EQ(send("PATCH", at(), {.body = R"({"memory":3})"}).status, 400);
  EXPECT_EQ(record().memory_mib, 256);
}

TEST_F(ContainerChangesApi, a_size_needs_quota_and_room_on_the_host) {
  ASSERT_EQ(as("admin", "PUT", "/v1/quotas/p1", R"({"memory":600,"cpu":4})").status, 200);
  EXPECT_EQ(send("PATCH", at(), {.body = R"({"memory":601})"}).status, 403);
  EXPECT_EQ(send("PATCH", at(), {.body = R"({"cpu":4.5})"}).status, 403);
  EXPECT_EQ(send("PATCH", at(), {.body = R"({"memory":600,"cpu":4})"}).status, 200) << "what it has counts";
  ASSERT_EQ(as("admin", "PUT", "/v1/quotas/p1", R"({"memory":-1,"cpu":-1})").status, 200);
  ASSERT_EQ(send("POST", "/v1/containers", {.body = R"({"image":"nginx","memory":8192})"}).status, 202);
  const auto full = send("PATCH", at(), {.body = R"({"memory":8192})"});
  EXPECT_EQ(full.status, 409) << full.text;
  EXPECT_EQ(record().memory_mib, 600);
  EXPECT_EQ(send("PATCH", at(), {.body = R"({"memory":100})"}).status, 200) << "less always fits";
}

// covers: POST /v1/containers/{id}/resize_container
TEST_F(ContainerChangesApi, resize_container_is_of_1_19) {
  EXPECT_EQ(send("POST", at("/resize_container"), {.body = R"({"memory":100})", .version = "container 1.18"}).status, 406);
  const auto answer = send("POST", at("/resize_container"), {.body = R"({"memory":100})", .version = "container 1.19"});
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body.at("memory"), "100");
}

TEST_F(ContainerChangesApi, one_that_was_never_placed_has_no_size_to_change) {
  const auto made = send("POST", "/v1/containers", {.body = R"({"image":"nginx","hints":{"label:gpu":"yes"}})"});
  ASSERT_EQ(text_member(made.body, "status"), "Error") << made.text;
  const auto answer = send("PATCH", "/v1/containers/" + text_member(made.body, "uuid"), {.body = R"({"memory":100})"});
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.error("title"), "Cannot operate an uncreated container.");
}

// covers: POST /v1/containers/{id}/rename
TEST_F(ContainerChangesApi, rename_is_until_1_13) {
  EXPECT_EQ(post("/rename?name=new", "container 1.14").status, 406);
  EXPECT_EQ(post("/rename?name=web", "container 1.13").status, 409);
  EXPECT_EQ(post("/rename", "container 1.13").status, 400);
  EXPECT_EQ(post("/rename?name=*", "container 1.13").status, 400);
  const auto renamed = post("/rename?name=new", "container 1.1");
  EXPECT_EQ(renamed.status, 200);
  EXPECT_EQ(text_member(renamed.body, "name"), "new");
}

// covers: POST /v1/containers/{id}/rebuild
TEST_F(ContainerChangesApi, rebuild_counts_the_generation_and_keeps_the_ports) {
  const auto ports = record().ports;
  images.images.insert("apache");
  const auto answer = post("/rebuild?image=apache&image_driver=glance");
  ASSERT_EQ(answer.status, 202) << answer.text;
  EXPECT_TRUE(answer.body.is_null());
  auto now = record();
  EXPECT_EQ(now.generation, 1);
  EXPECT_EQ(now.image, "apache");
  EXPECT_EQ(now.image_ref.id, "apache-id");
  EXPECT_EQ(now.ports, ports);
  EXPECT_EQ(now.status, ContainerStatus::rebuilding);
  EXPECT_TRUE(now.run && now.tasks.back().run);
  EXPECT_EQ(post("/rebuild").status, 409) << "one after the other";

  // the host still sees the old one: no news
  domain::ContainerReport old;
  old.id = now.id;
  old.status = ContainerStatus::running;
  ASSERT_TRUE(report("h1", old));
  EXPECT_EQ(record().status, ContainerStatus::rebuilding);
  old.gone = true;
  ASSERT_TRUE(report("h1", old));
  EXPECT_EQ(record().status, ContainerStatus::rebuilding) << "and its absence is no loss";
  ASSERT_TRUE(becomes(now.id, ContainerStatus::running));
  EXPECT_EQ(record().status, ContainerStatus::running);
}

TEST_F(ContainerChangesApi, rebuild_refuses_what_it_cannot_make) {
  EXPECT_EQ(post("/rebuild?image_driver=floppy").status, 400);
  EXPECT_GE(post("/rebuild?image=nothing").status, 400);
  EXPECT_EQ(record().generation, 0);
  EXPECT_EQ(record().status, ContainerStatus::running);
  auto stopped = record();
  stopped.status = ContainerStatus::stopped;
  write(stopped);
  ASSERT_EQ(post("/rebuild?image=None&image_driver=None").status, 202);
  EXPECT_FALSE(record().run) << "what did not run is not started";
}

// covers: POST /v1/containers/{id}/network_attach, POST /v1/containers/{id}/network_detach
TEST_F(ContainerChangesApi, attach_makes_a_port_and_detach_gives_it_back) {
  EXPECT_EQ(post("/network_attach?network=net2", "container 1.7").status, 406);
  const auto attached = post("/network_attach?network=net2");
  ASSERT_EQ(attached.status, 200) << attached.text;
  EXPECT_TRUE(attached.body.is_null());
  auto shown = send("GET", at());
  ASSERT_TRUE(shown.body.at("addresses").get_object().contains("net2-id"));
  EXPECT_EQ(shown.body.at("task_state"), "network_attaching");
  EXPECT_EQ(post("/network_attach?network=net2").status, 400) << "already attached";
  EXPECT_EQ(post("/network_attach?network=net2&port=p").status, 400) << "one or the other";
  EXPECT_EQ(post("/network_attach?network=net9").status, 404);
  EXPECT_EQ(post("/network_attach?network=net2&fixed_ip=10.0.0").status, 400);
  EXPECT_EQ(post("/network_attach?colour=blue").status, 400);
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::running));

  EXPECT_EQ(post("/network_detach?network=net2", "container 1.5").status, 406);
  EXPECT_EQ(post("/network_detach").status, 400);
  EXPECT_EQ(send("POST", at("/network_detach"), {.body = R"({"network":"net2"})"}).status, 400) << "query only";
  EXPECT_EQ(post("/network_detach?network=net9").status, 400) << "not attached";
  const auto detached = post("/network_detach?network=net2");
  ASSERT_EQ(detached.status, 202) << detached.text;
  const auto leaving = record().detaching_ports;
  ASSERT_EQ(leaving.size(), 1U);
  EXPECT_EQ(ports().size(), 2U) << "until the host let go of it";
  domain::ContainerReport free;
  free.id = ContainerId(uuid);
  free.status = ContainerStatus::running;
  free.task_done = record().task_seq;
  free.task_results = {{record().task_seq, ""}};
  free.released_ports = leaving;
  ASSERT_TRUE(report("h1", free));
  EXPECT_EQ(ports().size(), 1U);
  EXPECT_TRUE(record().detaching_ports.empty());
  EXPECT_FALSE(send("GET", at()).body.at("addresses").get_object().contains("net2-id"));
  const auto action = send("GET", at("/container_actions/") + std::string(detached.headers.get("X-Openstack-Request-Id")));
  EXPECT_EQ(action.body.at("events").get_array()[0].at("result"), "Success") << action.text;
}

TEST_F(ContainerChangesApi, a_port_that_existed_before_is_unbound_not_deleted) {
  domain::Port port;
  port.id = domain::PortId("mine");
  port.network_id = domain::NetworkId("net2-id");
  port.project_id = domain::ProjectId("p1");
  port.fixed_ips = {{domain::SubnetId("s"), domain::IpAddress::v4(0x0a010001)}};
  ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, port));
    return {};
  }));
  network.port_networks["mine"] = "net2-id";
  ASSERT_EQ(post("/network_attach?port=mine").status, 200);
  EXPECT_EQ(record().kept_ports, std::vector{port.id});
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::running));
  ASSERT_EQ(post("/network_detach?port=mine").status, 202);
  domain::ContainerReport free;
  free.id = ContainerId(uuid);
  free.status = ContainerStatus::running;
  free.task_done = record().task_seq;
  free.released_ports = {port.id};
  ASSERT_TRUE(report("h1", free));
  const auto left = boundary::view(store, [&](boundary::Reader& r) { return boundary::get<domain::Port>(r, "mine"); });
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->device_id.empty());
  EXPECT_TRUE(record().kept_ports.empty());
}

TEST_F(ContainerChangesApi, a_port_that_cannot_be_connected_goes_again) {
  ASSERT_EQ(post("/network_attach?network=net2").status, 200);
  domain::ContainerReport refused;
  refused.id = ContainerId(uuid);
  refused.status = ContainerStatus::running;
  refused.task_done = record().task_seq;
  refused.task_results = {{record().task_seq, "no more interfaces"}};
  ASSERT_TRUE(report("h1", refused));
  ASSERT_EQ(record().detaching_ports.size(), 1U);
  refused.released_ports = record().detaching_ports;
  ASSERT_TRUE(report("h1", refused));
  EXPECT_EQ(ports().size(), 1U);
}

// covers: GET /v1/containers/{id}/network_list
TEST_F(ContainerChangesApi, network_list_has_two_shapes) {
  EXPECT_EQ(send("GET", at("/network_list"), {.version = "container 1.12"}).status, 406);
  const auto flat = send("GET", at("/network_list"), {.version = "container 1.17"}).body.at("networks").get_array()[0];
  for (const char* key : {"net_id", "subnet_id", "port_id", "version", "ip_address"})
    EXPECT_TRUE(flat.get_object().contains(key)) << key;
  const auto grouped = send("GET", at("/network_list")).body.at("networks").get_array()[0];
  EXPECT_TRUE(grouped.at("fixed_ips").get_array()[0].get_object().contains("ip_address"));
  EXPECT_FALSE(grouped.get_object().contains("ip_address"));
}

// covers: POST /v1/containers/{id}/add_security_group, POST /v1/containers/{id}/remove_security_group
TEST_F(ContainerChangesApi, security_groups_are_of_1_1_to_1_14_and_reach_every_port) {
  for (const char* action : {"/add_security_group?name=web", "/remove_security_group?name=web"}) {
    EXPECT_EQ(post(action, "container 1.15").status, 406);
    EXPECT_EQ(post(action, "container 1.40").status, 406);
  }
  const std::string old = "container 1.14";
  EXPECT_EQ(post("/remove_security_group?name=web", old).status, 400) << "not present";
  ASSERT_EQ(post("/add_security_group?name=web", old).status, 202);
  EXPECT_EQ(post("/add_security_group?name=sg-web", old).status, 400) << "by id or name: it is present";
  EXPECT_EQ(post("/add_security_group?name=nothing", old).status, 400);
  EXPECT_EQ(post("/add_security_group", old).status, 400);
  for (const auto& port : ports()) EXPECT_EQ(port.security_groups, std::vector{domain::SecurityGroupId("sg-web")});
  const auto actions = send("GET", at("/container_actions")).body.at("containerActions").get_array();
  EXPECT_EQ(actions[0].at("action"), "add_security_group");
  EXPECT_FALSE(actions[0].at("finish_time").is_null());
  ASSERT_EQ(post("/remove_security_group?name=web", old).status, 202);
  for (const auto& port : ports()) EXPECT_TRUE(port.security_groups.empty());
}

/// One row of the table of statuses: how an action is called, and what says that it was taken.
struct Call {
  ContainerAction action;
  const char* method;
  const char* rest;
  const char* body;
  const char* version;
  int success;  ///< 0 = what the host answers
};
constexpr Call calls[] = {
    {ContainerAction::start, "POST", "/start", "", "container 1.40", 202},
    {ContainerAction::stop, "POST", "/stop", "", "container 1.40", 202},
    {ContainerAction::pause, "POST", "/pause", "", "container 1.40", 202},
    {ContainerAction::unpause, "POST", "/unpause", "", "container 1.40", 202},
    {ContainerAction::kill, "POST", "/kill", "", "container 1.40", 202},
    {ContainerAction::reboot, "POST", "/reboot", "", "container 1.40", 202},
    {ContainerAction::rebuild, "POST", "/rebuild", "", "container 1.40", 202},
    {ContainerAction::execute, "POST", "/execute?command=ls", "", "container 1.40", 200},
    {ContainerAction::logs, "GET", "/logs", "", "container 1.40", 200},
    {ContainerAction::update, "PATCH", "", R"({"memory":100})", "container 1.40", 200},
    {ContainerAction::resize_container, "POST", "/resize_container", R"({"memory":100})", "container 1.40", 202},
    {ContainerAction::add_security_group, "POST", "/add_security_group?name=web", "", "container 1.14", 202},
    {ContainerAction::remove_security_group, "POST", "/remove_security_group?name=web", "", "container 1.14", 0},
    {ContainerAction::attach, "GET", "/attach", "", "container 1.40", 0},
    {ContainerAction::resize_terminal, "POST", "/resize?h=10&w=20", "", "container 1.40", 0},
    {ContainerAction::top, "GET", "/top", "", "container 1.40", 0},
    {ContainerAction::stats, "GET", "/stats", "", "container 1.40", 0},
    {ContainerAction::get_archive, "GET", "/get_archive?path=/etc", "", "container 1.40", 0},
    {ContainerAction::put_archive, "POST", "/put_archive?path=/etc", R"({"data":"YQ=="})", "container 1.40", 0},
    {ContainerAction::commit, "POST", "/commit?repository=web&tag=1", "", "container 1.40", 0},
    {ContainerAction::network_attach, "POST", "/network_attach?network=net2", "", "container 1.40", 200},
    {ContainerAction::network_detach, "POST", "/network_detach?network=net1", "", "container 1.40", 202},
    {ContainerAction::remove, "DELETE", "", "", "container 1.40", 204},
    {ContainerAction::remove_stop, "DELETE", "?stop=true", "", "container 1.40", 204},
    {ContainerAction::remove_force, "DELETE", "?force=true", "", "container 1.40", 204},
};

TEST_F(ContainerChangesApi, every_action_is_taken_or_refused_in_every_status) {
  const auto pristine = record();
  const auto before = ports();
  for (const auto status : domain::all_container_statuses) {
    for (const auto& call : calls) {
      for (const auto& port : ports()) {
        ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
          TRY_VOID(boundary::erase<domain::Port>(writer, port.id));
          return {};
        }));
      }
      auto container = pristine;
      container.status = status;
      write(container);
      for (const auto& port : before) {
        ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
          TRY_VOID(boundary::put(writer, port));
          return {};
        }));
      }
      const bool by_admin = call.action == ContainerAction::remove_force;
      const auto answer = send(call.method, at(call.rest),
                               {.token = by_admin ? "admin" : "alice", .body = call.body, .version = call.version});
      if (domain::allows(status, call.action) && call.success == 0) {
        EXPECT_NE(answer.error("code"), "container.invalid-state-exception") << call.rest << " in " << to_name(status);
      } else if (domain::allows(status, call.action)) {
        EXPECT_EQ(answer.status, call.success) << call.method << call.rest << " in " << to_name(status) << answer.text;
      } else {
        EXPECT_EQ(answer.status, 409) << call.method << call.rest << " in " << to_name(status) << answer.text;
        EXPECT_EQ(answer.error("title"), fmt::format("Cannot {} container {} in {} state", domain::verb_of(call.action),
                                                     uuid, to_name(status)));
        EXPECT_EQ(answer.error("code"), "container.invalid-state-exception");
        EXPECT_EQ(record().status, status);
      }
    }
  }
}

struct ScopeCase {
  const char* scope;
  const char* token;
  int status;
};
TEST(UniqueNames, are_asked_for_by_configuration_and_do_not_depend_on_case) {
  for (const auto& [scope, token, status] : {ScopeCase{"", "alice", 202}, ScopeCase{"project", "alice", 409},
                                             ScopeCase{"project", "bob", 202}, ScopeCase{"global", "bob", 409}}) {
    ZunService zun(scope);
    ASSERT_TRUE(zun.heartbeat("h1"));
    const auto first = zun.running("Web");
    const auto second = zun.as(token, "POST", "/v1/containers", R"({"image":"nginx","name":"wEB"})");
    EXPECT_EQ(second.status, status) << scope << token << second.text;
    if (status == 409) EXPECT_EQ(second.error("code"), "container.container-already-exists");
    const auto third = zun.as(token, "POST", "/v1/containers", R"({"image":"nginx","name":"other"})");
    const auto other = text_member(third.body, "uuid");
    ASSERT_TRUE(zun.becomes(ContainerId(other), ContainerStatus::created));
    EXPECT_EQ(zun.as(token, "PATCH", "/v1/containers/" + other, R"({"name":"WEB"})").status,
              std::string_view(scope).empty() ? 200 : 409);
    EXPECT_EQ(zun.as(token, "PATCH", "/v1/containers/" + other, R"({"name":"Other"})").status, 200) << "its own";
  }
}

}  // namespace
}  // namespace causeway::test
