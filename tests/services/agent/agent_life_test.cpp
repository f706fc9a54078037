#include "agent_room.hpp"

/// A container's life as its region sees it, on a host in memory.
namespace causeway::testing {
namespace {

using domain::ContainerStatus;
using domain::TaskAction;
using Agent = AgentRoom;

TEST_F(Agent, runs_a_container_with_its_links_in_place) {
  put(a_port(port_far, "h2", "10.11.0.20", 0x20));
  put_running_container();
  const auto report = region.seen(box);
  EXPECT_TRUE(report->started_at > Time{});
  EXPECT_EQ(report->seen_command, (std::vector<std::string>{"sleep", "1000"}));
  EXPECT_EQ(report->task_state, "");
  EXPECT_TRUE(eventually([&] {
    const auto port = region.seen(port_1);
    return port && port->ready && port->plugged;
  }));
  const auto entries = links.observe_remote_entries(services::tunnel_name(net_a));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().vtep, ip("10.200.0.2"));
}

TEST_F(Agent, follows_ports_of_other_hosts_as_they_come_and_go) {
  put_running_container();
  const auto entries = [&] { return links.observe_remote_entries(services::tunnel_name(net_a))->size(); };
  put(a_port(port_far, "h2", "10.11.0.20", 0x20));
  EXPECT_TRUE(eventually([&] { return entries() == 1; }));
  erase<domain::Port>(port_far);
  EXPECT_TRUE(eventually([&] { return entries() == 0; }));
}

TEST_F(Agent, waits_for_records_that_come_late) {
  put(a_container());
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::creating); }));
  put(a_port(port_1, "h1", "10.11.0.10", 0x10));
  put(a_network());
  EXPECT_FALSE(*engine.inspect(box));
  put(a_subnet());
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

TEST_F(Agent, only_creates_what_is_not_to_run) {
  auto container = a_container();
  container.run = false;
  put_records(container);
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::created); }));
  EXPECT_EQ(engine.starts(box), 0);
}

TEST_F(Agent, does_the_tasks_in_their_order_and_each_once) {
  put_running_container();
  auto container = with_task(a_container(), TaskAction::stop);
  container = with_task(container, TaskAction::start);
  container = with_task(container, TaskAction::pause);
  put(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::paused) && region.seen(box)->task_done == 3; }));
  EXPECT_EQ(engine.starts(box), 2);
  put(with_task(container, TaskAction::unpause));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running) && region.seen(box)->task_done == 4; }));
}

TEST_F(Agent, restarts_with_the_same_interface) {
  put_running_container();
  put(with_task(a_container(), TaskAction::reboot));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_EQ(engine.starts(box), 2);
  EXPECT_TRUE(region.is(box, ContainerStatus::running));
  EXPECT_TRUE(has_link(services::host_end_name(port_1)));
}

TEST_F(Agent, does_not_repeat_a_kill_after_a_crash) {
  put_running_container();
  engine.fail_next("kill", fail(Code::unavailable, "engine.unreachable", "The answer was lost."));
  put(with_task(a_container(), TaskAction::kill, "SIGHUP"));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  start_agent();
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_EQ(engine.kills(box), 0);
  EXPECT_EQ(region.seen(box)->status_reason, "The answer was lost.");
}

TEST_F(Agent, repeats_a_stop_until_the_engine_did_it) {
  put_running_container();
  engine.fail_next("stop", fail(Code::unavailable, "engine.unreachable", "away"));
  put(with_task(a_container(), TaskAction::stop));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped) && region.seen(box)->task_done == 1; }));
}

TEST_F(Agent, tells_at_once_when_a_process_ends) {
  put_running_container();
  engine.exit(box, 3);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped); }));
  EXPECT_EQ(region.seen(box)->exit_code, 3);
  EXPECT_EQ(engine.starts(box), 1) << "restarting is the Engine's policy, not the agent's";
}

TEST_F(Agent, removes_everything_of_a_container) {
  put_running_container();
  auto container = a_container();
  container.remove = true;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->gone; }));
  EXPECT_FALSE(*engine.inspect(box));
  EXPECT_FALSE(has_link(services::host_end_name(port_1)));
  // the region takes the records away
  erase<domain::Port>(port_1);
  erase<domain::Container>(box);
  EXPECT_TRUE(
      eventually([&] { return !has_link(services::bridge_name(net_a)) && !has_link(services::tunnel_name(net_a)); }));
  EXPECT_TRUE(eventually([&] { return engine.list_networks()->empty(); }));
  EXPECT_TRUE(eventually([&] {
    return !*boundary::view(
        store, [&](boundary::Reader& reader) { return boundary::find<domain::AgentContainer>(reader, box); });
  }));
}

TEST_F(Agent, removes_a_container_that_never_came_to_be) {
  auto container = a_container();
  container.remove = true;
  put_records(container);
  EXPECT_TRUE(eventually([&] { return region.seen(box) && region.seen(box)->gone; }));
}

TEST_F(Agent, reports_the_loss_of_a_container) {
  put_running_container();
  engine.vanish(box);
  EXPECT_TRUE(eventually([&] { return region.seen(box)->gone; }));
  EXPECT_FALSE(*engine.inspect(box));
}

TEST_F(Agent, makes_a_lost_container_anew_when_it_heals) {
  auto container = a_container();
  container.auto_heal = true;
  put_records(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  const auto before = region.seen(box)->engine_id;
  engine.vanish(box);
  EXPECT_TRUE(
      eventually([&] { return region.is(box, ContainerStatus::running) && region.seen(box)->engine_id != before; }));
}

}  // namespace
}  // namespace causeway::testing
