#include "causeway/domain/plan/capsule_gate.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

using Kind = ContainerStepKind;
using Steps = std::vector<ContainerStep>;
using Gate = std::optional<Steps>;

const Gate as_any_container = std::nullopt;
const Gate wait = Steps{};

bool has_begun(const SeenContainer& seen) { return seen.started_at != Time{}; }

Gate gate_sandbox(const ContainerView& view) {
  if (view.desired->remove) {
    const bool alone = std::ranges::none_of(view.capsule, [](const auto& other) { return other.seen.has_value(); });
    return alone ? as_any_container : wait;
  }
  const bool ended = view.seen && view.seen->state == EngineState::exited;
  if (!ended || !view.memory.error.empty() || !view.complete) return as_any_container;
  return Steps{{Kind::ensure_ports, {}}, {Kind::start, {}}};
}

const SeenContainer* sandbox_of(const ContainerView& view) {
  for (const auto& other : view.capsule) {
    if (other.role == CapsuleRole::sandbox && other.seen) return &*other.seen;
  }
  return nullptr;
}

bool is_to_run_again(const RestartPolicy& policy, const SeenContainer& seen) {
  if (policy.name == "on-failure") return seen.exit_code != 0;
  return policy.name == "always" || policy.name == "unless-stopped";
}

/// One that was started before its sandbox was.
Gate gate_stale(const ContainerView& view) {
  const auto& seen = *view.seen;
  if (!view.memory.error.empty()) return as_any_container;
  if (seen.state == EngineState::running) return Steps{{Kind::stop, {}}, {Kind::start, {}}};
  if (seen.state == EngineState::exited && is_to_run_again(view.desired->restart_policy, seen)) {
    return Steps{{Kind::start, {}}};
  }
  return as_any_container;
}

/// Some container of the capsule was let through already: that the init containers did their work is history, even if
/// somebody removed what was left of them since.
bool containers_have_begun(const ContainerView& view, const SeenContainer& sandbox) {
  return std::ranges::any_of(view.capsule, [&](const auto& other) {
    return other.role == CapsuleRole::app && other.seen && other.seen->joined == sandbox.engine_id &&
           has_begun(*other.seen);
  });
}

/// All init containers before this member ended well. A host that does not know all of them yet sees too few.
bool is_its_turn(const ContainerView& view, const SeenContainer& sandbox) {
  int done = 0;
  for (const auto& other : view.capsule) {
    const bool before = other.role == CapsuleRole::init &&
                        (view.desired->capsule_role == CapsuleRole::app || other.order < view.desired->capsule_order);
    if (!before) continue;
    const bool ended_well = other.seen && other.seen->joined == sandbox.engine_id && has_begun(*other.seen) &&
                            other.seen->state == EngineState::exited && other.seen->exit_code == 0;
    if (!ended_well) return false;
    ++done;
  }
  return done == view.desired->capsule_order;
}

Gate gate_member(const ContainerView& view) {
  if (view.desired->remove) return as_any_container;
  const SeenContainer* sandbox = sandbox_of(view);
  if (sandbox == nullptr) return wait;
  if (view.seen && view.seen->joined != sandbox->engine_id) return Steps{{Kind::discard, {}}};
  if (sandbox->state != EngineState::running) return wait;
  if (view.seen && has_begun(*view.seen)) {
    return view.seen->started_at < sandbox->started_at ? gate_stale(view) : as_any_container;
  }
  if (containers_have_begun(view, *sandbox)) {
    return view.desired->capsule_role == CapsuleRole::init ? wait : as_any_container;
  }
  return is_its_turn(view, *sandbox) ? as_any_container : wait;
}

}  // namespace

Gate capsule_gate(const ContainerView& view) {
  switch (view.desired->capsule_role) {
    case CapsuleRole::none:
      return as_any_container;
    case CapsuleRole::sandbox:
      return gate_sandbox(view);
    case CapsuleRole::init:
    case CapsuleRole::app:
      return gate_member(view);
  }
  return as_any_container;
}

}  // namespace causeway::domain
