#include "causeway/domain/plan/container_plan.hpp"

#include <algorithm>

#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/plan/capsule_gate.hpp"

namespace causeway::domain {
namespace {

using Kind = ContainerStepKind;
using Steps = std::vector<ContainerStep>;

constexpr std::string_view not_there = "The container is not on its host.";

constexpr std::string_view overtaken = "It was overtaken by a rebuild.";

bool begins_anew(const ContainerTask& task) {
  return task.action == TaskAction::start || task.action == TaskAction::reboot || task.action == TaskAction::rebuild;
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
    // these are asked for by the record itself: whatever they need was planned before the tasks
    case TaskAction::rebuild:
    case TaskAction::network_attach:
    case TaskAction::network_detach:
      return true;
    case TaskAction::kill:
    case TaskAction::reboot:
    case TaskAction::commit:
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
    case TaskAction::commit:
    case TaskAction::network_attach:
    case TaskAction::network_detach:
      return state;
    case TaskAction::kill:
      return state;  // what a signal does is seen, not known
  }
  return state;
}

/// Why the Engine would not connect the port of an attach; "" when it did.
std::string refusal_of(const ContainerTask& task, const ContainerView& view) {
  const auto port = std::ranges::find(view.ports, task.port_id);
  if (task.action != TaskAction::network_attach || port == view.ports.end()) return "";
  const auto& network = view.networks[std::size_t(port - view.ports.begin())];
  const auto& refused = view.memory.refused_networks;
  const auto found = std::ranges::find(refused, network, &RefusedNetwork::network);
  return found == refused.end() ? "" : found->reason;
}

void plan_tasks(const std::vector<ContainerTask>& tasks, EngineState state, const ContainerView& view, Steps& out) {
  for (const auto& task : tasks) {
    if (task.action == TaskAction::network_attach && !view.complete) return;  // its records are on the way
    if (satisfied(task, state)) {
      out.push_back({Kind::pass_task, task, refusal_of(task, view)});
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

bool is_replaced(const ContainerView& view) { return view.memory.generation != view.desired->generation; }
/// It was there and is not, although nobody asked. With auto_remove the Engine did as it was told.
bool is_missing(const ContainerView& view) { return !view.seen && view.memory.created && !is_replaced(view); }
bool is_lost(const ContainerView& view) {
  return is_missing(view) && (!view.desired->auto_heal || view.desired->auto_remove);
}

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
  const bool rebuilt = fresh != tasks.end() && fresh->action == TaskAction::rebuild;
  for (auto task = tasks.begin(); task != fresh; ++task)
    out.push_back({Kind::pass_task, *task, std::string(rebuilt ? overtaken : not_there)});
  for (const auto kind : {Kind::ensure_ports, Kind::ensure_image, Kind::ensure_networks, Kind::create})
    out.push_back({kind, {}});
  EngineState state = EngineState::created;
  if (view.desired->run) {
    out.push_back({Kind::start, {}});
    state = EngineState::running;
  }
  plan_tasks({fresh, tasks.end()}, state, view, out);
  return out;
}

/// The Engine has it as it was before a rebuild. The image comes first, so that it is away for a short time only; one
/// whose image cannot be had goes all the same, because the record says that it is another now.
Steps plan_replacement(const ContainerView& view) {
  const auto tasks = pending_tasks(view);
  const bool hopeless = !view.memory.error.empty();
  if (hopeless && std::ranges::none_of(tasks, begins_anew)) return {{Kind::remove, {}}};
  if (!view.complete) return {};
  Steps out;
  if (hopeless) out.push_back({Kind::clear_error, {}});
  out.push_back({Kind::ensure_image, {}});
  out.push_back({Kind::remove, {}});
  return out;
}

bool is_on(const SeenContainer& seen, const NetworkId& network) {
  return !network.empty() && std::ranges::find(seen.networks, network) != seen.networks.end();
}

/// Brings the attachments of a container that lives on to what its ports say. Networks that are none of its ports' are
/// left alone.
void plan_networks(const ContainerView& view, Steps& out) {
  for (const auto& leaving : view.detaching) {
    const bool attached = is_on(*view.seen, leaving.network);
    if (attached) {
      ContainerStep step{Kind::disconnect, {}};
      step.network = leaving.network;
      out.push_back(std::move(step));
    }
    if (attached || !leaving.released) {
      ContainerStep step{Kind::release_port, {}};
      step.port = leaving.port;
      out.push_back(std::move(step));
    }
  }
  if (!view.complete) return;
  for (std::size_t i = 0; i < view.networks.size(); ++i) {
    const auto& network = view.networks[i];
    const auto& refused = view.memory.refused_networks;
    if (is_on(*view.seen, network) || std::ranges::find(refused, network, &RefusedNetwork::network) != refused.end())
      continue;
    ContainerStep step{Kind::connect, {}};
    step.network = network;
    step.port = view.ports[i];
    out.push_back(std::move(step));
  }
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
  const bool known = view.memory.created && view.memory.engine_id == seen.engine_id;
  if (never_ran && !known && view.complete && !same_networks(view.networks, seen.networks))
    return {{Kind::discard, {}}};
  if (!known) out.push_back({Kind::adopt, {}});
  plan_networks(view, out);
  if (!has_size(seen, *view.desired) && view.memory.tried_size != size_of(*view.desired))
    out.push_back({Kind::update_size, {}});
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
  plan_tasks(tasks, state, view, out);
  return out;
}

bool is_queued(const Container& desired, std::int64_t seq) {
  return std::ranges::find(desired.tasks, seq, &ContainerTask::seq) != desired.tasks.end();
}

ContainerStatus status_of(const ContainerView& view) {
  const auto& seen = *view.seen;
  if (seen.generation != view.desired->generation) {
    return view.memory.error.empty() ? ContainerStatus::rebuilding : ContainerStatus::error;
  }
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
  const bool old = view.seen && view.seen->generation != view.desired->generation;
  if (old && view.seen->state != EngineState::removing) return plan_replacement(view);
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
  out.status_reason = view.memory.error.empty() ? view.memory.notice : view.memory.error;
  for (const auto& leaving : view.detaching) {
    const bool attached = view.seen && is_on(*view.seen, leaving.network);
    if (leaving.released && !attached) out.released_ports.push_back(leaving.port);
  }
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
  } else if (is_missing(view) || is_replaced(view)) {
    if (!out.gone) out.status = ContainerStatus::rebuilding;
  } else {
    out.status = ContainerStatus::creating;
    out.task_state = task_state_creating;
  }
  return out;
}

std::string size_of(const Container& container) {
  return fmt::format("{}/{}", cpu_shares_of(container.cpu), container.memory_mib);
}

bool has_size(const SeenContainer& seen, const Container& container) {
  return seen.cpu_shares == cpu_shares_of(container.cpu) && seen.memory_mib == container.memory_mib;
}

std::vector<PortId> staying_ports(const Container& container) {
  std::vector<PortId> out = container.ports;
  std::erase_if(out, [&](const PortId& port) {
    return std::ranges::find(container.detaching_ports, port) != container.detaching_ports.end();
  });
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
    case Kind::update_size:
      return "update_size";
    case Kind::connect:
      return "connect";
    case Kind::disconnect:
      return "disconnect";
    case Kind::release_port:
      return "release_port";
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
