#include "agent_room.hpp"

/// Images of registries and images for their own sake, on a host in memory.
namespace causeway::testing {
namespace {

using namespace std::chrono_literals;
using domain::ContainerStatus;
using domain::HostImageState;
using ImageAgent = AgentRoom;

const std::string reference = "host:5000/team/box:latest";

domain::Container of_registry(domain::Container container, const std::string& policy = "ifnotpresent") {
  container.image_ref = {"docker", reference, "", policy, "registry-1"};
  return container;
}

domain::Container numbered(int number, const std::string& policy) {
  domain::Container container;
  container.id = domain::ContainerId(fmt::format("cccccccc-0000-4000-8000-{:012}", number + 100));
  container.host = domain::HostName("h1");
  container.image_ref = {"docker", reference, "", policy, ""};
  container.command = {"sleep", "1000"};
  container.run = true;
  return container;
}

TEST_F(ImageAgent, pulls_with_the_credentials_of_the_container) {
  engine.publish(reference, "hunter2");
  pulls.set_password(box, "hunter2");
  put_records(of_registry(a_container()));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

TEST_F(ImageAgent, wrong_credentials_are_the_container_s_error_and_are_not_tried_again) {
  engine.publish(reference, "hunter2");
  pulls.set_password(box, "wrong");
  put_records(of_registry(a_container()));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_EQ(region.seen(box)->status_reason, "unauthorized: authentication required");
  EXPECT_EQ(engine.pulls(), 1);
}

TEST_F(ImageAgent, an_image_that_no_registry_has_is_the_container_s_error) {
  put_records([&] {
    auto container = of_registry(a_container());
    container.image_ref.registry_id.clear();
    return container;
  }());
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_NE(region.seen(box)->status_reason.find(reference), std::string::npos);
  EXPECT_EQ(engine.pulls(), 1);
}

TEST_F(ImageAgent, a_registry_that_is_away_is_tried_a_few_times) {
  const auto away = fail(Code::unavailable, "engine.registry_unreachable", "connection refused");
  engine.publish(reference);
  for (int i = 0; i < 2; ++i) engine.fail_next("pull_image", away);
  put(numbered(1, "always"));
  const auto first = numbered(1, "").id, second = numbered(2, "").id;
  ASSERT_TRUE(eventually([&] { return region.is(first, ContainerStatus::running); }));
  EXPECT_EQ(engine.pulls(), 3);
  for (int i = 0; i < 3; ++i) engine.fail_next("pull_image", away);
  put(numbered(2, "always"));
  ASSERT_TRUE(eventually([&] { return region.is(second, ContainerStatus::error); }));
  EXPECT_NE(region.seen(second)->status_reason.find("connection refused"), std::string::npos);
  EXPECT_EQ(engine.pulls(), 6);
}

TEST_F(ImageAgent, a_hundred_containers_want_one_image_and_it_is_pulled_once) {
  engine.publish(reference);
  engine.hold("pull_image");
  for (int i = 0; i < 100; ++i) put(numbered(i, "ifnotpresent"));
  ASSERT_TRUE(eventually([&] {
    for (int i = 0; i < 100; ++i) {
      const auto seen = region.seen(numbered(i, "").id);
      if (!seen || seen->task_state != "image_pulling") return false;
    }
    return true;
  })) << "all wait, on two workers: a slow registry holds up nobody";
  EXPECT_EQ(region.seen(numbered(7, "").id)->status_detail, "Pulling 1/2 layers, 1 of 2 MB");
  engine.release("pull_image");
  ASSERT_TRUE(eventually([&] {
    for (int i = 0; i < 100; ++i) {
      if (!region.is(numbered(i, "").id, ContainerStatus::running)) return false;
    }
    return true;
  }, 20s));
  EXPECT_EQ(engine.pulls(), 1);
  EXPECT_EQ(region.seen(numbered(7, "").id)->status_detail, "");
  EXPECT_EQ(region.seen(numbered(7, "").id)->task_state, "");
}

TEST_F(ImageAgent, policies_say_when_a_registry_is_asked) {
  const auto never = numbered(1, "never"), always = numbered(2, "always"), again = numbered(3, "always"), once = numbered(4, "never");
  put(never);
  ASSERT_TRUE(eventually([&] { return region.is(never.id, ContainerStatus::error); }));
  EXPECT_EQ(region.seen(never.id)->status_reason, "Image " + reference + " not present with pull policy of Never");
  EXPECT_EQ(engine.pulls(), 0);
  engine.publish(reference);
  for (const auto* container : {&always, &again, &once}) {
    put(*container);
    ASSERT_TRUE(eventually([&] { return region.is(container->id, ContainerStatus::running); }));
  }
  EXPECT_EQ(engine.pulls(), 2) << "once for each that says always";
}

TEST_F(ImageAgent, a_container_that_is_deleted_while_its_image_comes_waits_for_nothing) {
  engine.hold("pull_image");
  auto container = numbered(1, "always");
  put(container);
  ASSERT_TRUE(eventually([&] {
    const auto seen = region.seen(container.id);
    return seen && seen->task_state == "image_pulling";
  }));
  container.remove = true;
  put(container);
  EXPECT_TRUE(eventually([&] { return region.seen(container.id)->gone; }));
  engine.release("pull_image");
}

TEST_F(ImageAgent, images_for_their_own_sake_come_and_go) {
  domain::HostImage image;
  image.id = domain::HostImageId("11111111-aaaa-4000-8000-000000000001");
  image.host = domain::HostName("h1");
  image.image_ref = {"docker", reference, "", "ifnotpresent", ""};
  engine.publish(reference);
  put(image);
  ASSERT_TRUE(eventually([&] {
    const auto seen = pulls.seen(image.id);
    return seen && seen->state == HostImageState::present;
  }));
  EXPECT_GT(pulls.seen(image.id)->size, 0);
  ASSERT_TRUE(engine.find_image(reference).value());
  image.state = HostImageState::present;
  image.remove = true;
  put(image);
  ASSERT_TRUE(eventually([&] { return pulls.seen(image.id)->gone; }));
  EXPECT_FALSE(engine.find_image(reference).value());
}

TEST_F(ImageAgent, an_image_that_cannot_be_had_is_reported) {
  domain::HostImage image;
  image.id = domain::HostImageId("11111111-aaaa-4000-8000-000000000002");
  image.host = domain::HostName("h1");
  image.image_ref = {"docker", reference, "", "ifnotpresent", ""};
  put(image);
  ASSERT_TRUE(eventually([&] {
    const auto seen = pulls.seen(image.id);
    return seen && seen->state == HostImageState::error;
  }));
  EXPECT_NE(pulls.seen(image.id)->error.find(reference), std::string::npos);
}

}  // namespace
}  // namespace causeway::testing
