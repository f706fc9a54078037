#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "causeway/base/transitions.hpp"
#include "causeway/domain/container/container.hpp"

/// How a container's status changes, and what may be asked of it in which status. Pure tables; the service applies them
/// inside its transactions, so that a check and the change that it allows are one step.
namespace causeway::domain {

/// What moves a status: what the host saw (`seen_*`), what the user asked (`*_asked`), and the end.
enum class ContainerEvent {
  not_placed,     ///< no host would take it
  seen_creating,  ///< the host works on it
  seen_created,
  seen_running,
  seen_stopped,
  seen_paused,
  seen_restarting,
  seen_rebuilding,
  seen_dead,
  seen_error,
  seen_unknown,
  reboot_asked,
  rebuild_asked,
  delete_asked,
  host_lost,     ///< its host was given up for dead: what it does is not known
  gone,      ///< removed as asked; nothing of it is left on the host
  vanished,  ///< absent from its host although nobody asked
};
inline constexpr int container_event_count = 17;

inline constexpr std::array all_container_statuses{
    ContainerStatus::creating, ContainerStatus::created,    ContainerStatus::running,    ContainerStatus::stopped,
    ContainerStatus::paused,   ContainerStatus::restarting, ContainerStatus::rebuilding, ContainerStatus::deleting,
    ContainerStatus::deleted,  ContainerStatus::dead,       ContainerStatus::error,      ContainerStatus::unknown};

/// The event that a status in a host's report stands for; none for what only the region decides.
constexpr std::optional<ContainerEvent> event_of(ContainerStatus seen) {
  switch (seen) {
    case ContainerStatus::creating:
      return ContainerEvent::seen_creating;
    case ContainerStatus::created:
      return ContainerEvent::seen_created;
    case ContainerStatus::running:
      return ContainerEvent::seen_running;
    case ContainerStatus::stopped:
      return ContainerEvent::seen_stopped;
    case ContainerStatus::paused:
      return ContainerEvent::seen_paused;
    case ContainerStatus::restarting:
      return ContainerEvent::seen_restarting;
    case ContainerStatus::rebuilding:
      return ContainerEvent::seen_rebuilding;
    case ContainerStatus::dead:
      return ContainerEvent::seen_dead;
    case ContainerStatus::error:
      return ContainerEvent::seen_error;
    case ContainerStatus::unknown:
      return ContainerEvent::seen_unknown;
    case ContainerStatus::deleting:
    case ContainerStatus::deleted:
      return std::nullopt;
  }
  return std::nullopt;
}

namespace detail {

/// Statuses in which the container lives: nobody asked to delete it.
inline constexpr std::array living{ContainerStatus::creating,   ContainerStatus::created, ContainerStatus::running,
                                   ContainerStatus::stopped,    ContainerStatus::paused,  ContainerStatus::restarting,
                                   ContainerStatus::rebuilding, ContainerStatus::dead,    ContainerStatus::error,
                                   ContainerStatus::unknown};
/// Facts that hold whatever was believed before: the region shows what the host's Engine was seen to hold.
inline constexpr std::array facts{ContainerStatus::created, ContainerStatus::running,    ContainerStatus::stopped,
                                  ContainerStatus::paused,  ContainerStatus::restarting, ContainerStatus::rebuilding,
                                  ContainerStatus::dead,    ContainerStatus::error,      ContainerStatus::unknown};

constexpr auto make_container_transitions() {
  using enum ContainerStatus;
  using enum ContainerEvent;
  using Row = Transition<ContainerStatus, ContainerEvent>;
  constexpr Row single[] = {
      {creating, not_placed, error},
      {creating, seen_creating, creating},
      {error, seen_creating, creating},    // the host tries again
      {unknown, seen_creating, creating},  // the host is back, and still at it
      // an asked reboot, in the statuses in which it may be asked
      {created, reboot_asked, restarting},
      {running, reboot_asked, restarting},
      {stopped, reboot_asked, restarting},
      {error, reboot_asked, restarting},
      // an asked rebuild, likewise
      {created, rebuild_asked, rebuilding},
      {running, rebuild_asked, rebuilding},
      {stopped, rebuild_asked, rebuilding},
      {error, rebuild_asked, rebuilding},
      // what was known of these is as good as it was: an error stays one, a deletion goes on
      {created, host_lost, unknown},
      {running, host_lost, unknown},
      {stopped, host_lost, unknown},
      {paused, host_lost, unknown},
      {restarting, host_lost, unknown},
      {rebuilding, host_lost, unknown},
      {creating, host_lost, unknown},
      {dead, host_lost, unknown},
      {unknown, host_lost, unknown},
      // never resurrect: what is being deleted stays so until the host says that it is gone
      {deleting, delete_asked, deleting},
      {deleting, gone, deleted},
      // Before creation the Engine rightly has no container: no row for `vanished` there.
      {created, vanished, error},
      {running, vanished, error},
      {stopped, vanished, error},
      {paused, vanished, error},
      {restarting, vanished, error},
      {rebuilding, vanished, error},
      {dead, vanished, error},
      {error, vanished, error},
      {unknown, vanished, error},
  };
  constexpr std::size_t count = std::size(single) + living.size() * (facts.size() + 1);
  TransitionTable<ContainerStatus, ContainerEvent, count> table{};
  std::size_t next = 0;
  for (const Row& row : single) table.rows[next++] = row;
  for (const auto from : living) {
    table.rows[next++] = {from, delete_asked, deleting};
    for (const auto fact : facts) table.rows[next++] = {from, *event_of(fact), fact};
  }
  return table;
}

}  // namespace detail

inline constexpr auto container_transitions = detail::make_container_transitions();
static_assert(container_transitions.deterministic());
static_assert(container_transitions.all_reachable(
    ContainerStatus::creating,
    std::array{ContainerStatus::creating, ContainerStatus::created, ContainerStatus::running, ContainerStatus::stopped,
               ContainerStatus::paused, ContainerStatus::restarting, ContainerStatus::rebuilding, ContainerStatus::deleting,
               ContainerStatus::deleted, ContainerStatus::dead, ContainerStatus::error, ContainerStatus::unknown}));

constexpr std::optional<ContainerStatus> next(ContainerStatus from, ContainerEvent event) {
  return container_transitions.next(from, event);
}

/// What may be asked of a container.
enum class ContainerAction {
  start,
  stop,
  pause,
  kill,
  unpause,
  reboot,
  rebuild,
  commit,
  execute,
  attach,
  resize_terminal,
  top,
  stats,
  logs,
  get_archive,
  put_archive,
  update,
  resize_container,
  add_security_group,
  remove_security_group,
  network_attach,
  network_detach,
  remove,
  remove_force,
  remove_stop
};
inline constexpr int container_action_count = 25;

/// The verb in "Cannot start container <uuid> in Running state".
constexpr std::string_view verb_of(ContainerAction action) {
  using enum ContainerAction;
  switch (action) {
    case start:
      return "start";
    case stop:
      return "stop";
    case pause:
      return "pause";
    case kill:
      return "kill";
    case unpause:
      return "unpause";
    case reboot:
      return "reboot";
    case rebuild:
      return "rebuild";
    case commit:
      return "commit";
    case execute:
      return "execute";
    case attach:
      return "attach";
    case resize_terminal:
      return "resize";
    case top:
      return "top";
    case stats:
      return "stats";
    case logs:
      return "logs";
    case get_archive:
      return "get_archive";
    case put_archive:
      return "put_archive";
    case update:
      return "update";
    case resize_container:
      return "resize_container";
    case add_security_group:
      return "add_security_group";
    case remove_security_group:
      return "remove_security_group";
    case network_attach:
      return "network_attach";
    case network_detach:
      return "network_detach";
    case remove:
    case remove_stop:
      return "delete";
    case remove_force:
      return "delete_force";
  }
  return "?";
}

/// The legality table of the API. Deliberate differences from Zun, so that deleting always works: a delete that forces
/// or stops is allowed in every status (Zun leaves paused containers undeletable), a plain one also when the host is
/// lost (Unknown). Attaching and detaching networks is checked like an update (Zun does not check).
constexpr bool allows(ContainerStatus status, ContainerAction action) {
  using enum ContainerStatus;
  const auto any = [status](auto... allowed) { return ((status == allowed) || ...); };
  switch (action) {
    case ContainerAction::start:
      return any(created, stopped, error);
    case ContainerAction::stop:
    case ContainerAction::pause:
    case ContainerAction::kill:
    case ContainerAction::execute:
    case ContainerAction::attach:
    case ContainerAction::resize_terminal:
    case ContainerAction::top:
    case ContainerAction::stats:
      return any(running);
    case ContainerAction::unpause:
      return any(paused);
    case ContainerAction::reboot:
    case ContainerAction::rebuild:
      return any(created, running, stopped, error);
    case ContainerAction::commit:
      return any(running, stopped, paused);
    case ContainerAction::logs:
      return any(created, error, paused, running, stopped, unknown);
    case ContainerAction::get_archive:
    case ContainerAction::put_archive:
    case ContainerAction::update:
    case ContainerAction::resize_container:
    case ContainerAction::add_security_group:
    case ContainerAction::remove_security_group:
    case ContainerAction::network_attach:
    case ContainerAction::network_detach:
      return any(created, running, stopped, paused);
    case ContainerAction::remove:
      return any(created, error, stopped, deleted, dead, unknown);
    case ContainerAction::remove_stop:
    case ContainerAction::remove_force:
      return true;
  }
  return false;
}

/// A queued task is an action, and shows as a task_state from the moment in which it was asked.
constexpr ContainerAction action_of(TaskAction task) {
  switch (task) {
    case TaskAction::start:
      return ContainerAction::start;
    case TaskAction::stop:
      return ContainerAction::stop;
    case TaskAction::reboot:
      return ContainerAction::reboot;
    case TaskAction::kill:
      return ContainerAction::kill;
    case TaskAction::pause:
      return ContainerAction::pause;
    case TaskAction::unpause:
      return ContainerAction::unpause;
    case TaskAction::rebuild:
      return ContainerAction::rebuild;
    case TaskAction::commit:
      return ContainerAction::commit;
    case TaskAction::network_attach:
      return ContainerAction::network_attach;
    case TaskAction::network_detach:
      return ContainerAction::network_detach;
  }
  return ContainerAction::start;
}
constexpr std::string_view task_state_of(TaskAction task) {
  switch (task) {
    case TaskAction::start:
      return "container_starting";
    case TaskAction::stop:
      return "container_stopping";
    case TaskAction::reboot:
      return "container_rebooting";
    case TaskAction::kill:
      return "container_killing";
    case TaskAction::pause:
      return "container_pausing";
    case TaskAction::unpause:
      return "container_unpausing";
    case TaskAction::rebuild:
      return "container_rebuilding";
    case TaskAction::commit:
      return "container_committing";
    case TaskAction::network_attach:
      return "network_attaching";
    case TaskAction::network_detach:
      return "network_detaching";
  }
  return "";
}
inline constexpr std::string_view task_state_creating = "container_creating";
inline constexpr std::string_view task_state_deleting = "container_deleting";
inline constexpr std::string_view task_state_pulling = "image_pulling";

// What may be asked must have a way to happen: a status that can be deleted moves to Deleting, one that can be rebooted
// to Restarting.
static_assert([] {
  for (const auto status : all_container_statuses) {
    if (status == ContainerStatus::deleted) continue;  // the record is erased with the transition into it
    if (!next(status, ContainerEvent::delete_asked)) return false;
    if (allows(status, ContainerAction::reboot) != next(status, ContainerEvent::reboot_asked).has_value()) return false;
    if (allows(status, ContainerAction::rebuild) != next(status, ContainerEvent::rebuild_asked).has_value()) return false;
  }
  return true;
}());

}  // namespace causeway::domain
