#include "causeway/domain/container/container_report.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/container/container_states.hpp"

namespace causeway::domain {
namespace {

using namespace std::chrono_literals;
constexpr Time noon{std::chrono::days(20'000) + 12h};

Container a_container(ContainerStatus status) {
  Container container;
  container.id = ContainerId("c1");
  container.host = HostName("h1");
  container.status = status;
  return container;
}
ContainerReport seen(ContainerStatus status) {
  ContainerReport report;
  report.id = ContainerId("c1");
  report.status = status;
  report.engine_id = "e1";
  return report;
}

TEST(ContainerReport, the_same_report_twice_changes_nothing) {
  auto container = a_container(ContainerStatus::creating);
  auto report = seen(ContainerStatus::running);
  report.started_at = noon;
  EXPECT_EQ(apply(container, report, noon), ReportOutcome::changed);
  EXPECT_EQ(container.status, ContainerStatus::running);
  EXPECT_EQ(container.observed_at, noon);
  EXPECT_EQ(apply(container, report, noon + 10s), ReportOutcome::unchanged);
  EXPECT_EQ(container.observed_at, noon);
}

TEST(ContainerReport, a_container_that_is_being_deleted_stays_so_until_it_is_gone) {
  auto container = a_container(ContainerStatus::running);
  ask_removal(container, true);
  EXPECT_TRUE(container.remove && container.remove_stop);
  EXPECT_EQ(container.task_state, "container_deleting");
  auto report = seen(ContainerStatus::running);
  report.status_reason = "the Engine does not answer";
  EXPECT_EQ(apply(container, report, noon), ReportOutcome::changed);
  EXPECT_EQ(container.status, ContainerStatus::deleting);
  EXPECT_EQ(container.status_reason, "the Engine does not answer");
  report.gone = true;
  EXPECT_EQ(apply(container, report, noon), ReportOutcome::gone);
}

TEST(ContainerReport, one_that_vanished_unasked_is_an_error_and_is_not_lost) {
  auto container = a_container(ContainerStatus::running);
  auto report = seen(ContainerStatus::unknown);
  report.gone = true;
  EXPECT_EQ(apply(container, report, noon), ReportOutcome::changed);
  EXPECT_EQ(container.status, ContainerStatus::error);
  EXPECT_FALSE(container.status_reason.empty());
  auto creating = a_container(ContainerStatus::creating);
  EXPECT_EQ(apply(creating, report, noon), ReportOutcome::refused);
  EXPECT_EQ(creating.status, ContainerStatus::creating);
}

TEST(ContainerReport, tasks_that_are_done_leave_the_queue_and_the_rest_keeps_showing) {
  auto container = a_container(ContainerStatus::running);
  enqueue(container, {0, TaskAction::pause, std::nullopt, "", "req-1"});
  enqueue(container, {0, TaskAction::unpause, std::nullopt, "", "req-2"});
  EXPECT_EQ(container.task_state, "container_unpausing");
  auto report = seen(ContainerStatus::paused);
  report.task_done = 1;
  EXPECT_EQ(apply(container, report, noon), ReportOutcome::changed);
  ASSERT_EQ(container.tasks.size(), 1U);
  EXPECT_EQ(container.tasks[0].seq, 2);
  EXPECT_EQ(container.task_state, "container_unpausing");
  report = seen(ContainerStatus::running);
  report.task_done = 2;
  apply(container, report, noon);
  EXPECT_TRUE(container.tasks.empty() && container.task_state.empty());
  report.task_done = 99;  // a host cannot have done what nobody asked
  apply(container, report, noon);
  EXPECT_EQ(container.task_done, 2);
}

TEST(ContainerReport, a_reboot_shows_until_the_host_did_it) {
  auto container = a_container(ContainerStatus::running);
  enqueue(container, {0, TaskAction::reboot, 5, "", "req-1"});
  EXPECT_EQ(container.status, ContainerStatus::restarting);
  auto report = seen(ContainerStatus::running);
  apply(container, report, noon);
  EXPECT_EQ(container.status, ContainerStatus::restarting);
  report.task_done = 1;
  apply(container, report, noon);
  EXPECT_EQ(container.status, ContainerStatus::running);
}

TEST(ContainerReport, auto_remove_asks_for_removal_once_it_exited) {
  auto container = a_container(ContainerStatus::running);
  container.auto_remove = true;
  auto report = seen(ContainerStatus::stopped);
  report.exit_code = 0;
  EXPECT_EQ(apply(container, report, noon), ReportOutcome::changed);
  EXPECT_TRUE(container.remove);
  EXPECT_EQ(container.status, ContainerStatus::deleting);
}

TEST(ContainerReport, starting_clears_the_reason_of_the_last_failure) {
  auto container = a_container(ContainerStatus::error);
  container.status_reason = "no such image";
  enqueue(container, {0, TaskAction::start, std::nullopt, "", ""});
  EXPECT_TRUE(container.status_reason.empty());
}

TEST(StatusDetail, tells_for_how_long) {
  auto container = a_container(ContainerStatus::running);
  container.started_at = noon;
  EXPECT_EQ(status_detail_at(container, noon + 500ms), "");
  EXPECT_EQ(status_detail_at(container, noon + 12s), "Up 12 seconds");
  EXPECT_EQ(status_detail_at(container, noon + 3min + 5s), "Up 3 mins");
  EXPECT_EQ(status_detail_at(container, noon + 7h), "Up 7 hours");
  EXPECT_EQ(status_detail_at(container, noon + 50h), "Up 2 days");
  container.status = ContainerStatus::paused;
  EXPECT_EQ(status_detail_at(container, noon + 2s), "Up 2 seconds (paused)");
  container.status = ContainerStatus::created;
  EXPECT_EQ(status_detail_at(container, noon), "Created");
}

TEST(StatusDetail, tells_how_and_when_it_ended) {
  auto container = a_container(ContainerStatus::running);
  auto report = seen(ContainerStatus::stopped);
  report.exit_code = 137;
  apply(container, report, noon);  // the host does not say when: the region heard of it now
  EXPECT_EQ(status_detail_at(container, noon + 3min), "Exited(137) 3 mins ago");
  apply(container, report, noon + 1h);
  EXPECT_EQ(container.finished_at, noon);
  report.finished_at = noon - 1min;
  apply(container, report, noon + 1h);
  EXPECT_EQ(status_detail_at(container, noon), "Exited(137) 1 mins ago");
}

}  // namespace
}  // namespace causeway::domain
