#include "causeway/services/containers/host_images/host_images.hpp"

#include <gtest/gtest.h>

#include "container_fakes.hpp"

namespace causeway::services {
namespace {

using domain::HostImageState;

class HostImagesTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    ASSERT_TRUE(heartbeat("h2"));
  }
  domain::HostImage pulled(const std::string& repo, const std::string& host = "h1") {
    const auto image = host_images.pull(admin, {repo, "", host, ""});
    EXPECT_TRUE(image) << image.error().describe();
    clock.advance(std::chrono::seconds(1));
    return image.value_or(domain::HostImage{});
  }
};

TEST_F(HostImagesTest, a_pull_is_a_record_that_its_host_follows) {
  const auto image = pulled("busybox");
  EXPECT_EQ(image.repo, "busybox");
  EXPECT_EQ(image.tag, "latest");
  EXPECT_EQ(image.image_ref.id, "busybox:latest");
  EXPECT_EQ(image.state, HostImageState::pulling);
  ASSERT_TRUE(host_images.apply_report(domain::HostName("h1"), {image.id, false, HostImageState::present, "", "sha256:1", 77}));
  EXPECT_EQ(host_images.show(image.id.str())->size, 77);
  ASSERT_TRUE(host_images.apply_report(domain::HostName("h2"), {image.id, false, HostImageState::error, "no", "", 0}));
  EXPECT_EQ(host_images.show(image.id.str())->state, HostImageState::present) << "another host has no say";
}

TEST_F(HostImagesTest, hosts_are_named_or_given_by_uuid) {
  const auto uuid = hosts.show("h2")->host.uuid;
  EXPECT_EQ(pulled("busybox", uuid).host.str(), "h2");
  const auto refused = host_images.pull(admin, {"busybox", "", "nowhere", ""});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::invalid);
  EXPECT_EQ(refused.error().field, "host");
}

TEST_F(HostImagesTest, a_host_gets_the_data_of_what_it_was_told_to_run_or_to_hold) {
  const domain::HostName h1("h1"), h2("h2");
  const domain::ImageId nginx("nginx-id");
  EXPECT_EQ(host_images.check_wanted(h1, nginx).error().reason, "image.foreign");
  domain::ContainerSpec spec;
  spec.image = "nginx";
  const auto host = containers.create(alice, spec, true)->container.host;
  EXPECT_TRUE(host_images.check_wanted(host, nginx));
  EXPECT_EQ(host_images.check_wanted(host == h1 ? h2 : h1, nginx).error().code, Code::forbidden);
  const std::string id = "aaaaaaaa-0000-4000-8000-000000000009";
  images.images.insert(id);
  pulled(id);
  EXPECT_TRUE(host_images.check_wanted(h1, domain::ImageId(id + "-id")));
  EXPECT_FALSE(host_images.check_wanted(h2, domain::ImageId(id + "-id")));
}

TEST_F(HostImagesTest, the_same_image_is_on_a_host_once) {
  pulled("busybox");
  EXPECT_EQ(host_images.pull(admin, {"busybox", "latest", "h1", ""}).error().reason, "host_image.exists");
  pulled("busybox", "h2");
  pulled("busybox:other");
  EXPECT_EQ(host_images.pull(admin, {"Bad:Ref:", "", "h1", ""}).error().field, "repo");
}

TEST_F(HostImagesTest, one_that_is_deleted_is_not_seen_any_more_and_goes_when_its_host_let_go_of_it) {
  const auto image = pulled("busybox");
  ASSERT_TRUE(host_images.remove(image.id.str()));
  EXPECT_EQ(host_images.show(image.id.str()).error().code, Code::not_found);
  EXPECT_EQ(host_images.remove(image.id.str()).error().code, Code::not_found);
  EXPECT_TRUE(host_images.list({})->empty());
  pulled("busybox");
  ASSERT_TRUE(host_images.apply_report(domain::HostName("h1"), {image.id, true, HostImageState::pulling, "", "", 0}));
  const auto left = boundary::view(store, [](boundary::Reader& r) { return boundary::list<domain::HostImage>(r); });
  EXPECT_EQ(left->size(), 1U);
}

TEST_F(HostImagesTest, a_host_cannot_end_what_nobody_asked_to_end) {
  const auto image = pulled("busybox");
  ASSERT_TRUE(host_images.apply_report(domain::HostName("h1"), {image.id, true, HostImageState::pulling, "", "", 0}));
  EXPECT_TRUE(host_images.show(image.id.str()));
}

TEST_F(HostImagesTest, are_listed_in_pages) {
  pulled("one");
  const auto two = pulled("two");
  pulled("three");
  const auto page = host_images.list({"id", false, 1, two.id.str()});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().repo, "three");
  EXPECT_EQ(host_images.list({"secret", false, 1, ""}).error().code, Code::invalid);
}

TEST_F(HostImagesTest, a_search_asks_a_host_that_is_up) {
  host_search.found = {{"nginx", "web", true, false, 9}};
  EXPECT_EQ(host_images.search("nginx")->size(), 1U);
  EXPECT_EQ(host_search.last_term, "nginx");
  host_search.fault = fail(Code::unavailable, "host.unreachable", "away");
  EXPECT_EQ(host_images.search("nginx").error().code, Code::unavailable);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(host_images.search("nginx").error().reason, "host.unreachable");
}

}  // namespace
}  // namespace causeway::services
