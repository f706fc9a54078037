#include <gtest/gtest.h>

#include "causeway/services/containers/on_host.hpp"
#include "container_fakes.hpp"

namespace causeway::test {
namespace {

using domain::CapsuleRole;
using domain::Container;
using domain::ContainerStatus;
using services::ProjectScope;

struct CapsulesTest : ContainerRegion, ::testing::Test {
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }

  static domain::CapsuleSpec spec(std::size_t containers, std::size_t inits = 0) {
    domain::CapsuleSpec out;
    out.name = "shop";
    domain::CapsuleContainerSpec one;
    one.image = "nginx";
    one.memory_mib = 100;
    one.cpu = 0.5;
    out.containers.assign(containers, one);
    one.memory_mib = 300;
    out.init_containers.assign(inits, one);
    return out;
  }
  services::CapsuleWithMembers made(const domain::CapsuleSpec& asked) {
    const auto out = capsules.create(alice, asked);
    EXPECT_TRUE(out) << out.error().describe();
    return out.value_or(services::CapsuleWithMembers{});
  }
  domain::CapsuleState state_now(const std::string& id) { return capsules.show(alice, id, ProjectScope::own)->state; }
  std::vector<Container> all() {
    return boundary::view(store, [](boundary::Reader& r) { return boundary::list<Container>(r); }).value();
  }
  std::size_t capsule_records() {
    return boundary::view(store, [](boundary::Reader& r) { return boundary::list<domain::Capsule>(r); })->size();
  }
};

TEST_F(CapsulesTest, a_create_makes_all_members_on_one_host_and_the_ports_of_the_sandbox) {
  ASSERT_TRUE(heartbeat("h2"));
  auto asked = spec(2, 1);
  asked.nets = {{"net1", "", {}, {}}, {"net2", "", {}, {}}};
  const auto capsule = made(asked);
  EXPECT_EQ(capsule.state.status, ContainerStatus::creating);
  EXPECT_EQ(capsule.capsule.memory_mib, 300);
  EXPECT_EQ(capsule.capsule.cpu, 1);
  EXPECT_EQ(capsule.sandbox.ports.size(), 2);
  const auto members = all();
  ASSERT_EQ(members.size(), 4);
  for (const auto& member : members) {
    EXPECT_EQ(member.host, capsule.capsule.host);
    EXPECT_EQ(member.capsule_id, capsule.capsule.id);
    EXPECT_EQ(member.ports.size(), member.capsule_role == CapsuleRole::sandbox ? 2U : 0U);
    EXPECT_TRUE(member.run);
  }
  for (const auto& port : ports()) EXPECT_EQ(port.device_id, capsule.capsule.sandbox.str());
  EXPECT_TRUE(capsule.containers[0].name.starts_with("capsule-shop-")) << capsule.containers[0].name;
  EXPECT_EQ(capsule.containers[0].capsule_order, 1) << "one init container comes before";
}

TEST_F(CapsulesTest, nothing_is_left_of_a_create_that_fails) {
  network.attach_fault = fail(Code::internal, "test.fault", "no");
  EXPECT_FALSE(capsules.create(alice, spec(2)));
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(capsule_records(), 0);
  auto unknown = spec(2);
  unknown.containers[1].image = "nowhere";
  EXPECT_EQ(capsules.create(alice, unknown).error().reason, "image.not_found");
}

TEST_F(CapsulesTest, a_dry_lease_is_filled_and_tried_again) {
  network.leased = 0;
  EXPECT_TRUE(capsules.create(alice, spec(1)));
  EXPECT_GT(network.refills, 0);
}

TEST_F(CapsulesTest, members_count_in_the_quota_and_the_sandbox_does_not) {
  ASSERT_TRUE(quotas.set(admin, alice.project_id, {{"containers", 3}, {"memory", 600}}));
  made(spec(2));
  const auto held = quotas.show(alice, alice.project_id)->held;
  EXPECT_EQ(held.containers, 2);
  EXPECT_EQ(held.memory, 200);
  EXPECT_EQ(held.cpu, 1);
  EXPECT_EQ(capsules.create(alice, spec(2)).error().message, "Quota exceeded for resources: ['containers']");
  auto greedy = spec(1);
  greedy.containers[0].memory_mib = 401;
  EXPECT_EQ(capsules.create(alice, greedy).error().message, "Quota exceeded for resources: ['memory']");
  EXPECT_TRUE(capsules.create(alice, spec(1)));
}

TEST_F(CapsulesTest, the_host_is_held_against_the_size_of_the_whole) {
  made(spec(2, 1));
  const auto host = hosts.show("h1").value();
  EXPECT_EQ(host.usage.memory_mib, 300);
  EXPECT_EQ(host.usage.cpu, 1);
  EXPECT_EQ(host.usage.containers, 3);
}

TEST_F(CapsulesTest, no_host_is_a_capsule_in_error_that_holds_no_ports_and_goes_at_once) {
  auto far = spec(1, 1);
  far.availability_zone = "moon";
  const auto capsule = made(far);
  EXPECT_EQ(capsule.state.status, ContainerStatus::error);
  EXPECT_TRUE(capsule.state.reason.starts_with("There are not enough hosts available."));
  EXPECT_TRUE(ports().empty());
  EXPECT_TRUE(capsules.remove(alice, "shop", ProjectScope::own));
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(capsule_records(), 0);
}

TEST_F(CapsulesTest, shows_what_the_members_do) {
  const auto capsule = made(spec(1, 1));
  ASSERT_TRUE(becomes(capsule.capsule.sandbox, ContainerStatus::running));
  EXPECT_EQ(state_now(capsule.capsule.id).status, ContainerStatus::creating);
  domain::ContainerReport ended;
  ended.id = capsule.capsule.init_containers[0];
  ended.status = ContainerStatus::stopped;
  ended.exit_code = 3;
  ASSERT_TRUE(report("h1", ended));
  EXPECT_EQ(state_now(capsule.capsule.id).status, ContainerStatus::error);
  EXPECT_NE(state_now(capsule.capsule.id).reason.find("exit code 3"), std::string::npos);
  ended.exit_code = 0;
  ASSERT_TRUE(report("h1", ended));
  ASSERT_TRUE(becomes(capsule.capsule.containers[0], ContainerStatus::running));
  EXPECT_EQ(state_now(capsule.capsule.id).status, ContainerStatus::running);
}

TEST_F(CapsulesTest, a_delete_is_over_when_the_last_member_is_gone) {
  const auto capsule = made(spec(1));
  ASSERT_TRUE(capsules.remove(alice, capsule.capsule.id, ProjectScope::own));
  EXPECT_EQ(state_now(capsule.capsule.id).status, ContainerStatus::deleting);
  EXPECT_TRUE(capsules.remove(alice, capsule.capsule.id, ProjectScope::own)) << "asking again is no error";
  ASSERT_TRUE(becomes(capsule.capsule.containers[0], ContainerStatus::unknown, true));
  EXPECT_EQ(ports().size(), 1) << "the sandbox holds it until it is gone";
  ASSERT_TRUE(becomes(capsule.capsule.sandbox, ContainerStatus::unknown, true));
  EXPECT_TRUE(ports().empty());
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(capsule_records(), 0);
  EXPECT_EQ(capsules.remove(alice, capsule.capsule.id, ProjectScope::own).error().reason, "capsule.not_found");
}

TEST_F(CapsulesTest, members_are_not_the_containers_of_lists_nor_changed_one_by_one) {
  const auto capsule = made(spec(1));
  const auto app = capsule.capsule.containers[0];
  ASSERT_TRUE(becomes(app, ContainerStatus::running));
  EXPECT_TRUE(containers.list(alice, {})->empty());
  EXPECT_TRUE(containers.show(alice, app.str()));
  EXPECT_FALSE(containers.show(alice, capsule.containers[0].name)) << "names are of containers of their own";
  EXPECT_FALSE(containers.show(alice, capsule.capsule.sandbox.str()));
  EXPECT_FALSE(containers.show(bob, app.str()));
  EXPECT_TRUE(services::find_on_host(store, alice, app.str(), domain::ContainerAction::logs));
  EXPECT_EQ(containers.act(alice, app.str(), {domain::TaskAction::stop, {}, "", ""}).error().reason,
            "container.in_capsule");
  EXPECT_EQ(containers.remove(admin, app.str(), services::RemoveMode::force).error().reason, "container.in_capsule");
}

TEST_F(CapsulesTest, are_found_by_uuid_or_by_an_unambiguous_name_of_the_own_project) {
  const auto first = made(spec(1));
  EXPECT_EQ(capsules.show(alice, "shop", ProjectScope::own)->capsule.id, first.capsule.id);
  EXPECT_EQ(capsules.show(bob, first.capsule.id, ProjectScope::own).error().reason, "capsule.not_found");
  EXPECT_TRUE(capsules.show(admin, first.capsule.id, ProjectScope::all));
  EXPECT_EQ(capsules.show(alice, first.capsule.id, ProjectScope::all).error().code, Code::forbidden);
  EXPECT_EQ(capsules.remove(bob, "shop", ProjectScope::own).error().reason, "capsule.not_found");
  made(spec(1));
  EXPECT_EQ(capsules.show(alice, "shop", ProjectScope::own).error().reason, "capsule.ambiguous");
  EXPECT_EQ(capsules.remove(alice, "shop", ProjectScope::own).error().code, Code::conflict);
}

TEST_F(CapsulesTest, lists_are_paged_and_of_the_own_project_unless_an_administrator_asks) {
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(made(spec(1)).capsule.id);
    clock.advance(std::chrono::seconds(1));
  }
  services::CapsuleQuery query;
  query.limit = 2;
  EXPECT_EQ(capsules.list(alice, query)->back().capsule.id, ids[1]);
  query.marker = ids[1];
  ASSERT_EQ(capsules.list(alice, query)->size(), 1);
  EXPECT_EQ(capsules.list(alice, query)->front().capsule.id, ids[2]);
  EXPECT_EQ(capsules.list(alice, {{}, "id", true, 1, ""})->front().capsule.id, ids[2]);
  EXPECT_EQ(capsules.list(alice, {{}, "colour", false, 1, ""}).error().reason, "query.sort_key");
  EXPECT_EQ(capsules.list(alice, {{}, "id", false, 1, "nowhere"}).error().reason, "capsule.not_found");
  EXPECT_TRUE(capsules.list(bob, {ProjectScope::all})->empty()) << "has effect for administrators only";
  EXPECT_EQ(capsules.list(admin, {ProjectScope::all})->size(), 3);
  EXPECT_TRUE(capsules.list(admin, {})->empty());
}

}  // namespace
}  // namespace causeway::test
