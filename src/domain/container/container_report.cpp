#include "causeway/domain/container/container_report.hpp"

#include <algorithm>

#include "causeway/domain/container/container_states.hpp"

namespace causeway::domain {
namespace {

bool has_exited(const ContainerReport& report) {
  return report.status == ContainerStatus::stopped || report.status == ContainerStatus::dead;
}

bool is_queued(const Container& container, TaskAction action) {
  return std::any_of(container.tasks.begin(), container.tasks.end(),
                     [&](const ContainerTask& task) { return task.action == action; });
}

/// A reboot or rebuild that the host has not done yet: that it still sees the container as it was is no news.
bool is_in_between(const Container& container) {
  return is_queued(container, TaskAction::reboot) || is_queued(container, TaskAction::rebuild);
}

void finish_tasks(Container& container, std::int64_t done) {
  container.task_done = std::max(container.task_done, std::min(done, container.task_seq));
  std::erase_if(container.tasks, [&](const ContainerTask& task) { return task.seq <= container.task_done; });
}

/// Statuses and times; everything else that was seen is copied as it is.
void observe_status(Container& container, const ContainerReport& report, ContainerStatus seen, Time now) {
  const bool was_over = container.finished_at != Time{};
  container.started_at = report.started_at;
  if (!has_exited(report)) {
    container.finished_at = Time{};
  } else if (report.finished_at != Time{}) {
    container.finished_at = report.finished_at;
  } else if (!was_over) {
    container.finished_at = now;
  }
  container.status = seen;
  container.status_reason = report.status_reason;
  container.status_detail = report.status_detail;
}

void copy_seen(Container& container, const ContainerReport& report) {
  container.engine_id = report.engine_id;
  container.seen_command = report.seen_command;
  container.seen_entrypoint = report.seen_entrypoint;
  container.seen_hostname = report.seen_hostname;
  container.exposed_ports = report.exposed_ports;
  container.health = report.health;
  container.restart_count = report.restart_count;
  container.exit_code = report.exit_code;
}

/// The host's word on a container that is being deleted: only how it goes, and why it does not.
void observe_removal(Container& container, const ContainerReport& report) {
  container.status_reason = report.status_reason;
}

void show_vanished(Container& container) {
  container.status = ContainerStatus::error;
  container.status_reason = "The container is not on its host any more.";
  container.status_detail.clear();
  container.engine_id.clear();
  container.task_state = container.tasks.empty() ? "" : container.task_state;
}

std::string ago(Duration since) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  if (seconds >= 86400) return fmt::format("{} days", seconds / 86400);
  if (seconds >= 3600) return fmt::format("{} hours", seconds / 3600);
  if (seconds >= 60) return fmt::format("{} mins", seconds / 60);
  return seconds >= 1 ? fmt::format("{} seconds", seconds) : "";
}

}  // namespace

ReportOutcome apply(Container& container, const ContainerReport& report, Time now) {
  const Container before = container;
  const auto outcome = [&] {
    if (encode(container) == encode(before)) return ReportOutcome::unchanged;
    container.observed_at = now;
    return ReportOutcome::changed;
  };
  finish_tasks(container, report.task_done);
  if (report.gone) {
    if (container.remove || container.auto_remove) return ReportOutcome::gone;
    // one that is to be made anew is not missed
    if (is_queued(container, TaskAction::rebuild)) return outcome();
    if (!next(container.status, ContainerEvent::vanished)) {
      container = before;
      return ReportOutcome::refused;
    }
    show_vanished(container);
    return outcome();
  }
  if (container.remove) {
    observe_removal(container, report);
    return outcome();
  }
  const auto event = event_of(report.status);
  const auto seen = event ? next(container.status, *event) : std::nullopt;
  if (!seen) {
    container = before;
    return ReportOutcome::refused;
  }
  copy_seen(container, report);
  observe_status(container, report, is_in_between(container) ? container.status : *seen, now);
  container.task_state =
      container.tasks.empty() ? report.task_state : std::string(task_state_of(container.tasks.back().action));
  if (container.auto_remove && report.status == ContainerStatus::stopped) ask_removal(container, false);
  return outcome();
}

std::vector<LetGo> let_go(Container& container, const ContainerReport& report) {
  std::vector<LetGo> out;
  for (const auto& port : report.released_ports) {
    if (std::erase(container.detaching_ports, port) == 0) continue;
    std::erase(container.ports, port);
    out.push_back({port, std::erase(container.kept_ports, port) > 0});
  }
  return out;
}

void enqueue(Container& container, ContainerTask task) {
  task.seq = ++container.task_seq;
  container.task_state = task_state_of(task.action);
  if (task.action == TaskAction::start) container.status_reason.clear();
  if (task.action == TaskAction::start || task.action == TaskAction::reboot) container.run = true;
  if (task.action == TaskAction::stop) container.run = false;
  if (task.action == TaskAction::reboot)
    container.status = next(container.status, ContainerEvent::reboot_asked).value_or(container.status);
  if (task.action == TaskAction::rebuild) {
    task.run = container.status == ContainerStatus::running;
    container.run = task.run;
    ++container.generation;
    container.status_reason.clear();
    container.status = next(container.status, ContainerEvent::rebuild_asked).value_or(container.status);
  }
  container.tasks.push_back(std::move(task));
}

void ask_removal(Container& container, bool stop_first) {
  container.remove = true;
  container.remove_stop = stop_first;
  container.tasks.clear();
  container.status = next(container.status, ContainerEvent::delete_asked).value_or(container.status);
  container.task_state = task_state_deleting;
}

bool lose_host(Container& container, const std::string& reason, Time now) {
  if (container.remove) {
    if (container.abandoned) return false;
    abandon(container);
    return true;
  }
  const auto lost = next(container.status, ContainerEvent::host_lost);
  if (!lost || (container.status == *lost && container.status_reason == reason)) return false;
  container.status = *lost;
  container.status_reason = reason;
  container.status_detail.clear();
  container.observed_at = now;
  return true;
}

void abandon(Container& container) {
  container.abandoned = true;
  container.detaching_ports.clear();
}

std::string status_detail_at(const Container& container, Time now) {
  switch (container.status) {
    case ContainerStatus::created:
      return "Created";
    case ContainerStatus::running:
    case ContainerStatus::paused: {
      const std::string up = container.started_at == Time{} ? "" : ago(now - container.started_at);
      if (up.empty()) return "";
      return fmt::format("Up {}{}", up, container.status == ContainerStatus::paused ? " (paused)" : "");
    }
    case ContainerStatus::stopped: {
      const std::string over = container.finished_at == Time{} ? "" : ago(now - container.finished_at);
      if (over.empty() || !container.exit_code) return container.status_detail;
      return fmt::format("Exited({}) {} ago", *container.exit_code, over);
    }
    default:
      return container.status_detail;
  }
}

}  // namespace causeway::domain
