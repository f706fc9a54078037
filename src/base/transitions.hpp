#pragma once

#include <array>
#include <cstddef>
#include <optional>

namespace causeway {

/// A state machine as rows of (from, event, to). State changes only through `next`; an event that has no row in a state
/// is refused by the caller (and counted), never fatal.
template <class State, class Event>
struct Transition {
  State from;
  Event event;
  State to;
};

template <class State, class Event, std::size_t N>
struct TransitionTable {
  std::array<Transition<State, Event>, N> rows;

  constexpr std::optional<State> next(State from, Event event) const {
    for (const auto& row : rows) {
      if (row.from == from && row.event == event) return row.to;
    }
    return std::nullopt;
  }
  /// No (state, event) pair stands twice.
  constexpr bool deterministic() const {
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = i + 1; j < N; ++j) {
        if (rows[i].from == rows[j].from && rows[i].event == rows[j].event) return false;
      }
    }
    return true;
  }
  /// Every state of `states` can be reached from `start`.
  template <std::size_t M>
  constexpr bool all_reachable(State start, const std::array<State, M>& states) const {
    std::array<bool, M> seen{};
    for (std::size_t i = 0; i < M; ++i) seen[i] = states[i] == start;
    for (std::size_t round = 0; round < M; ++round) {
      for (const auto& row : rows) {
        for (std::size_t i = 0; i < M; ++i) {
          if (!seen[i] || states[i] != row.from) continue;
          for (std::size_t j = 0; j < M; ++j) seen[j] = seen[j] || states[j] == row.to;
        }
      }
    }
    for (const bool reached : seen) {
      if (!reached) return false;
    }
    return true;
  }
};

template <class State, class Event, std::size_t N>
constexpr TransitionTable<State, Event, N> transitions(const Transition<State, Event> (&rows)[N]) {
  TransitionTable<State, Event, N> table{};
  for (std::size_t i = 0; i < N; ++i) table.rows[i] = rows[i];
  return table;
}

}  // namespace causeway
