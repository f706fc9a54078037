#include "causeway/services/containers/registries/registries.hpp"

#include <gtest/gtest.h>

#include "container_fakes.hpp"

namespace causeway::services {
namespace {

class RegistriesTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
  domain::Registry made(const domain::Caller& who, const std::string& name, const std::string& domain = "host:5000") {
    return registries.create(who, {name, domain, "puller", "hunter2"}).value();
  }
  domain::Container container_of(const domain::Registry& registry, const std::string& image = "busybox") {
    domain::ContainerSpec spec;
    spec.image = image;
    spec.registry = registry.id.str();
    return containers.create(alice, spec, true).value().container;
  }
  std::string reason(const Result<domain::RegistryCredentials>& outcome) { return outcome ? "" : outcome.error().reason; }
};

TEST_F(RegistriesTest, no_record_holds_the_password) {
  made(alice, "mine");
  ASSERT_TRUE(store.read([](boundary::Reader& reader) -> Result<void> {
    TRY(const auto changes, reader.changes(0, 1000));
    for (const auto& change : changes) EXPECT_EQ(to_text(change.record.body).find("hunter2"), std::string::npos);
    return {};
  }));
}

TEST_F(RegistriesTest, foreign_ones_are_hidden_and_administrators_see_all) {
  const auto registry = made(alice, "mine");
  EXPECT_EQ(registries.show(bob, registry.id.str()).error().code, Code::not_found);
  EXPECT_EQ(registries.show(bob, "mine").error().code, Code::not_found);
  EXPECT_EQ(registries.update(bob, "mine", {}).error().code, Code::not_found);
  EXPECT_EQ(registries.remove(bob, "mine").error().code, Code::not_found);
  EXPECT_TRUE(registries.show(admin, "mine"));
  EXPECT_TRUE(registries.list(bob, {})->empty());
  EXPECT_EQ(registries.list(bob, {ProjectScope::all, {}, {}}).error().code, Code::forbidden);
  EXPECT_EQ(registries.list(admin, {ProjectScope::all, {}, {}})->size(), 1U);
}

TEST_F(RegistriesTest, two_of_one_name_are_told_apart_by_uuid) {
  const auto one = made(alice, "same");
  made(alice, "same");
  EXPECT_EQ(registries.show(alice, "same").error().reason, "registry.ambiguous");
  EXPECT_EQ(registries.show(alice, one.id.str())->id, one.id);
}

TEST_F(RegistriesTest, are_listed_in_pages_with_filters) {
  for (const char* name : {"r1", "r2", "r3"}) {
    made(alice, name, std::string(name) == "r2" ? "other:5000" : "host:5000");
    clock.advance(std::chrono::seconds(1));
  }
  const auto names = [&](const RegistryQuery& query) {
    std::string out;
    const auto page = registries.list(alice, query);
    EXPECT_TRUE(page);
    for (const auto& registry : *page) out += registry.name;
    return out;
  };
  EXPECT_EQ(names({}), "r1r2r3");
  EXPECT_EQ(names({{}, {{"domain", "host:5000"}}, {}}), "r1r3");
  EXPECT_EQ(names({{}, {}, {"name", true, 2, ""}}), "r3r2");
  const auto marker = registries.show(alice, "r2")->id.str();
  EXPECT_EQ(names({{}, {}, {"id", false, 1, marker}}), "r3");
  EXPECT_EQ(registries.list(alice, {{}, {}, {"id", false, 1, "none"}}).error().code, Code::not_found);
  EXPECT_EQ(registries.list(alice, {{}, {}, {"password", false, 1, ""}}).error().code, Code::invalid);
}

TEST_F(RegistriesTest, one_that_a_container_names_stays) {
  const auto registry = made(alice, "mine");
  const auto container = container_of(registry);
  EXPECT_EQ(registries.remove(alice, "mine").error().reason, "registry.in_use");
  ASSERT_TRUE(becomes(container.id, domain::ContainerStatus::stopped));
  ASSERT_TRUE(containers.remove(alice, container.id.str(), RemoveMode::normal));
  ASSERT_TRUE(becomes(container.id, domain::ContainerStatus::stopped, true));
  EXPECT_TRUE(registries.remove(alice, "mine"));
  EXPECT_EQ(registries.show(alice, "mine").error().code, Code::not_found);
}

TEST_F(RegistriesTest, credentials_go_to_the_host_of_a_container_that_names_the_registry) {
  const auto container = container_of(made(alice, "mine"));
  const domain::HostName here("h1"), elsewhere("h2");
  const auto given = registries.credentials_for(here, container.id);
  ASSERT_TRUE(given) << given.error().describe();
  EXPECT_EQ(given->username, "puller");
  EXPECT_EQ(given->password, "hunter2");
  EXPECT_EQ(given->domain, "host:5000");
  EXPECT_EQ(reason(registries.credentials_for(elsewhere, container.id)), "registry.no_credentials");
  EXPECT_EQ(reason(registries.credentials_for(here, domain::ContainerId("none"))), "registry.no_credentials");
}

TEST_F(RegistriesTest, a_registry_that_moved_does_not_give_its_password_to_the_old_place) {
  const auto container = container_of(made(alice, "mine"));
  ASSERT_TRUE(registries.update(alice, "mine", {std::nullopt, "elsewhere:5000", std::nullopt, std::nullopt}));
  EXPECT_EQ(reason(registries.credentials_for(domain::HostName("h1"), container.id)), "registry.no_credentials");
}

TEST_F(RegistriesTest, an_update_changes_what_it_names) {
  const auto registry = made(alice, "mine");
  const auto container = container_of(registry);
  ASSERT_TRUE(registries.update(alice, "mine", {"new", std::nullopt, std::nullopt, "secret3"}));
  const auto after = registries.show(alice, registry.id.str()).value();
  EXPECT_EQ(after.name, "new");
  EXPECT_EQ(after.username, "puller");
  EXPECT_EQ(registries.credentials_for(domain::HostName("h1"), container.id)->password, "secret3");
}

}  // namespace
}  // namespace causeway::services
