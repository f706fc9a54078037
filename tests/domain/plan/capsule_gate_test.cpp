#include "causeway/domain/plan/capsule_gate.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

Time at(int tick) { return Time(Duration(tick)); }

SeenContainer seen(EngineState state, int started = 0, int exit_code = 0, std::string joined = "sandbox-1") {
  SeenContainer out;
  out.engine_id = "e";
  out.state = state;
  out.started_at = at(started);
  out.exit_code = exit_code;
  out.joined = std::move(joined);
  return out;
}
SeenContainer sandbox_seen(EngineState state, int started) {
  auto out = seen(state, started, 0, "");
  out.engine_id = "sandbox-1";
  return out;
}

/// The plan's steps as one text; "wait" for none, "as any" where the gate leaves it to the plan of any container.
std::string gate(const ContainerView& view) {
  const auto steps = capsule_gate(view);
  if (!steps) return "as any";
  std::string out;
  for (const auto& step : *steps) out += (out.empty() ? "" : " ") + std::string(to_text(step.kind));
  return out.empty() ? "wait" : out;
}

struct Room {
  Container desired;
  ContainerView view;
  explicit Room(CapsuleRole role, int order = 0) {
    desired.capsule_role = role;
    desired.capsule_order = order;
    desired.restart_policy.name = "always";
    view.desired = &desired;
    view.complete = true;
  }
  Room(const Room&) = delete;  // `view` points into it
  Room& with(CapsuleRole role, int order, std::optional<SeenContainer> state) {
    view.capsule.push_back({role, order, std::move(state)});
    return *this;
  }
  Room& with_sandbox(EngineState state = EngineState::running, int started = 10) {
    return with(CapsuleRole::sandbox, 0, sandbox_seen(state, started));
  }
  Room& now(SeenContainer state) {
    view.seen = std::move(state);
    return *this;
  }
};

using enum EngineState;
constexpr auto init = CapsuleRole::init, app = CapsuleRole::app, sandbox = CapsuleRole::sandbox;

TEST(CapsuleGate, leaves_containers_outside_of_capsules_alone) { EXPECT_EQ(gate(Room(CapsuleRole::none).view), "as any"); }

TEST(CapsuleGate, makes_the_sandbox_first) {
  EXPECT_EQ(gate(Room(sandbox).with(app, 0, {}).view), "as any");
  EXPECT_EQ(gate(Room(app).with(sandbox, 0, {}).view), "wait");
  EXPECT_EQ(gate(Room(app).with_sandbox(created, 0).view), "wait");
  EXPECT_EQ(gate(Room(app).view), "wait") << "its record is on the way";
  EXPECT_EQ(gate(Room(app).with_sandbox().view), "as any");
}

TEST(CapsuleGate, runs_init_containers_one_after_the_other_and_then_the_containers) {
  const auto done = seen(exited, 11, 0);
  EXPECT_EQ(gate(Room(init, 0).with_sandbox().with(init, 1, {}).with(app, 2, {}).view), "as any");
  EXPECT_EQ(gate(Room(init, 1).with_sandbox().with(init, 0, {}).view), "wait");
  EXPECT_EQ(gate(Room(init, 1).with_sandbox().with(init, 0, seen(created)).view), "wait");
  EXPECT_EQ(gate(Room(init, 1).with_sandbox().with(init, 0, seen(running, 11)).view), "wait");
  EXPECT_EQ(gate(Room(init, 1).with_sandbox().with(init, 0, seen(exited, 11, 1)).view), "wait");
  EXPECT_EQ(gate(Room(init, 1).with_sandbox().with(init, 0, done).view), "as any");
  EXPECT_EQ(gate(Room(app, 2).with_sandbox().with(init, 0, done).with(init, 1, {}).view), "wait");
  EXPECT_EQ(gate(Room(app, 2).with_sandbox().with(init, 0, done).view), "wait") << "the second is not known here yet";
  EXPECT_EQ(gate(Room(app, 2).with_sandbox().with(init, 0, done).with(init, 1, done).view), "as any");
  EXPECT_EQ(gate(Room(app, 1).with_sandbox().with(init, 0, done).now(seen(created)).view), "as any");
  EXPECT_EQ(gate(Room(app, 1).with_sandbox().with(init, 0, seen(restarting, 11, 1)).now(seen(created)).view), "wait");
}

TEST(CapsuleGate, does_not_repeat_init_containers_whose_remains_were_cleared_away) {
  EXPECT_EQ(gate(Room(init, 0).with_sandbox().with(app, 1, seen(running, 12)).view), "wait");
  EXPECT_EQ(gate(Room(app, 1).with_sandbox().with(init, 0, {}).with(app, 1, seen(running, 12)).view), "as any");
  EXPECT_EQ(gate(Room(app, 1).with_sandbox().with(init, 0, {}).with(app, 1, seen(running, 12, 0, "sandbox-0")).view), "wait")
      << "that one belongs to a sandbox that is gone: everything begins again";
}

TEST(CapsuleGate, starts_the_sandbox_whenever_it_has_ended) {
  EXPECT_EQ(gate(Room(sandbox).now(sandbox_seen(exited, 10)).view), "ensure_ports start");
  EXPECT_EQ(gate(Room(sandbox).now(sandbox_seen(running, 10)).view), "as any");
  Room given_up(sandbox);
  given_up.now(sandbox_seen(exited, 10));
  given_up.view.memory.error = "no";
  EXPECT_EQ(gate(given_up.view), "as any");
}

TEST(CapsuleGate, starts_members_again_that_ran_before_their_sandbox) {
  const auto after = [](SeenContainer state, const char* policy) {
    Room room(app);
    room.desired.restart_policy.name = policy;
    return gate(room.with_sandbox(running, 20).now(std::move(state)).view);
  };
  for (const char* policy : {"always", "on-failure", "no"}) {
    EXPECT_EQ(after(seen(running, 11), policy), "stop start") << policy;
    EXPECT_EQ(after(seen(running, 21), policy), "as any") << policy;
    EXPECT_EQ(after(seen(exited, 21, 1), policy), "as any") << "since then its policy is the Engine's to follow";
  }
  EXPECT_EQ(after(seen(exited, 11, 0), "always"), "start");
  EXPECT_EQ(after(seen(exited, 11, 137), "on-failure"), "start");
  EXPECT_EQ(after(seen(exited, 11, 0), "on-failure"), "as any");
  EXPECT_EQ(after(seen(exited, 11, 137), "no"), "as any");
  EXPECT_EQ(after(seen(paused, 11), "always"), "as any");
}

TEST(CapsuleGate, makes_members_of_another_sandbox_anew) {
  EXPECT_EQ(gate(Room(app).with_sandbox().now(seen(running, 11, 0, "sandbox-0")).view), "discard");
  EXPECT_EQ(gate(Room(init).with_sandbox(created, 0).now(seen(exited, 11, 0, "sandbox-0")).view), "discard");
}

TEST(CapsuleGate, removes_the_sandbox_last) {
  Room leaving(sandbox);
  leaving.desired.remove = true;
  leaving.now(sandbox_seen(running, 10)).with(app, 0, seen(running, 11));
  EXPECT_EQ(gate(leaving.view), "wait");
  leaving.view.capsule[0].seen.reset();
  EXPECT_EQ(gate(leaving.view), "as any");
  Room member(app);
  member.desired.remove = true;
  EXPECT_EQ(gate(member.with_sandbox().now(seen(running, 11)).view), "as any");
}

TEST(CapsuleGate, is_asked_by_the_plan) {
  Room room(app);
  room.with(sandbox, 0, {});
  EXPECT_TRUE(plan_container(room.view).empty());
  room.view.capsule.clear();
  room.with_sandbox();
  EXPECT_FALSE(plan_container(room.view).empty());
}

}  // namespace
}  // namespace causeway::domain
