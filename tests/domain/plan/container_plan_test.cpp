#include "causeway/domain/plan/container_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace causeway::domain {
namespace {

const NetworkId net("net"), other_net("other");
const PortId port("port"), other_port("other-port");

Container wanted() {
  Container container;
  container.id = ContainerId("c");
  container.run = true;
  container.cpu = 1;
  container.memory_mib = 64;
  return container;
}

ContainerTask task(std::int64_t seq, TaskAction action) { return {seq, action, {}, "", ""}; }

SeenContainer seen_in(EngineState state) {
  SeenContainer seen;
  seen.id = ContainerId("c");
  seen.engine_id = "e";
  seen.state = state;
  seen.networks = {net};
  seen.cpu_shares = 1024;
  seen.memory_mib = 64;
  if (state != EngineState::created) seen.started_at = Time(Duration(1));
  return seen;
}

ContainerView view_of(const Container& desired, std::optional<SeenContainer> seen) {
  ContainerView view;
  view.desired = &desired;
  view.networks = {net};
  view.ports = {port};
  view.complete = true;
  view.seen = std::move(seen);
  view.memory.created = view.seen.has_value();
  view.memory.engine_id = view.seen ? "e" : "";
  return view;
}

std::string steps_of(const ContainerView& view) {
  std::string out;
  for (const auto& step : plan_container(view)) {
    if (!out.empty()) out += " ";
    out += to_text(step.kind);
    if (step.task) out += fmt::format(":{}", to_name(step.task->action));
    if (!step.network.empty()) out += fmt::format(":{}", step.network);
  }
  return out;
}

TEST(ContainerPlan, begins_with_what_the_engine_will_ask_for) {
  const auto desired = wanted();
  EXPECT_EQ(steps_of(view_of(desired, {})), "ensure_ports ensure_image ensure_networks create start");
}

TEST(ContainerPlan, is_empty_for_what_is_as_it_should_be) {
  const auto desired = wanted();
  for (const auto state :
       {EngineState::running, EngineState::paused, EngineState::exited, EngineState::restarting, EngineState::dead}) {
    EXPECT_EQ(steps_of(view_of(desired, seen_in(state))), "") << to_name(state);
  }
}

TEST(ContainerPlan, waits_while_records_are_missing) {
  const auto desired = wanted();
  auto view = view_of(desired, {});
  view.complete = false;
  EXPECT_EQ(steps_of(view), "");
  EXPECT_EQ(report_of(view)->status, ContainerStatus::creating);
}

TEST(ContainerPlan, starts_a_created_one_only_when_it_is_to_run) {
  auto desired = wanted();
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::created))), "ensure_ports start");
  desired.run = false;
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::created))), "");
  EXPECT_EQ(report_of(view_of(desired, seen_in(EngineState::created)))->status, ContainerStatus::created);
}

TEST(ContainerPlan, discards_what_was_half_made) {
  const auto desired = wanted();
  auto seen = seen_in(EngineState::created);
  seen.networks.clear();
  auto view = view_of(desired, seen);
  view.memory.created = false;
  EXPECT_EQ(steps_of(view), "discard");
}

TEST(ContainerPlan, plans_a_row_of_tasks_against_the_state_that_each_leaves) {
  auto desired = wanted();
  desired.tasks = {task(1, TaskAction::stop), task(2, TaskAction::stop), task(3, TaskAction::start)};
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::running))),
            "ensure_ports do_task:stop pass_task:stop do_task:start");
}

TEST(ContainerPlan, leaves_out_tasks_that_are_done) {
  auto desired = wanted();
  desired.tasks = {task(1, TaskAction::reboot), task(2, TaskAction::pause)};
  auto view = view_of(desired, seen_in(EngineState::running));
  view.memory.task_done = 1;
  EXPECT_EQ(steps_of(view), "do_task:pause");
  view.memory.task_done = 2;
  EXPECT_EQ(steps_of(view), "");
}

TEST(ContainerPlan, looks_again_after_a_kill_because_signals_do_what_they_like) {
  auto desired = wanted();
  desired.tasks = {task(1, TaskAction::kill), task(2, TaskAction::start)};
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::running))), "ensure_ports do_task:kill");
}

TEST(ContainerPlan, stays_with_an_error_until_a_start_is_asked_for) {
  auto desired = wanted();
  auto view = view_of(desired, {});
  view.memory.error = "no such image";
  EXPECT_EQ(steps_of(view), "");
  EXPECT_EQ(report_of(view)->status, ContainerStatus::error);
  desired.tasks = {task(1, TaskAction::start)};
  EXPECT_EQ(steps_of(view), "clear_error ensure_ports ensure_image ensure_networks create start pass_task:start");
}

TEST(ContainerPlan, tells_a_loss_from_a_beginning) {
  auto desired = wanted();
  auto view = view_of(desired, {});
  EXPECT_FALSE(report_of(view)->gone);
  view.memory.created = true;
  EXPECT_TRUE(report_of(view)->gone);
  EXPECT_EQ(steps_of(view), "");
  desired.auto_heal = true;
  EXPECT_FALSE(report_of(view)->gone);
  EXPECT_EQ(steps_of(view), "ensure_ports ensure_image ensure_networks create start");
}

TEST(ContainerPlan, removes_in_an_orderly_way_when_asked_to) {
  auto desired = wanted();
  desired.remove = true;
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::running))), "remove release_ports");
  desired.remove_stop = true;
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::running))), "stop remove release_ports");
  EXPECT_EQ(steps_of(view_of(desired, seen_in(EngineState::exited))), "remove release_ports");
}

TEST(ContainerPlan, says_gone_only_when_the_ports_are_free) {
  auto desired = wanted();
  desired.remove = true;
  auto view = view_of(desired, {});
  view.ports_released = false;
  EXPECT_EQ(steps_of(view), "release_ports");
  EXPECT_FALSE(report_of(view)->gone);
  view.ports_released = true;
  EXPECT_EQ(steps_of(view), "");
  EXPECT_TRUE(report_of(view)->gone);
}

TEST(ContainerPlan, lets_orphans_be_until_their_grace_is_over) {
  ContainerView view;
  view.seen = seen_in(EngineState::running);
  EXPECT_EQ(steps_of(view), "");
  EXPECT_FALSE(report_of(view));
  view.orphan_grace_over = true;
  EXPECT_EQ(steps_of(view), "remove forget");
}

TEST(ContainerPlan, says_how_a_task_ended_until_the_region_took_it_off_the_queue) {
  auto desired = wanted();
  desired.tasks = {task(1, TaskAction::pause), task(2, TaskAction::kill)};
  auto view = view_of(desired, seen_in(EngineState::running));
  note_result(view.memory, desired, 1, "");
  note_result(view.memory, desired, 2, "");
  note_result(view.memory, desired, 2, "no such signal");
  const std::vector<TaskResult> both{{1, ""}, {2, "no such signal"}};
  EXPECT_EQ(report_of(view)->task_results, both);
  desired.tasks = {task(2, TaskAction::kill), task(3, TaskAction::stop)};
  EXPECT_EQ(report_of(view)->task_results, (std::vector<TaskResult>{{2, "no such signal"}}));
  note_result(view.memory, desired, 3, "");
  EXPECT_EQ(view.memory.results.size(), 2U) << "what the region does not ask for is forgotten";
}

TEST(ContainerPlan, a_try_that_fails_for_good_ends_the_task_that_had_asked_for_it) {
  auto desired = wanted();
  desired.tasks = {task(1, TaskAction::pause), task(2, TaskAction::start), task(3, TaskAction::stop)};
  auto view = view_of(desired, {});
  view.memory.error = "no such image";
  note_hopeless(view.memory, desired, "no such image");
  EXPECT_EQ(view.memory.task_done, 2);
  EXPECT_EQ(view.memory.results, (std::vector<TaskResult>{{1, "no such image"}, {2, "no such image"}}));
  EXPECT_EQ(steps_of(view), "pass_task:stop") << "and is not tried again by itself";
}

TEST(ContainerPlan, replaces_a_container_of_another_generation_once_its_image_is_there) {
  auto desired = wanted();
  desired.generation = 1;
  desired.tasks = {task(1, TaskAction::pause), task(2, TaskAction::rebuild)};
  auto view = view_of(desired, seen_in(EngineState::running));
  EXPECT_EQ(steps_of(view), "ensure_image remove");
  EXPECT_EQ(report_of(view)->status, ContainerStatus::rebuilding);
  view.seen.reset();
  EXPECT_EQ(report_of(view)->status, ContainerStatus::rebuilding) << "it is not missed";
  EXPECT_FALSE(report_of(view)->gone);
  EXPECT_EQ(steps_of(view),
            "pass_task:pause ensure_ports ensure_image ensure_networks create start pass_task:rebuild");
  desired.run = false;
  EXPECT_EQ(steps_of(view), "pass_task:pause ensure_ports ensure_image ensure_networks create pass_task:rebuild");
}

TEST(ContainerPlan, an_old_container_whose_new_image_cannot_be_had_goes_and_is_an_error) {
  auto desired = wanted();
  desired.generation = 1;
  desired.tasks = {task(1, TaskAction::rebuild)};
  auto view = view_of(desired, seen_in(EngineState::running));
  view.memory.error = "no such image";
  note_hopeless(view.memory, desired, "no such image");
  EXPECT_EQ(report_of(view)->task_results, (std::vector<TaskResult>{{1, "no such image"}}));
  EXPECT_EQ(report_of(view)->status, ContainerStatus::error);
  EXPECT_EQ(steps_of(view), "remove");
  view.seen.reset();
  EXPECT_EQ(steps_of(view), "");
  EXPECT_EQ(report_of(view)->status, ContainerStatus::error);
  desired.tasks = {task(2, TaskAction::rebuild)};
  EXPECT_EQ(steps_of(view), "clear_error ensure_ports ensure_image ensure_networks create start pass_task:rebuild");
}

TEST(ContainerPlan, a_container_that_the_engine_removes_by_itself_is_not_healed) {
  auto desired = wanted();
  desired.auto_heal = desired.auto_remove = true;
  auto view = view_of(desired, {});
  view.memory.created = true;
  EXPECT_EQ(steps_of(view), "");
  EXPECT_TRUE(report_of(view)->gone);
}

TEST(ContainerPlan, connects_what_is_missing_and_leaves_foreign_networks_alone) {
  auto desired = wanted();
  desired.ports = {other_port, port};
  desired.tasks = {task(1, TaskAction::network_attach)};
  desired.tasks[0].port_id = other_port;
  auto view = view_of(desired, seen_in(EngineState::running));
  view.networks = {other_net, net};
  view.ports = {other_port, port};
  view.seen->networks = {net, NetworkId("foreign")};
  EXPECT_EQ(steps_of(view), "connect:other pass_task:network_attach");
  view.complete = false;
  EXPECT_EQ(steps_of(view), "") << "until its records are here";
  view.complete = true;
  view.memory.refused_networks = {{other_net, "no"}};
  EXPECT_EQ(steps_of(view), "pass_task:network_attach");
  EXPECT_EQ(plan_container(view)[0].reason, "no");
}

TEST(ContainerPlan, disconnects_what_is_to_go_and_says_when_it_is_free) {
  auto desired = wanted();
  desired.ports = {other_port, port};
  desired.detaching_ports = {other_port};
  EXPECT_EQ(staying_ports(desired), std::vector{port});
  desired.tasks = {task(1, TaskAction::network_detach)};
  auto view = view_of(desired, seen_in(EngineState::running));
  view.seen->networks = {net, other_net};
  view.detaching = {{other_port, other_net, false}};
  EXPECT_EQ(steps_of(view), "disconnect:other release_port pass_task:network_detach");
  EXPECT_TRUE(report_of(view)->released_ports.empty());
  view.seen->networks = {net};
  EXPECT_EQ(steps_of(view), "release_port pass_task:network_detach");
  view.detaching[0].released = true;
  EXPECT_EQ(steps_of(view), "pass_task:network_detach");
  EXPECT_EQ(report_of(view)->released_ports, std::vector{other_port});
}

TEST(ContainerPlan, asks_once_for_a_size) {
  auto desired = wanted();
  auto view = view_of(desired, seen_in(EngineState::exited));
  desired.memory_mib = 128;
  EXPECT_EQ(steps_of(view), "update_size");
  view.memory.tried_size = size_of(desired);
  view.memory.notice = "too small";
  EXPECT_EQ(steps_of(view), "");
  EXPECT_EQ(report_of(view)->status_reason, "too small");
  EXPECT_EQ(report_of(view)->status, ContainerStatus::stopped);
  desired.cpu = 0.5;
  EXPECT_EQ(steps_of(view), "update_size") << "another size is another question";
}

/// A model of the Engine: what each step makes of a view.
void set_state(ContainerView& view, EngineState state) {
  view.seen->state = state;
  if (state != EngineState::created) view.seen->started_at = Time(Duration(1));
}
void perform(const ContainerStep& step, ContainerView& view) {
  using Kind = ContainerStepKind;
  auto& memory = view.memory;
  switch (step.kind) {
    case Kind::create:
      view.seen = seen_in(EngineState::created);
      view.seen->generation = view.desired->generation;
      view.seen->networks = view.networks;
      view.seen->memory_mib = view.desired->memory_mib;
      memory.generation = view.desired->generation;
      memory.created = true;
      memory.engine_id = "e";
      return;
    case Kind::adopt:
      memory.created = true;
      memory.engine_id = view.seen->engine_id;
      memory.generation = view.seen->generation;
      return;
    case Kind::start:
      set_state(view, EngineState::running);
      return;
    case Kind::update_size:
      view.seen->memory_mib = view.desired->memory_mib;
      return;
    case Kind::connect:
      view.seen->networks.push_back(step.network);
      return;
    case Kind::disconnect:
      std::erase(view.seen->networks, step.network);
      return;
    case Kind::release_port:
      for (auto& leaving : view.detaching) leaving.released = true;
      return;
    case Kind::do_task:
      note_result(memory, *view.desired, step.task->seq, "");
      memory.error.clear();
      switch (step.task->action) {
        case TaskAction::start:
        case TaskAction::reboot:
        case TaskAction::unpause:
          set_state(view, EngineState::running);
          return;
        case TaskAction::stop:
        case TaskAction::kill:
          set_state(view, EngineState::exited);
          return;
        case TaskAction::pause:
          set_state(view, EngineState::paused);
          return;
        case TaskAction::rebuild:
        case TaskAction::commit:
        case TaskAction::network_attach:
        case TaskAction::network_detach:
          return;
      }
      return;
    case Kind::pass_task:
      note_result(memory, *view.desired, step.task->seq, step.reason);
      return;
    case Kind::clear_error:
      memory.error.clear();
      return;
    case Kind::discard:
      view.seen.reset();
      memory.created = false;
      return;
    case Kind::remove:
      view.seen.reset();
      return;
    case Kind::release_ports:
      view.ports_released = true;
      return;
    case Kind::forget: {
      const auto id = memory.id;
      memory = {};
      memory.id = id;
      return;
    }
    default:
      return;
  }
}

TEST(ContainerPlan, reaches_rest_from_every_state_and_does_every_task_once) {
  std::vector<std::optional<SeenContainer>> states{std::nullopt};
  for (const auto& [state, name] : names_of(EngineState{})) {
    if (state != EngineState::removing) states.emplace_back(seen_in(state));
  }
  for (const auto& state : states) {
    for (const auto& [first, first_name] : names_of(TaskAction{})) {
      for (const auto& [second, second_name] : names_of(TaskAction{})) {
        for (const unsigned bits : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U, 12U, 16U, 24U, 32U, 33U, 40U, 64U, 65U, 66U, 96U, 128U, 129U, 160U}) {
          if (bits >= 32 && second != TaskAction::start) continue;  // enough to cross them with
          auto desired = wanted();
          desired.run = (bits & 1) != 0;
          desired.remove = (bits & 2) != 0;
          desired.auto_heal = (bits & 4) != 0;
          desired.tasks = {task(1, first), task(2, second)};
          desired.generation = (bits & 32) != 0 ? 1 : 0;
          desired.memory_mib = (bits & 128) != 0 ? 128 : 64;
          auto view = view_of(desired, state);
          if ((bits & 8) != 0) view.memory.error = "trouble";
          if ((bits & 16) != 0) view.memory.created = !view.memory.created;
          if ((bits & 64) != 0) {  // one network comes, one goes
            desired.ports = {PortId("gone-port"), other_port, port};
            desired.detaching_ports = {PortId("gone-port")};
            view.networks = {other_net, net};
            view.ports = {other_port, port};
            view.detaching = {{PortId("gone-port"), NetworkId("gone"), false}};
            if (view.seen) view.seen->networks = {net, NetworkId("gone"), NetworkId("foreign")};
          }
          view.ports_released = false;
          bool rested = false;
          for (int round = 0; round < 10 && !rested; ++round) {
            const auto steps = plan_container(view);
            rested = steps.empty();
            for (const auto& step : steps) perform(step, view);
          }
          ASSERT_TRUE(rested) << first_name << " " << second_name << " bits " << bits;
          if (desired.remove) {
            EXPECT_TRUE(report_of(view)->gone);
          } else {
            if (view.seen) {
              EXPECT_EQ(view.seen->generation, desired.generation);
              EXPECT_TRUE(has_size(*view.seen, desired));
              const auto on = [&](const char* name) {
                return std::ranges::count(view.seen->networks, NetworkId(name)) > 0;
              };
              EXPECT_FALSE(on("gone"));
              EXPECT_EQ(on("other"), (bits & 64) != 0);
            }
            EXPECT_EQ(view.memory.task_done, 2) << first_name << " " << second_name << " bits " << bits;
            EXPECT_EQ(report_of(view)->task_results.size(), 2U) << first_name << " " << second_name << " bits " << bits;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace causeway::domain
