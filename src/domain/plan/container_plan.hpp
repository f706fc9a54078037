#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/domain/container/container.hpp"

/// What a host's agent does with one container: from what the region wants, what the Engine shows and what the agent
/// remembers, to the steps that are left. Pure.
namespace causeway::domain {

/// The Engine's own words for the state of a container.
enum class EngineState { created, running, paused, restarting, removing, exited, dead };
constexpr auto names_of(EngineState) {
  using enum EngineState;
  using std::string_view;
  return std::array{std::pair{created, string_view("created")},   std::pair{running, string_view("running")},
                    std::pair{paused, string_view("paused")},     std::pair{restarting, string_view("restarting")},
                    std::pair{removing, string_view("removing")}, std::pair{exited, string_view("exited")},
                    std::pair{dead, string_view("dead")}};
}

/// A container as its Engine shows it.
struct SeenContainer {
  ContainerId id;         ///< ours, from the label
  std::string engine_id;  ///< the Engine's
  EngineState state = EngineState::created;
  std::int64_t pid = 0;  ///< 0 when it does not run
  int exit_code = 0;     ///< of the last run
  std::string error;     ///< why the last start failed
  Time started_at{};     ///< 0 = never
  Time finished_at{};    ///< 0 = never
  std::string health;    ///< "healthy", "unhealthy", "starting", "" without a check
  std::vector<std::string> command, entrypoint;
  std::string hostname;
  std::vector<int> exposed_ports;
  std::vector<NetworkId> networks;  ///< attached, in no order
  std::int64_t generation = 0;      ///< of the record from which it was made
  std::int64_t cpu_shares = 0;      ///< 1024 for each CPU
  std::int64_t memory_mib = 0;
  int restart_count = 0;
  std::string sandbox;  ///< the path of its network namespace
  std::string joined;   ///< the Engine's id of the container whose network it shares; "" = it has its own
};

/// Another member of the container's capsule, as the host has it.
struct CapsuleSibling {
  CapsuleRole role = CapsuleRole::none;
  int order = 0;
  std::optional<SeenContainer> seen;
};

/// A network that the Engine would not connect a container to.
struct RefusedNetwork {
  NetworkId network;
  std::string reason;
  static constexpr auto fields() {
    return std::tuple{field("network", &RefusedNetwork::network), field("reason", &RefusedNetwork::reason)};
  }
  bool operator==(const RefusedNetwork&) const = default;
};

/// What an agent must not forget of a container when it dies: a record of its own store.
struct AgentContainer {
  static constexpr std::string_view kind = "agent_container";
  ContainerId id;
  bool created = false;  ///< the Engine had it: absence now is a loss, not a beginning
  std::string engine_id;
  std::int64_t task_done = 0;  ///< tasks up to this seq are done, or were given up
  std::string error;           ///< why it could not be created or started; "" = no trouble
  int start_failures = 0;      ///< in a row, of the kind that may pass
  std::vector<TaskResult> results;  ///< of tasks that the region still has queued
  std::int64_t generation = 0;      ///< of the record that it was made from
  std::string notice;               ///< what the Engine refused of a container that lives on; "" = nothing
  std::string tried_size;           ///< size_of() that the Engine would not take; "" = none
  std::vector<RefusedNetwork> refused_networks;
  static constexpr auto fields() {
    using A = AgentContainer;
    return std::tuple{field("id", &A::id),
                      field("created", &A::created),
                      field("engine_id", &A::engine_id),
                      field("task_done", &A::task_done),
                      field("error", &A::error),
                      field("start_failures", &A::start_failures),
                      field("results", &A::results),
                      field("generation", &A::generation),
                      field("notice", &A::notice),
                      field("tried_size", &A::tried_size),
                      field("refused_networks", &A::refused_networks)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
  bool operator==(const AgentContainer&) const = default;
};

enum class ContainerStepKind {
  ensure_ports,  ///< links of all its ports, before the Engine asks for them
  ensure_image,
  ensure_networks,  ///< the Engine's networks
  create,
  adopt,        ///< the Engine has it already: remember that
  start,        ///< the first start, because the user said `run`
  do_task,      ///< `task`
  pass_task,    ///< `task` asks for what is so already: it counts as done; or it cannot be done, for `reason`
  clear_error,  ///< a new try is asked for
  discard,      ///< half made, never started: remove it and begin again
  update_size,  ///< CPU shares and memory
  connect,      ///< to `network`, with the container's port there
  disconnect,   ///< from `network`
  release_port, ///< links of `port` go; the region will reuse its address
  stop,         ///< in an orderly way, before a removal
  remove,
  release_ports,  ///< links of its ports go; the region will reuse the addresses
  forget,         ///< the agent's own record
};
struct ContainerStep {
  ContainerStepKind kind{};
  std::optional<ContainerTask> task;
  std::string reason{};  ///< pass_task: why it failed; "" = it did not
  NetworkId network{};
  PortId port{};
};

/// A port that the container is to lose while it lives on.
struct DetachingPort {
  PortId port;
  NetworkId network;      ///< "" when its records are gone
  bool released = false;  ///< no link or endpoint of it is left
};

/// What the plan is made of. `desired` null: the region has no such container here (any more).
struct ContainerView {
  const Container* desired = nullptr;
  std::vector<NetworkId> networks;  ///< of the ports that it is to have, in their order
  std::vector<PortId> ports;        ///< those ports, likewise
  std::vector<DetachingPort> detaching;
  bool complete = false;            ///< records of all those ports, their networks and subnets are here
  bool ports_released = true;       ///< no link or endpoint of its ports is left
  bool orphan_grace_over = false;   ///< it has been without a record for long enough
  std::optional<SeenContainer> seen;
  AgentContainer memory;
  std::vector<CapsuleSibling> capsule;  ///< the others of its capsule
};

/// A start that fails for a reason that may pass (the Engine's own trouble) is tried this often.
inline constexpr int max_start_attempts = 3;

/// The Engine's number for a share of CPU.
constexpr std::int64_t cpu_shares_of(double cpu) { return std::int64_t(1024 * cpu); }
/// What a container's limits are to be, as a text to compare.
std::string size_of(const Container& container);
bool has_size(const SeenContainer& seen, const Container& container);
/// Ports that the container is to have: all but those that are on their way out.
std::vector<PortId> staying_ports(const Container& container);

/// The steps that are left, in order; each is idempotent or guarded by what is remembered (services/agent). Empty:
/// nothing to do.
std::vector<ContainerStep> plan_container(const ContainerView& view);

/// What the region is told. None while there is nothing to tell (no record, or nothing of ours).
std::optional<ContainerReport> report_of(const ContainerView& view);

/// Notes in `memory` how a task ended, and forgets what the region does not ask for any more.
void note_result(AgentContainer& memory, const Container& desired, std::int64_t seq, const std::string& error);
/// A container that cannot be made or started for good: so ends the task that had asked for a new try, and what was
/// queued before it.
void note_hopeless(AgentContainer& memory, const Container& desired, const std::string& error);

/// Tasks of which a second run would show: these are remembered as done before they are tried (at most once), the
/// others after (at least once).
constexpr bool repeatable(TaskAction action) { return action != TaskAction::kill && action != TaskAction::reboot; }

std::string_view to_text(ContainerStepKind kind);

}  // namespace causeway::domain
