#include <gtest/gtest.h>

#include "causeway/domain/capsule/capsule_members.hpp"
#include "causeway/domain/capsule/capsule_status.hpp"

namespace causeway::domain {
namespace {

CapsuleContainerSpec sized(std::optional<double> cpu, std::optional<std::int64_t> memory) {
  CapsuleContainerSpec out;
  out.image = "nginx";
  out.cpu = cpu;
  out.memory_mib = memory;
  return out;
}

TEST(CapsuleSize, is_of_the_containers_together_or_the_greediest_init_container) {
  CapsuleSpec spec;
  spec.containers = {sized(0.5, 100), sized(0.25, 200)};
  spec.init_containers = {sized(0.3, 500), sized(0.6, 50)};
  EXPECT_EQ(size_of(spec, {1, 512}).cpu, 0.75);
  EXPECT_EQ(size_of(spec, {1, 512}).memory_mib, 500);
  EXPECT_EQ(asked_of(spec).containers, 4);
  EXPECT_EQ(asked_of(spec).memory, 500);
  spec.containers.push_back(sized({}, {}));
  EXPECT_EQ(size_of(spec, {1, 512}).memory_mib, 812) << "what is not named is the default";
  EXPECT_EQ(asked_of(spec).memory, 500) << "which is not held against who named nothing";
}

TEST(CapsuleMembers, are_named_by_their_capsule) {
  Capsule capsule;
  capsule.id = "some-id";
  EXPECT_EQ(member_name(capsule, 0, {}), "capsule-some-id-alpha-1");
  capsule.name = "shop";
  EXPECT_EQ(member_name(capsule, 25, {}), "capsule-shop-beta-2");
  EXPECT_EQ(member_name(capsule, 0, {"capsule-shop-alpha-1"}), "capsule-shop-beta-1") << "each name once";
}

TEST(CapsuleMembers, of_policy_always_retry_their_init_containers_ten_times) {
  Capsule capsule;
  const auto policy = [&](const char* name, CapsuleRole role) {
    capsule.restart_policy = {name, 0};
    return member_of(capsule, sized(1, 64), role, 0, {}, {}).restart_policy;
  };
  EXPECT_EQ(policy("always", CapsuleRole::init).name, "on-failure");
  EXPECT_EQ(policy("always", CapsuleRole::init).maximum_retry_count, 10);
  EXPECT_EQ(policy("always", CapsuleRole::app).name, "always");
  EXPECT_EQ(policy("no", CapsuleRole::init).name, "no");
  EXPECT_EQ(policy("on-failure", CapsuleRole::init).maximum_retry_count, 0);
}

TEST(CapsuleMembers, name_the_same_volume_and_stand_behind_a_sandbox_of_the_whole_size) {
  Capsule capsule;
  capsule.id = "c1";
  capsule.cpu = 2;
  capsule.memory_mib = 300;
  const auto sandbox = sandbox_of(capsule);
  EXPECT_EQ(sandbox.capsule_role, CapsuleRole::sandbox);
  EXPECT_EQ(sandbox.cpu, 2);
  EXPECT_EQ(sandbox.memory_mib, 300);
  EXPECT_EQ(sandbox.restart_policy.name, "no") << "the agent starts it, in step with the others";
  auto app = sized(1, 64);
  app.mounts = {{"data", "/srv", true}};
  const auto member = member_of(capsule, app, CapsuleRole::app, 3, {ContainerId("m"), "n", {}}, {});
  EXPECT_EQ(member.capsule_order, 3);
  ASSERT_EQ(member.mounts.size(), 1);
  EXPECT_EQ(member.mounts[0].type, "volume");
  EXPECT_EQ(member.mounts[0].source, "c1-data");
  EXPECT_TRUE(member.mounts[0].read_only);
}

using enum ContainerStatus;

Container member(CapsuleRole role, ContainerStatus status, std::optional<int> exit_code = {}, std::string reason = "") {
  Container out;
  out.capsule_role = role;
  out.status = status;
  out.exit_code = exit_code;
  out.status_reason = std::move(reason);
  out.name = role == CapsuleRole::init ? "i" : "a";
  out.image = "nginx";
  return out;
}

TEST(CapsuleStatus, follows_from_its_members) {
  constexpr auto sandbox = CapsuleRole::sandbox, init = CapsuleRole::init, app = CapsuleRole::app;
  struct Case {
    std::vector<Container> members;
    CapsuleState wanted;
  };
  const Case cases[] = {
      {{member(sandbox, creating), member(app, creating)}, {creating, ""}},
      {{member(sandbox, running), member(app, created)}, {creating, ""}},
      {{member(sandbox, running), member(init, running), member(app, creating)}, {creating, ""}},
      {{member(sandbox, running), member(init, restarting, 1), member(app, creating)}, {creating, ""}},
      {{member(sandbox, running), member(init, stopped, 0), member(app, running)}, {running, ""}},
      {{member(sandbox, running), member(app, running), member(app, creating)}, {creating, ""}},
      {{member(sandbox, running), member(app, running), member(app, stopped, 1)}, {running, ""}},
      {{member(sandbox, running), member(app, restarting), member(app, stopped, 1)}, {running, ""}},
      {{member(sandbox, running), member(app, stopped, 0), member(app, dead, 1)}, {stopped, ""}},
      {{member(sandbox, stopped, 137), member(app, running)}, {running, ""}},
      {{member(sandbox, running), member(init, stopped, 3), member(app, creating)},
       {error, "Init container i (nginx) failed with exit code 3."}},
      {{member(sandbox, error, {}, "no host"), member(app, error, {}, "no host")}, {error, "no host"}},
      {{member(sandbox, running), member(app, error, {}, "no image"), member(app, running)}, {error, "a: no image"}},
      {{member(sandbox, unknown), member(app, unknown)}, {unknown, ""}},
  };
  int number = 0;
  for (const auto& [members, wanted] : cases) {
    const auto state = state_of(members);
    EXPECT_EQ(state.status, wanted.status) << number;
    EXPECT_EQ(state.reason, wanted.reason) << number;
    ++number;
  }
  auto leaving = member(app, error, {}, "x");
  leaving.remove = true;
  EXPECT_EQ(state_of({leaving}), (CapsuleState{deleting, ""}));
}

TEST(CapsuleStatus, lets_members_be_looked_at_only) {
  for (int i = 0; i < container_action_count; ++i) {
    const auto action = ContainerAction(i);
    const bool changes = action != ContainerAction::execute && action != ContainerAction::attach &&
                         action != ContainerAction::resize_terminal && action != ContainerAction::top &&
                         action != ContainerAction::stats && action != ContainerAction::logs &&
                         action != ContainerAction::get_archive && action != ContainerAction::put_archive;
    EXPECT_EQ(allows_member(action), !changes) << verb_of(action);
  }
}

}  // namespace
}  // namespace causeway::domain
