#include <gtest/gtest.h>

#include "causeway/services/containers/actions/action_log.hpp"
#include "zun_service.hpp"

namespace causeway::test {
namespace {

using domain::ContainerId;
using domain::ContainerStatus;

class ContainerActionsApi : public ::testing::Test, protected ZunService {
 protected:
  ContainerActionsApi() { EXPECT_TRUE(heartbeat("h1")); }

  std::string created(bool run) {
    const auto made = send("POST", run ? "/v1/containers?run=true" : "/v1/containers", {.body = R"({"image":"nginx"})"});
    request_id = std::string(made.headers.get("X-Openstack-Request-Id"));
    return text_member(made.body, "uuid");
  }
  JsonArray actions(const std::string& uuid) {
    const auto answer = send("GET", "/v1/containers/" + uuid + "/container_actions");
    EXPECT_EQ(answer.status, 200) << answer.text;
    return answer.body.at("containerActions").get_array();
  }
  Json action(const std::string& uuid, const std::string& request, const std::string& token = "alice") {
    return as(token, "GET", "/v1/containers/" + uuid + "/container_actions/" + request).body;
  }
  /// What its host says: all tasks done, the newest with this error.
  void host_says(const std::string& uuid, ContainerStatus status, const std::string& error) {
    domain::ContainerReport seen;
    seen.id = ContainerId(uuid);
    seen.status = status;
    seen.engine_id = "engine";
    const auto known = boundary::view(store, [&](boundary::Reader& reader) {
      return boundary::get<domain::Container>(reader, uuid);
    });
    seen.task_done = known->task_seq;
    seen.task_results = {{known->task_seq, error}};
    ASSERT_TRUE(report(known->host.str(), seen));
  }
  std::string request_id;
};

// covers: GET /v1/containers/{id}/container_actions, GET /v1/containers/{id}/container_actions/{request_id}
TEST_F(ContainerActionsApi, a_create_that_runs_is_one_action_with_two_events) {
  const auto uuid = created(true);
  auto rows = actions(uuid);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("action"), "create");
  EXPECT_EQ(rows[0].at("request_id"), Json(request_id)) << "the id of the response's header";
  EXPECT_EQ(rows[0].at("container_uuid"), Json(uuid));
  EXPECT_EQ(rows[0].at("user_id"), "user-of-p1");
  EXPECT_EQ(rows[0].at("project_id"), "p1");
  EXPECT_TRUE(rows[0].at("finish_time").is_null());
  EXPECT_TRUE(rows[0].at("message").is_null());
  EXPECT_EQ(text_member(rows[0], "start_time").size(), 26U) << "microseconds, no zone";
  EXPECT_FALSE(rows[0].get_object().contains("events"));

  clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::running));
  const auto shown = action(uuid, request_id);
  EXPECT_FALSE(shown.at("finish_time").is_null());
  const auto& events = shown.at("events").get_array();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].at("event"), "compute__do_container_start") << "newest first";
  EXPECT_EQ(events[1].at("event"), "compute__do_container_create");
  for (const auto& event : events) {
    EXPECT_EQ(event.at("result"), "Success");
    EXPECT_TRUE(event.at("traceback").is_null());
  }
}

TEST_F(ContainerActionsApi, one_that_no_host_takes_says_so) {
  const auto made = send("POST", "/v1/containers", {.body = R"({"image":"nginx","memory":8192,"cpu":16})"});
  const auto second = send("POST", "/v1/containers", {.body = R"({"image":"nginx","memory":8192})"});
  const auto uuid = text_member(second.body, "uuid");
  ASSERT_EQ(text_member(second.body, "status"), "Error") << second.text;
  const auto rows = actions(uuid);
  EXPECT_EQ(rows[0].at("message"), "Error");
  EXPECT_FALSE(rows[0].at("finish_time").is_null());
}

TEST_F(ContainerActionsApi, each_task_ends_as_the_host_says_and_only_administrators_read_why) {
  const auto uuid = created(true);
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::running));
  clock.advance(std::chrono::seconds(1));
  const auto asked = send("POST", "/v1/containers/" + uuid + "/kill?signal=SIGUSR1");
  ASSERT_EQ(asked.status, 202);
  const std::string request(asked.headers.get("X-Openstack-Request-Id"));
  EXPECT_EQ(actions(uuid)[0].at("action"), "kill") << "newest first";
  EXPECT_TRUE(action(uuid, request).at("events").get_array()[0].at("result").is_null());

  host_says(uuid, ContainerStatus::running, "Invalid signal");
  const auto shown = action(uuid, request);
  EXPECT_EQ(shown.at("message"), "Error");
  const auto event = shown.at("events").get_array()[0];
  EXPECT_EQ(event.at("event"), "compute__do_container_kill");
  EXPECT_EQ(event.at("result"), "Error");
  EXPECT_TRUE(event.at("traceback").is_null());
  EXPECT_EQ(action(uuid, request, "admin").at("events").get_array()[0].at("traceback"), "Invalid signal");

  const auto stopped = send("POST", "/v1/containers/" + uuid + "/stop");
  host_says(uuid, ContainerStatus::stopped, "");
  const auto good = action(uuid, std::string(stopped.headers.get("X-Openstack-Request-Id")));
  EXPECT_TRUE(good.at("message").is_null());
  EXPECT_EQ(good.at("events").get_array()[0].at("result"), "Success");
}

TEST_F(ContainerActionsApi, a_delete_is_an_action_ends_what_was_queued_and_takes_all_rows_along) {
  const auto uuid = created(true);
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::running));
  const auto paused = send("POST", "/v1/containers/" + uuid + "/pause");
  ASSERT_EQ(as("admin", "DELETE", "/v1/containers/" + uuid + "?force=true").status, 204);
  const auto rows = actions(uuid);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].at("action"), "delete");
  EXPECT_EQ(rows[0].at("user_id"), "user-of-p0");
  EXPECT_EQ(rows[1].at("message"), "Error");
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::unknown, true));
  EXPECT_EQ(send("GET", "/v1/containers/" + uuid + "/container_actions").status, 404);
  EXPECT_TRUE(boundary::view(store, [](boundary::Reader& reader) {
                return boundary::list<domain::ActionRecord>(reader);
              })->empty());
}

TEST_F(ContainerActionsApi, of_others_and_of_nothing_there_is_nothing_to_see) {
  const auto uuid = created(false);
  const std::string base = "/v1/containers/" + uuid + "/container_actions";
  EXPECT_EQ(as("bob", "GET", base).status, 404);
  EXPECT_EQ(as("bob", "GET", base + "/" + request_id).status, 404);
  EXPECT_EQ(as("admin", "GET", base).status, 200);
  const auto unknown = send("GET", base + "/req-00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.error("code"), "container.action-not-found");
}

TEST_F(ContainerActionsApi, a_container_keeps_a_bounded_number_of_them) {
  const auto uuid = created(true);
  for (int i = 0; i < 80; ++i) {
    ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::running));
    ASSERT_EQ(send("POST", "/v1/containers/" + uuid + "/kill").status, 202);
  }
  EXPECT_EQ(actions(uuid).size(), services::max_actions_kept);
  EXPECT_EQ(actions(uuid)[0].at("action"), "kill");
}

}  // namespace
}  // namespace causeway::test
