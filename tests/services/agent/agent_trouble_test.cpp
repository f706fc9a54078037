#include "agent_room.hpp"

/// What goes wrong on a host, and what is left behind.
namespace causeway::testing {
namespace {

using domain::ContainerStatus;
using domain::TaskAction;
using Agent = AgentRoom;

TEST_F(Agent, reports_a_create_that_fails_and_leaves_no_container) {
  engine.fail_next("create", fail(Code::invalid, "engine.refused", "bad runtime"));
  put_records(a_container());
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_EQ(region.seen(box)->status_reason, "bad runtime");
  EXPECT_FALSE(*engine.inspect(box));
  // asked to start, it tries again
  put(with_task(a_container(), TaskAction::start));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running) && region.seen(box)->task_done == 1; }));
  EXPECT_EQ(region.seen(box)->status_reason, "");
  EXPECT_EQ(engine.starts(box), 1);
}

TEST_F(Agent, reports_a_start_that_fails_for_good) {
  auto container = a_container();
  container.command = {"fail"};
  put_records(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_NE(region.seen(box)->status_reason.find("not found"), std::string::npos);
}

TEST_F(Agent, gives_up_a_start_that_the_engine_keeps_failing) {
  for (int i = 0; i < domain::max_start_attempts; ++i)
    engine.fail_next("start", fail(Code::unavailable, "engine.error", "runtime trouble"));
  put_records(a_container());
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_EQ(engine.starts(box), 0);
}

TEST_F(Agent, a_start_that_finds_no_image_ends_with_the_reason_and_is_not_repeated) {
  region.set_image_data("no archive");
  put_records(a_container());
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  const int fetches = region.fetches();
  put(with_task(a_container(), TaskAction::start));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  ASSERT_EQ(region.seen(box)->task_results.size(), 1U);
  EXPECT_EQ(region.seen(box)->task_results[0].error, region.seen(box)->status_reason);
  EXPECT_FALSE(region.seen(box)->status_reason.empty());
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_EQ(region.fetches(), fetches + 1);
}

TEST_F(Agent, says_how_each_task_ended) {
  put_running_container();
  auto container = with_task(a_container(), TaskAction::kill, "SIGNONSENSE");
  container = with_task(container, TaskAction::pause);
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 2; }));
  const auto report = *region.seen(box);
  ASSERT_EQ(report.task_results.size(), 2U);
  EXPECT_EQ(report.task_results[0].error, "Invalid signal: SIGNONSENSE");
  EXPECT_EQ(report.task_results[1], (domain::TaskResult{2, ""}));
  EXPECT_EQ(report.status, ContainerStatus::paused);
}

TEST_F(Agent, outlasts_an_engine_that_is_away) {
  for (int i = 0; i < 5; ++i) engine.fail_next("create", fail(Code::unavailable, "engine.unreachable", "away"));
  put_records(a_container());
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

TEST_F(Agent, adopts_a_container_whose_creation_was_never_answered) {
  put_running_container();
  erase<domain::AgentContainer>(box);
  start_agent();
  EXPECT_TRUE(eventually([&] {
    const auto memory = boundary::view(
        store, [&](boundary::Reader& reader) { return boundary::find<domain::AgentContainer>(reader, box); });
    return memory && *memory && (*memory)->created;
  }));
  EXPECT_EQ(engine.starts(box), 1);
}

TEST_F(Agent, refuses_an_image_with_a_wrong_checksum) {
  auto container = a_container();
  container.image_ref.checksum = std::string(32, '0');
  put_records(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_NE(region.seen(box)->status_reason.find("checksum"), std::string::npos);
  EXPECT_TRUE(engine.list_images()->empty());
}

TEST_F(Agent, takes_an_image_with_the_right_checksum_and_fetches_it_once) {
  const std::string data = "image sha256:1 a:b" + std::string(3 << 20, ' ');
  region.set_image_data(data);
  auto digest = digests.begin(boundary::DigestKind::md5);
  ASSERT_TRUE(digest);
  (*digest)->update(data);
  auto container = a_container();
  container.image_ref.checksum = (*digest)->finish();
  put_records(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  EXPECT_EQ(region.fetches(), 1);
  EXPECT_EQ(*engine.list_images(), std::vector<std::string>{"causeway.local/image:" + image_id});
}

TEST_F(Agent, removes_orphans_only_after_a_grace_and_once_it_is_synced) {
  put_running_container();
  synced = false;
  erase<domain::Container>(box);
  erase<domain::Port>(port_1);
  clock.advance(std::chrono::minutes(5));
  start_agent();
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_TRUE(*engine.inspect(box)) << "nothing is an orphan before the region was heard";
  synced = true;
  agent->connected();
  EXPECT_TRUE(eventually([&] {
    clock.advance(std::chrono::seconds(40));
    return !*engine.inspect(box);
  }));
  EXPECT_TRUE(eventually([&] {
    clock.advance(std::chrono::seconds(40));
    agent->connected();
    return !has_link("cw") && engine.list_networks()->empty();
  }));
}

TEST_F(Agent, never_touches_links_that_are_not_its_own) {
  links.add_foreign_link("cwb-of-somebody");
  clock.advance(std::chrono::minutes(5));
  agent->connected();
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  clock.advance(std::chrono::minutes(5));
  agent->connected();
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_TRUE(has_link("cwb-of-somebody"));
}

TEST_F(Agent, reports_everything_again_when_the_region_was_away) {
  put_running_container();
  region.set_down(true);
  engine.exit(box, 0);
  const int before = region.fulls();
  region.set_down(false);
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped); }));
  agent->connected();
  EXPECT_TRUE(eventually([&] { return region.fulls() > before; }));
  EXPECT_TRUE(region.is(box, ContainerStatus::stopped));
}

TEST_F(Agent, makes_no_full_report_before_every_container_was_looked_at) {
  put_running_container();
  stop_agent();
  const int before = region.fulls();
  engine.hold("inspect");
  start_agent();
  ASSERT_TRUE(eventually([&] { return region.host().id == domain::HostName("h1"); }));
  EXPECT_EQ(region.fulls(), before);
  engine.release("inspect");
  EXPECT_TRUE(eventually([&] { return region.fulls() > before && region.is(box, ContainerStatus::running); }));
}

TEST_F(Agent, looks_at_everything_when_the_stream_of_events_broke) {
  put_running_container();
  engine.break_watches();
  engine.exit(box, 9);
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped); }));
}

TEST_F(Agent, puts_a_lost_interface_back_before_it_lets_docker_join) {
  put_running_container();
  put(with_task(a_container(), TaskAction::stop));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped); }));
  ASSERT_TRUE(links.remove_link(services::host_end_name(port_1)));
  auto container = with_task(a_container(), TaskAction::stop);
  put(with_task(container, TaskAction::start));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

/// As after a dockerd that was started again without live-restore, with an agent that does not know the endpoints of its predecessor.
TEST_F(Agent, makes_a_new_interface_when_a_dead_container_still_holds_the_one_that_docker_wants) {
  put_running_container();
  start_agent();
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  agent->driver().leave("ep-of-before");
  agent->driver().delete_endpoint("ep-of-before");
  ASSERT_TRUE(agent->driver().create_endpoint({"ep-new", port_1, "", "", ""}));
  const auto joined = agent->driver().join("ep-new", "/run/docker/netns/new");
  ASSERT_TRUE(joined) << joined.error().describe();
  const auto seen = links.observe(services::host_end_name(port_1));
  ASSERT_TRUE(seen && seen->size() == 1);
  EXPECT_EQ(seen->front().peer, boundary::VethPeer::here);
}

TEST_F(Agent, tells_its_inventory) {
  EXPECT_TRUE(eventually([&] { return region.host().cpus == 4 && region.host().memory_mib == 8192; }));
}

TEST_F(Agent, tells_everything_when_the_region_asks_for_it) {
  put_running_container();
  ASSERT_TRUE(eventually([&] { return region.fulls() > 0; }));
  const int before = region.fulls();
  region.doubt();
  put(with_task(a_container(), TaskAction::pause));
  ASSERT_TRUE(eventually([&] { return region.fulls() > before; }));
  EXPECT_TRUE(region.seen(box));
}

}  // namespace
}  // namespace causeway::testing
