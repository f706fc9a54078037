#include "agent_room.hpp"

/// A capsule's life on a host in memory.
namespace causeway::testing {
namespace {

using domain::CapsuleRole;
using domain::Container;
using domain::ContainerStatus;

const domain::ContainerId init_id("cccccccc-0000-4000-8000-000000000011");
const domain::ContainerId app_id("cccccccc-0000-4000-8000-000000000012");

class AgentCapsule : public AgentRoom {
 protected:
  static Container member(const domain::ContainerId& id, CapsuleRole role, int order) {
    auto out = a_container();
    out.id = id;
    out.ports = {};
    out.capsule_id = "capsule";
    out.capsule_role = role;
    out.capsule_order = order;
    out.auto_heal = true;
    out.restart_policy.name = role == CapsuleRole::init ? "on-failure" : "always";
    return out;
  }
  static Container sandbox() {
    auto out = member(box, CapsuleRole::sandbox, 0);
    out.ports = {port_1};
    out.image_ref = {"causeway", "pause", "", ""};
    out.restart_policy.name = "no";
    return out;
  }
  void put_capsule() {
    put_records(sandbox());
    put(member(init_id, CapsuleRole::init, 0));
    put(member(app_id, CapsuleRole::app, 1));
  }
  void put_running_capsule() {
    put_capsule();
    ASSERT_TRUE(eventually([&] { return region.is(init_id, ContainerStatus::running); }));
    engine.exit(init_id, 0);
    ASSERT_TRUE(eventually([&] { return region.is(app_id, ContainerStatus::running); }));
  }
  std::optional<domain::SeenContainer> seen(const domain::ContainerId& id) { return engine.inspect(id).value(); }
  bool runs(const domain::ContainerId& id) {
    const auto found = seen(id);
    return found && found->state == domain::EngineState::running;
  }
};

TEST_F(AgentCapsule, starts_the_container_once_its_init_container_ended_well) {
  put_capsule();
  ASSERT_TRUE(eventually([&] { return region.is(init_id, ContainerStatus::running); }));
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_FALSE(seen(app_id)) << "its turn has not come";
  engine.exit(init_id, 1);
  ASSERT_TRUE(eventually([&] { return region.is(init_id, ContainerStatus::stopped); }));
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_FALSE(seen(app_id)) << "the init container failed";
  ASSERT_TRUE(engine.start(init_id));  // as its restart policy would
  engine.exit(init_id, 0);
  ASSERT_TRUE(eventually([&] { return region.is(app_id, ContainerStatus::running); }));
  EXPECT_EQ(seen(app_id)->joined, seen(box)->engine_id);
  EXPECT_EQ(seen(init_id)->joined, seen(box)->engine_id);
}

TEST_F(AgentCapsule, waits_for_the_records_of_all_init_containers) {
  put_records(sandbox());
  put(member(app_id, CapsuleRole::app, 1));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_FALSE(seen(app_id));
  put(member(init_id, CapsuleRole::init, 0));
  EXPECT_TRUE(eventually([&] { return runs(init_id); }));
}

TEST_F(AgentCapsule, brings_members_back_after_their_sandbox_was_restarted) {
  put_running_capsule();
  engine.exit(box, 137);
  EXPECT_TRUE(eventually([&] { return engine.starts(box) == 2 && engine.starts(app_id) == 2 && runs(app_id); }));
  EXPECT_EQ(engine.starts(init_id), 1) << "what it did is done";
  EXPECT_GT(seen(app_id)->started_at, seen(box)->started_at);
}

TEST_F(AgentCapsule, makes_everything_anew_when_the_sandbox_was_removed) {
  put_running_capsule();
  const auto before = seen(box)->engine_id;
  engine.vanish(box);
  ASSERT_TRUE(eventually([&] { return runs(init_id); })) << "a new sandbox begins with the init containers";
  EXPECT_NE(seen(box)->engine_id, before);
  engine.exit(init_id, 0);
  EXPECT_TRUE(eventually([&] { return runs(app_id) && seen(app_id)->joined == seen(box)->engine_id; }));
}

TEST_F(AgentCapsule, makes_a_removed_member_anew_and_does_not_repeat_the_init_container) {
  put_running_capsule();
  engine.vanish(init_id);
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_FALSE(seen(init_id));
  const auto before = seen(app_id)->engine_id;
  engine.vanish(app_id);
  ASSERT_TRUE(eventually([&] { return runs(init_id); })) << "no container is left that says that it was done";
  engine.exit(init_id, 0);
  EXPECT_TRUE(eventually([&] { return runs(app_id) && seen(app_id)->engine_id != before; }));
}

TEST_F(AgentCapsule, removes_the_sandbox_and_its_ports_last) {
  put_running_capsule();
  auto leaving = sandbox();
  leaving.remove = true;
  put(leaving);
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_TRUE(runs(box));
  for (auto container : {member(init_id, CapsuleRole::init, 0), member(app_id, CapsuleRole::app, 1)}) {
    container.remove = true;
    put(container);
  }
  EXPECT_TRUE(eventually([&] {
    const auto report = region.seen(box);
    return !seen(app_id) && !seen(init_id) && !seen(box) && report && report->gone;
  }));
  EXPECT_FALSE(has_link(services::host_end_name(port_1)));
}

}  // namespace
}  // namespace causeway::testing
