#include "causeway/domain/plan/container_plan.hpp"

#include <algorithm>

#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/plan/capsule_gate.hpp"

namespace causeway::domain {
namespace {

using Kind = ContainerStepKind;
using Steps = std::vector<ContainerStep>;

constexpr std::string_view not_there = "The container is not on its host.";

bool begins_anew(const ContainerTask& task) {
  return task.action == TaskAction::start || task.action == TaskAction::reboot;
}

std::vector<ContainerTask> pending_tasks(const ContainerView& view) {
  std::vector<ContainerTask> out;
  for (const auto& task : view.desired->tasks) {
    if (task.seq > view.memory.task_done) out.push_back(task);
  }
  std::ranges::sort(out, {}, &ContainerTask::seq);
  return out;
}

/// A task that asks for what is so already; the Engine would call some of these a conflict.
bool satisfied(const ContainerTask& task, EngineState state) {
  switch (task.action) {
    case TaskAction::start:
      return state == EngineState::running;
    case TaskAction::stop:
      return state == EngineState::exited || state == EngineState::created || state == EngineState::dead;
    case TaskAction::pause:
      return state == EngineState::paused;
    case TaskAction::unpause:
      return state == EngineState::running;
    case TaskAction::kill:
    case TaskAction::reboot:
    case TaskAction::rebuild:
    case TaskAction::commit:
    case TaskAction::network_attach:
    case TaskAction::network_detach:
      return false;
  }
  return false;
}

/// The state after a task, so that a row of queued tasks is planned at once.
EngineState after(const ContainerTask& task, EngineState state) {
  switch (task.action) {
    case TaskAction::start:
    case TaskAction::unpause:
    case TaskAction::reboot:
      return EngineState::running;
    case TaskAction::stop:
      return EngineState::exited;
    case TaskAction::pause:
      return EngineState::paused;
    case TaskAction::rebuild:
      return task.run ? EngineState::running : EngineState::created;
    case TaskAction::commit:
    case TaskAction::network_attach:
    case TaskAction::network_detach:
      return state;
    case TaskAction::kill:
      return state;  // what a signal does is seen, not known
  }
  return state;
}

void plan_tasks(const std::vector<ContainerTask>& tasks, EngineState state, Steps& out) {
  for (const auto& task : tasks) {
    if (satisfied(task, state)) {
      out.push_back({Kind::pass_task, task});
      continue;
    }
    out.push_back({Kind::do_task, task});
    state = after(task, state);
    if (task.action == TaskAction::kill) return;
  }
}

bool same_networks(std::vector<NetworkId> a, std::vector<NetworkId> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

Steps plan_removal(const ContainerView& view) {
  Steps out;
  if (view.seen) {
    const auto state = view.seen->state;
    const bool runs = state == EngineState::running || state == EngineState::restarting;
    if (view.desired->remove_stop && runs) out.push_back({Kind::stop, {}});
    out.push_back({Kind::remove, {}});
  }
  if (view.seen || !view.ports_released) out.push_back({Kind::release_ports, {}});
  return out;
}

Steps plan_orphan(const ContainerView& view) {
  if (view.seen) {
    if (!view.orphan_grace_over) return {};
    return {{Kind::remove, {}}, {Kind::forget, {}}};
  }
  AgentContainer blank;
  blank.id = view.memory.id;
  if (view.memory == blank) return {};
  return {{Kind::forget, {}}};
}

bool is_lost(const ContainerView& view) { return !view.seen && view.memory.created && !view.desired->auto_heal; }

Steps plan_absent(const ContainerView& view) {
  const auto tasks = pending_tasks(view);
  const auto fresh = std::ranges::find_if(tasks, begins_anew);
  const bool hopeless = is_lost(view) || !view.memory.error.empty();
  Steps out;
  if (hopeless && fresh == tasks.end()) {
    for (const auto& task : tasks) out.push_back({Kind::pass_task, task, std::string(not_there)});
    return out;
  }
  if (!view.complete) return out;  // the rest of its records is on the way, and wakes us
  if (hopeless) out.push_back({Kind::clear_error, {}});
  for (auto task = tasks.begin(); task != fresh; ++task)
    out.push_back({Kind::pass_task, *task, std::string(not_there)});
  for (const auto kind : {Kind::ensure_ports, Kind::ensure_image, Kind::ensure_networks, Kind::create})
    out.push_back({kind, {}});
  EngineState state = EngineState::created;
  if (view.desired->run) {
    out.push_back({Kind::start, {}});
    state = EngineState::running;
  }
  plan_tasks({fresh, tasks.end()}, state, out);
  return out;
}

bool first_start_is_due(const ContainerView& view) {
  return view.desired->run && view.seen->state == EngineState::created && view.seen->started_at == Time{} &&
         view.memory.error.empty() && view.memory.start_failures < max_start_attempts;
}

Steps plan_present(const ContainerView& view) {
  const auto& seen = *view.seen;
  Steps out;
  if (seen.state == EngineState::removing) return out;  // its end is an event
  const bool never_ran = seen.state == EngineState::created && seen.started_at == Time{};
  if (never_ran && view.complete && !same_networks(view.networks, seen.networks)) return {{Kind::discard, {}}};
  if (!view.memory.created || view.memory.engine_id != seen.engine_id) out.push_back({Kind::adopt, {}});
  EngineState state = seen.state;
  if (first_start_is_due(view)) {
    out.push_back({Kind::ensure_ports, {}});
    out.push_back({Kind::start, {}});
    state = EngineState::running;
  }
  const auto tasks = pending_tasks(view);
  if (std::ranges::any_of(tasks, begins_anew)) {
    if (!view.memory.error.empty()) out.push_back({Kind::clear_error, {}});
    out.push_back({Kind::ensure_ports, {}});
  }
  plan_tasks(tasks, state, out);
  return out;
}

bool is_queued(const Container& desired, std::int64_t seq) {
  return std::ranges::find(desired.tasks, seq, &ContainerTask::seq) != desired.tasks.end();
}

ContainerStatus status_of(const ContainerView& view) {
  const auto& seen = *view.seen;
  switch (seen.state) {
    case EngineState::created:
      if (!view.memory.error.empty()) return ContainerStatus::error;
      return first_start_is_due(view) ? ContainerStatus::creating : ContainerStatus::created;
    case EngineState::running:
      return ContainerStatus::running;
    case EngineState::paused:
      return ContainerStatus::paused;
    case EngineState::restarting:
      return ContainerStatus::restarting;
    case EngineState::removing:
      return ContainerStatus::unknown;
    case EngineState::exited:
      return ContainerStatus::stopped;
    case EngineState::dead:
      return ContainerStatus::dead;
  }
  return ContainerStatus::unknown;
}

void describe_seen(const SeenContainer& seen, ContainerReport& out) {
  out.engine_id = seen.engine_id;
  out.seen_command = seen.command;
  out.seen_entrypoint = seen.entrypoint;
  out.seen_hostname = seen.hostname;
  out.exposed_ports = seen.exposed_ports;
  out.started_at = seen.started_at;
  const bool ended = seen.state == EngineState::exited || seen.state == EngineState::dead;
  if (ended) {
    out.exit_code = seen.exit_code;
    out.finished_at = seen.finished_at;
  }
  out.health = seen.health;
  out.restart_count = seen.restart_count;
}

}  // namespace

std::vector<ContainerStep> plan_container(const ContainerView& view) {
  if (view.desired == nullptr) return plan_orphan(view);
  if (auto gated = capsule_gate(view)) return *std::move(gated);
  if (view.desired->remove) return plan_removal(view);
  return view.seen ? plan_present(view) : plan_absent(view);
}

std::optional<ContainerReport> report_of(const ContainerView& view) {
  if (view.desired == nullptr) return std::nullopt;
  ContainerReport out;
  out.id = view.desired->id;
  out.task_done = view.memory.task_done;
  for (const auto& result : view.memory.results) {
    if (is_queued(*view.desired, result.seq)) out.task_results.push_back(result);
  }
  out.status_reason = view.memory.error;
  const auto tasks = pending_tasks(view);
  if (!tasks.empty()) out.task_state = task_state_of(tasks.front().action);
  if (view.desired->remove) out.task_state = task_state_deleting;

  if (view.seen) {
    out.status = status_of(view);
    describe_seen(*view.seen, out);
    if (out.status_reason.empty()) out.status_reason = view.seen->error;
    if (out.status == ContainerStatus::creating) out.task_state = task_state_creating;
    return out;
  }
  if (view.desired->remove) {
    out.gone = view.ports_released;
    return out;
  }
  out.gone = is_lost(view);
  if (!view.memory.error.empty()) {
    out.status = ContainerStatus::error;
  } else if (!out.gone) {
    out.status = ContainerStatus::creating;
    out.task_state = task_state_creating;
  }
  return out;
}

void note_result(AgentContainer& memory, const Container& desired, std::int64_t seq, const std::string& error) {
  std::erase_if(memory.results,
                [&](const TaskResult& result) { return result.seq == seq || !is_queued(desired, result.seq); });
  memory.results.push_back({seq, error});
  memory.task_done = std::max(memory.task_done, seq);
}

void note_hopeless(AgentContainer& memory, const Container& desired, const std::string& error) {
  const std::int64_t done = memory.task_done;
  const auto fresh = std::ranges::find_if(
      desired.tasks, [&](const ContainerTask& task) { return task.seq > done && begins_anew(task); });
  if (fresh == desired.tasks.end()) return;
  for (const auto& task : desired.tasks) {
    if (task.seq > done && task.seq <= fresh->seq) note_result(memory, desired, task.seq, error);
  }
}

std::string_view to_text(ContainerStepKind kind) {
  switch (kind) {
    case Kind::ensure_ports:
      return "ensure_ports";
    case Kind::ensure_image:
      return "ensure_image";
    case Kind::ensure_networks:
      return "ensure_networks";
    case Kind::create:
      return "create";
    case Kind::adopt:
      return "adopt";
    case Kind::start:
      return "start";
    case Kind::do_task:
      return "do_task";
    case Kind::pass_task:
      return "pass_task";
    case Kind::clear_error:
      return "clear_error";
    case Kind::discard:
      return "discard";
    case Kind::stop:
      return "stop";
    case Kind::remove:
      return "remove";
    case Kind::release_ports:
      return "release_ports";
    case Kind::forget:
      return "forget";
  }
  return "?";
}

}  // namespace causeway::domain
