#include "causeway/domain/container/container_states.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace causeway::domain {
namespace {

using S = ContainerStatus;
using E = ContainerEvent;

std::vector<E> all_events() {
  std::vector<E> out;
  for (int i = 0; i < container_event_count; ++i) out.push_back(E(i));
  return out;
}

/// What every (status, event) pair must give, written independently of the table: by kind of event.
std::optional<S> expected(S from, E event) {
  const bool living = from != S::deleting && from != S::deleted;
  const std::map<E, S> facts{{E::seen_created, S::created},       {E::seen_running, S::running},
                             {E::seen_stopped, S::stopped},       {E::seen_paused, S::paused},
                             {E::seen_restarting, S::restarting}, {E::seen_dead, S::dead},
                             {E::seen_error, S::error},           {E::seen_unknown, S::unknown}};
  if (const auto fact = facts.find(event); fact != facts.end())
    return living ? std::optional(fact->second) : std::nullopt;
  switch (event) {
    case E::not_placed:
      return from == S::creating ? std::optional(S::error) : std::nullopt;
    case E::seen_creating:
      return from == S::creating || from == S::error || from == S::unknown ? std::optional(S::creating)
                                                                           : std::nullopt;
    case E::seen_rebuilding:
      return living ? std::optional(S::rebuilding) : std::nullopt;
    case E::reboot_asked:
      return std::set{S::created, S::running, S::stopped, S::error}.contains(from) ? std::optional(S::restarting)
                                                                                   : std::nullopt;
    case E::rebuild_asked:
      return std::set{S::created, S::running, S::stopped, S::error}.contains(from) ? std::optional(S::rebuilding)
                                                                                   : std::nullopt;
    case E::host_lost:
      return living && from != S::error ? std::optional(S::unknown) : std::nullopt;
    case E::delete_asked:
      return from != S::deleted ? std::optional(S::deleting) : std::nullopt;
    case E::gone:
      return from == S::deleting ? std::optional(S::deleted) : std::nullopt;
    case E::vanished:
      return living && from != S::creating ? std::optional(S::error) : std::nullopt;
    default:
      return std::nullopt;
  }
}

TEST(ContainerStates, every_status_and_event_pair_is_as_decided) {
  for (const auto from : all_container_statuses) {
    for (const auto event : all_events()) {
      EXPECT_EQ(next(from, event), expected(from, event)) << to_name(from) << " event " << int(event);
    }
  }
}

TEST(ContainerStates, nothing_resurrects_a_container_that_is_being_deleted) {
  for (const auto event : all_events()) {
    const auto to = next(S::deleting, event);
    if (to) EXPECT_TRUE(*to == S::deleting || *to == S::deleted) << int(event);
    EXPECT_FALSE(next(S::deleted, event)) << int(event);
  }
}

TEST(ContainerStates, every_status_and_action_pair_follows_the_legality_table) {
  using A = ContainerAction;
  const std::set<S> everything(all_container_statuses.begin(), all_container_statuses.end());
  const std::set<S> settled{S::created, S::running, S::stopped, S::paused};
  const std::map<A, std::set<S>> table{
      {A::start, {S::created, S::stopped, S::error}},
      {A::stop, {S::running}},
      {A::pause, {S::running}},
      {A::kill, {S::running}},
      {A::execute, {S::running}},
      {A::unpause, {S::paused}},
      {A::reboot, {S::created, S::running, S::stopped, S::error}},
      {A::logs, {S::created, S::error, S::paused, S::running, S::stopped, S::unknown}},
      {A::rebuild, {S::created, S::running, S::stopped, S::error}},
      {A::commit, {S::running, S::stopped, S::paused}},
      {A::attach, {S::running}},
      {A::resize_terminal, {S::running}},
      {A::top, {S::running}},
      {A::stats, {S::running}},
      {A::get_archive, settled},
      {A::put_archive, settled},
      {A::update, settled},
      {A::resize_container, settled},
      {A::add_security_group, settled},
      {A::remove_security_group, settled},
      {A::network_attach, settled},
      {A::network_detach, settled},
      {A::remove, {S::created, S::error, S::stopped, S::deleted, S::dead, S::unknown}},
      {A::remove_stop, everything},
      {A::remove_force, everything}};
  ASSERT_EQ(table.size(), std::size_t(container_action_count));
  for (const auto& [action, allowed] : table) {
    for (const auto status : all_container_statuses) {
      EXPECT_EQ(allows(status, action), allowed.contains(status)) << verb_of(action) << " in " << to_name(status);
    }
  }
}

TEST(ContainerStates, every_task_shows_as_a_task_state_of_its_own) {
  std::set<std::string_view> seen;
  for (const auto& [task, name] : names_of(TaskAction{})) {
    const auto shown = task_state_of(task);
    EXPECT_TRUE(shown.starts_with("container_") || shown.starts_with("network_")) << shown;
    EXPECT_EQ(verb_of(action_of(task)), name);
    seen.insert(task_state_of(task));
  }
  EXPECT_EQ(seen.size(), names_of(TaskAction{}).size());
}

}  // namespace
}  // namespace causeway::domain
