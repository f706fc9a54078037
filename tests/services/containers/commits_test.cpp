#include <gtest/gtest.h>

#include "container_fakes.hpp"

namespace causeway::test {
namespace {

using domain::ContainerId;
using domain::ContainerStatus;
using domain::ImageId;

struct CommitsTest : ContainerRegion, ::testing::Test {
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    domain::ContainerSpec spec;
    spec.image = "nginx";
    spec.name = "web";
    id = containers.create(alice, spec, true)->container.id;
    ASSERT_TRUE(becomes(id, ContainerStatus::running));
  }
  domain::Container now_is() { return containers.show(admin, id.str())->container; }
  ContainerId id;
};

TEST_F(CommitsTest, makes_the_image_at_once_and_asks_the_host) {
  const auto image = commits.commit(alice, "web", {"shop/web", "", "req-1"});
  ASSERT_TRUE(image) << image.error().describe();
  EXPECT_EQ(images.committed[*image], "shop/web:latest of p1");
  const auto container = now_is();
  ASSERT_EQ(container.tasks.size(), 1u);
  EXPECT_EQ(container.tasks[0].action, domain::TaskAction::commit);
  EXPECT_EQ(container.tasks[0].image_id, image->str());
  EXPECT_EQ(container.tasks[0].request_id, "req-1");
  EXPECT_EQ(container.status, ContainerStatus::running);
  EXPECT_TRUE(commits.check_sender(domain::HostName("h1"), *image));
  EXPECT_EQ(commits.check_sender(domain::HostName("h2"), *image).error().code, Code::forbidden);
  EXPECT_EQ(commits.check_sender(domain::HostName("h1"), ImageId("other")).error().code, Code::forbidden);
  images.filled.insert(*image);
  ASSERT_TRUE(becomes(id, ContainerStatus::running));
  EXPECT_TRUE(images.committed.contains(*image));
  EXPECT_EQ(commits.check_sender(domain::HostName("h1"), *image).error().code, Code::forbidden) << "its task is done";
}

TEST_F(CommitsTest, an_image_without_data_goes_with_its_task_however_that_ends) {
  const auto failed_one = commits.commit(alice, "web", {"a", "t", ""}).value();
  const auto queued = commits.commit(alice, "web", {"b", "t", ""}).value();
  domain::ContainerReport seen;
  seen.id = id;
  seen.status = ContainerStatus::running;
  seen.task_done = now_is().tasks[0].seq;
  seen.task_results = {{seen.task_done, "no space"}};
  ASSERT_TRUE(report("h1", seen));
  EXPECT_FALSE(images.committed.contains(failed_one));
  EXPECT_TRUE(images.committed.contains(queued));
  ASSERT_TRUE(containers.remove(alice, "web", services::RemoveMode::stop));
  EXPECT_FALSE(images.committed.contains(queued)) << "the container is being deleted";
}

TEST_F(CommitsTest, refuses_what_the_status_or_the_names_forbid) {
  EXPECT_EQ(commits.commit(alice, "web", {"", "t", ""}).error().field, "repository");
  EXPECT_EQ(commits.commit(alice, "web", {"a b", "t", ""}).error().field, "repository");
  EXPECT_EQ(commits.commit(alice, "web", {"a", "x\ny", ""}).error().field, "tag");
  EXPECT_EQ(commits.commit(alice, "web", {std::string(256, 'a'), "t", ""}).error().code, Code::invalid);
  EXPECT_EQ(commits.commit(bob, "web", {"a", "t", ""}).error().code, Code::not_found);
  ASSERT_TRUE(becomes(id, ContainerStatus::paused));
  EXPECT_TRUE(commits.commit(alice, "web", {"a", "t", ""}));
  ASSERT_TRUE(becomes(id, ContainerStatus::error));
  EXPECT_EQ(commits.commit(alice, "web", {"a", "t", ""}).error().reason, "container.invalid_state");
}

TEST_F(CommitsTest, one_that_cannot_be_queued_leaves_no_image) {
  images.commit_trouble = fail(Code::unavailable, "store.away", "away");
  EXPECT_EQ(commits.commit(alice, "web", {"a", "t", ""}).error().reason, "store.away");
  EXPECT_EQ(images.prepared, 1);
  EXPECT_TRUE(images.committed.empty());
  EXPECT_TRUE(now_is().tasks.empty());
  EXPECT_EQ(commits.commit(bob, "web", {"a", "t", ""}).error().code, Code::not_found);
  EXPECT_EQ(images.prepared, 1) << "nothing is made for what cannot be committed";
}

TEST_F(CommitsTest, the_queue_is_bounded) {
  for (std::size_t i = 0; i < options.max_tasks; ++i) ASSERT_TRUE(commits.commit(alice, "web", {"a", "t", ""}));
  EXPECT_EQ(commits.commit(alice, "web", {"a", "t", ""}).error().reason, "container.too_many_tasks");
  EXPECT_EQ(images.committed.size(), options.max_tasks);
}

}  // namespace
}  // namespace causeway::test
