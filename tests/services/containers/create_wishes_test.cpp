#include <gtest/gtest.h>

#include "container_fakes.hpp"

/// What a create may ask for beyond a name and an image: registries, mounts, ports, disk.
namespace causeway::services {
namespace {

using domain::ContainerStatus;

class CreateWishes : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    ASSERT_TRUE(heartbeat("h2"));
  }
  static domain::ContainerSpec of_registry(const std::string& image) {
    domain::ContainerSpec spec;
    spec.image = image;
    spec.image_driver = "docker";
    return spec;
  }
  static domain::ContainerSpec with_volumes(const std::vector<std::string>& names) {
    auto spec = of_registry("busybox");
    for (const auto& name : names) spec.mounts.push_back({"volume", name, "", "/" + name, 0});
    return spec;
  }
  Result<domain::Container> make(const domain::Caller& who, const domain::ContainerSpec& spec) {
    TRY(auto made, containers.create(who, spec, true));
    return std::move(made.container);
  }
  domain::Registry registry_of(const domain::Caller& who, const std::string& name, const std::string& domain) {
    return registries.create(who, {name, domain, "user", "hunter2"}).value();
  }
  Result<void> host_with_quota(const std::string& name) {
    auto report = report_of(name);
    report.host.disk_quota = true;
    TRY_VOID(reports.apply(domain::HostName(name), report));
    return {};
  }
};

TEST_F(CreateWishes, references_are_completed_and_bad_ones_refused) {
  EXPECT_EQ(make(alice, of_registry("busybox"))->image_ref.id, "busybox:latest");
  EXPECT_EQ(make(alice, of_registry("host:5000/a/b:v1"))->image_ref.id, "host:5000/a/b:v1");
  const auto bad = make(alice, of_registry("Not/An/Image:"));
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Code::invalid);
  EXPECT_EQ(bad.error().field, "image");
}

TEST_F(CreateWishes, a_registry_lends_its_domain_and_is_remembered) {
  const auto registry = registry_of(alice, "mine", "host:5000");
  auto spec = of_registry("busybox");
  spec.image_driver.clear();
  for (const auto& ident : {std::string("mine"), registry.id.str()}) {
    spec.registry = ident;
    const auto made = make(alice, spec);
    ASSERT_TRUE(made) << made.error().describe();
    EXPECT_EQ(made->image_ref.driver, "docker") << "who names a registry means an image of it";
    EXPECT_EQ(made->image_ref.id, "host:5000/busybox:latest");
    EXPECT_EQ(made->image_ref.registry_id, registry.id.str());
  }
}

TEST_F(CreateWishes, a_registry_of_nobody_or_of_others_is_not_found) {
  registry_of(bob, "his", "host:5000");
  auto spec = of_registry("busybox");
  for (const char* ident : {"his", "none", "00000000-0000-4000-8000-000000000000"}) {
    spec.registry = ident;
    const auto refused = make(alice, spec);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::not_found);
    EXPECT_EQ(refused.error().field, "registry");
  }
}

TEST_F(CreateWishes, an_image_of_another_registry_does_not_get_the_password) {
  registry_of(alice, "mine", "host:5000");
  auto spec = of_registry("elsewhere.example/busybox");
  spec.registry = "mine";
  const auto refused = make(alice, spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "image.other_registry");
}

TEST_F(CreateWishes, containers_that_share_a_volume_are_on_its_host) {
  const auto first = make(alice, with_volumes({"data"}));
  ASSERT_TRUE(first);
  for (int i = 0; i < 3; ++i) {
    const auto next = make(alice, with_volumes({"data", i == 0 ? "more" : "data"}));
    ASSERT_TRUE(next) << next.error().describe();
    EXPECT_EQ(next->host, first->host) << "although the other host is emptier";
  }
  EXPECT_NE(make(bob, with_volumes({"data"}))->host, first->host) << "another project's volume is another one";
}

TEST_F(CreateWishes, volumes_of_two_hosts_cannot_be_mounted_together) {
  ASSERT_EQ(make(alice, with_volumes({"one"}))->host.str(), "h1");
  ASSERT_EQ(make(alice, with_volumes({"two"}))->host.str(), "h2");
  const auto refused = make(alice, with_volumes({"one", "two"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "mount.volumes_apart");
  EXPECT_EQ(refused.error().field, "mounts");
}

TEST_F(CreateWishes, what_is_mounted_exposed_and_privileged_reaches_the_host) {
  auto spec = of_registry("busybox");
  spec.mounts = {{"bind", "", "aGk=", "/f", 0}};
  spec.exposed_ports = {{80, "tcp"}, {53, "udp"}};
  spec.privileged = true;
  const auto made = make(alice, spec);
  ASSERT_TRUE(made);
  ASSERT_EQ(made->mounts.size(), 1U);
  EXPECT_EQ(made->mounts[0].content, "aGk=");
  ASSERT_EQ(made->wanted_ports.size(), 2U);
  EXPECT_EQ(made->wanted_ports[1].protocol, "udp");
  EXPECT_TRUE(made->privileged);
}

TEST_F(CreateWishes, disk_is_an_error_where_no_host_can_limit_it) {
  auto spec = of_registry("busybox");
  spec.disk_gib = 5;
  const auto refused = make(alice, spec);
  ASSERT_TRUE(refused) << "the create itself is accepted, as Zun accepts it";
  EXPECT_EQ(refused->status, ContainerStatus::error);
  EXPECT_EQ(refused->status_reason, "Your host does not support disk quota feature.");
  EXPECT_FALSE(make(alice, of_registry("busybox"))->disk_gib);
}

TEST_F(CreateWishes, disk_goes_to_a_host_that_can_limit_it) {
  ASSERT_TRUE(host_with_quota("h2"));
  auto spec = of_registry("busybox");
  spec.disk_gib = 5;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(make(alice, spec)->host.str(), "h2");
  spec.disk_gib.reset();
  spec.host = "h2";
  EXPECT_EQ(make(admin, spec)->disk_gib, 10) << "who asks for nothing gets the default there";
}

}  // namespace
}  // namespace causeway::services
