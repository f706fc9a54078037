#include "causeway/domain/container/action_record.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

using namespace std::chrono_literals;
constexpr Time noon{std::chrono::days(20'000) + 12h};

ActionRecord begun(const std::string& action) {
  ActionRecord record;
  record.action = action;
  begin(record, noon);
  return record;
}

TEST(ActionRecord, each_action_begins_with_the_event_that_clients_know) {
  const std::pair<const char*, const char*> names[] = {{"create", "compute__do_container_create"},
                                                       {"start", "compute__do_container_start"},
                                                       {"stop", "compute__do_container_stop"},
                                                       {"reboot", "compute__do_container_reboot"},
                                                       {"rebuild", "compute__do_container_rebuild"},
                                                       {"pause", "compute__do_container_pause"},
                                                       {"unpause", "compute__do_container_unpause"},
                                                       {"kill", "compute__do_container_kill"},
                                                       {"commit", "compute__do_container_commit"},
                                                       {"add_security_group", "compute__add_security_group"},
                                                       {"remove_security_group", "compute__remove_security_group"},
                                                       {"network_attach", "compute__do_network_attach"},
                                                       {"network_detach", "compute__do_network_detach"}};
  for (const auto& [action, event] : names) {
    const auto record = begun(action);
    ASSERT_EQ(record.events.size(), 1U) << action;
    EXPECT_EQ(record.events[0].event, event);
    EXPECT_EQ(record.events[0].result, "");
    EXPECT_EQ(record.start_time, noon);
  }
  EXPECT_TRUE(begun("delete").events.empty());
}

TEST(ActionRecord, every_task_has_events) {
  for (const auto& [task, name] : names_of(TaskAction{})) EXPECT_EQ(begun(std::string(name)).events.size(), 1U) << name;
}

TEST(ActionRecord, ends_with_its_event) {
  auto good = begun("stop");
  finish(good, "", noon + 1s);
  EXPECT_FALSE(good.failed);
  EXPECT_EQ(good.finish_time, noon + 1s);
  EXPECT_EQ(good.events[0].result, "Success");
  EXPECT_EQ(good.events[0].finish_time, noon + 1s);
  auto bad = begun("kill");
  finish(bad, "no such signal", noon + 1s);
  EXPECT_TRUE(bad.failed);
  EXPECT_EQ(bad.events[0].result, "Error");
  EXPECT_EQ(bad.events[0].traceback, "no such signal");
}

struct CreateCase {
  bool run, made;
  ContainerStatus status;
  std::vector<std::string> results;  ///< of the events, in order
};

TEST(ActionRecord, a_create_tells_making_from_starting) {
  using enum ContainerStatus;
  const CreateCase cases[] = {{false, true, created, {"Success"}},          {true, true, running, {"Success", "Success"}},
                              {true, true, stopped, {"Success", "Success"}}, {true, true, error, {"Success", "Error"}},
                              {true, false, error, {"Error"}},               {false, false, error, {"Error"}}};
  for (const auto& one : cases) {
    auto record = begun("create");
    Container container;
    container.run = one.run;
    container.status = one.status;
    container.engine_id = one.made ? "e" : "";
    container.started_at = noon + 1s;
    finish_create(record, container, noon + 2s);
    std::vector<std::string> results;
    for (const auto& event : record.events) results.push_back(event.result);
    EXPECT_EQ(results, one.results);
    EXPECT_EQ(record.failed, one.status == error);
    EXPECT_EQ(record.finish_time, noon + 2s);
    if (results.size() == 2) {
      EXPECT_EQ(record.events[1].event, "compute__do_container_start");
      EXPECT_EQ(record.events[1].start_time, noon + 1s);
    }
  }
}

TEST(ActionRecord, a_host_with_a_wrong_clock_does_not_start_before_it_was_asked) {
  for (const auto wrong : {noon - 24h, noon + 24h}) {
    auto record = begun("create");
    Container container;
    container.run = true;
    container.engine_id = "e";
    container.started_at = wrong;
    finish_create(record, container, noon + 2s);
    EXPECT_GE(record.events[0].finish_time, noon);
    EXPECT_LE(record.events[0].finish_time, noon + 2s);
  }
}

TEST(ActionRecord, tasks_that_left_the_queue_bring_what_the_host_said_of_them) {
  const std::vector<ContainerTask> before{{1, TaskAction::stop, {}, "", "a"}, {2, TaskAction::kill, {}, "", "b"}, {3, TaskAction::start, {}, "", "c"}};
  const std::vector<ContainerTask> after{before[2]};
  const auto ends = ended_tasks(before, after, {{2, "no such signal"}, {3, "later"}});
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].task.request_id, "a");
  EXPECT_EQ(ends[0].error, "");
  EXPECT_EQ(ends[1].error, "no such signal");
}

}  // namespace
}  // namespace causeway::domain
