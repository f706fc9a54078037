#include "agent_room.hpp"

/// Images of containers on their way to the region.
namespace causeway::testing {
namespace {

using domain::ContainerStatus;
using domain::TaskAction;
using Agent = AgentRoom;

const std::string committed = "eeeeeeee-0000-4000-8000-000000000001";
const std::string reference = "causeway.local/commit:" + committed;

domain::Container with_commit(domain::Container container) {
  domain::ContainerTask task;
  task.seq = ++container.task_seq;
  task.action = TaskAction::commit;
  task.image_id = committed;
  container.tasks.push_back(task);
  return container;
}

TEST_F(Agent, sends_the_image_of_a_container_to_the_region_and_keeps_nothing) {
  put_running_container();
  put(with_commit(a_container()));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_EQ(region.stored(committed), "image sha256:of-" + box.str() + " " + reference);
  EXPECT_EQ(region.seen(box)->task_results, (std::vector<domain::TaskResult>{{1, ""}}));
  EXPECT_EQ(region.seen(box)->status, ContainerStatus::running);
  EXPECT_FALSE(*engine.find_image(reference));
}

TEST_F(Agent, a_commit_that_fails_says_why_and_leaves_the_container_as_it_was) {
  put_running_container();
  data.fail_next("commit", fail(Code::unavailable, "engine.error", "no space left on device"));
  put(with_commit(a_container()));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_EQ(region.seen(box)->task_results, (std::vector<domain::TaskResult>{{1, "no space left on device"}}));
  EXPECT_EQ(region.seen(box)->status, ContainerStatus::running);
  EXPECT_EQ(region.seen(box)->status_reason, "");
  EXPECT_FALSE(*engine.find_image(reference));
}

TEST_F(Agent, a_commit_whose_transfer_breaks_is_sent_again_from_the_same_image) {
  put_running_container();
  data.break_next_source(9);
  put(with_commit(a_container()));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_EQ(region.seen(box)->task_results, (std::vector<domain::TaskResult>{{1, ""}}));
  EXPECT_EQ(data.commits(), 1) << "what was committed first is what is sent";
  EXPECT_GE(region.stores(), 2);
  EXPECT_FALSE(*engine.find_image(reference));
}

TEST_F(Agent, a_region_that_refuses_the_image_for_good_ends_the_commit) {
  put_running_container();
  region.refuse_images(fail(Code::invalid, "image.not_docker_archive", "It is no archive."));
  put(with_commit(a_container()));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_EQ(region.seen(box)->task_results, (std::vector<domain::TaskResult>{{1, "It is no archive."}}));
  EXPECT_FALSE(*engine.find_image(reference));
}

TEST_F(Agent, removes_names_that_a_dead_agent_left) {
  const std::string stale = "causeway.local/commit:stale";
  ASSERT_TRUE(engine.load_image(
      stale, [text = std::string("image sha256:x " + stale), at = std::size_t(0)](std::span<char> into) mutable -> Result<std::size_t> {
        const auto count = text.copy(into.data(), into.size(), at);
        at += count;
        return count;
      },
      {}));
  put_running_container();
  put(with_commit(a_container()));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_FALSE(*engine.find_image(stale));
}

TEST_F(Agent, says_what_a_container_waits_for_while_it_is_tried_again) {
  region.refuse_fetches(fail(Code::unavailable, "region.unreachable", "Image X is in region RegionOne, which cannot be reached now."));
  put_records(a_container());
  ASSERT_TRUE(eventually([&] { return region.seen(box) && !region.seen(box)->status_reason.empty(); }));
  EXPECT_EQ(region.seen(box)->status_reason, "Image X is in region RegionOne, which cannot be reached now.");
  EXPECT_EQ(region.seen(box)->status, ContainerStatus::creating);
  region.refuse_fetches(std::nullopt);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  EXPECT_TRUE(eventually([&] { return region.seen(box)->status_reason.empty(); }));
}

}  // namespace
}  // namespace causeway::testing
