#include "causeway/domain/container/action_record.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace causeway::domain {
namespace {

constexpr std::string_view create_event = "compute__do_container_create";
constexpr std::string_view start_event = "compute__do_container_start";

/// The names on the wire; clients and their tests know them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> first_events{{
    {"create", create_event},
    {"start", start_event},
    {"stop", "compute__do_container_stop"},
    {"reboot", "compute__do_container_reboot"},
    {"rebuild", "compute__do_container_rebuild"},
    {"pause", "compute__do_container_pause"},
    {"unpause", "compute__do_container_unpause"},
    {"kill", "compute__do_container_kill"},
    {"commit", "compute__do_container_commit"},
    {"add_security_group", "compute__add_security_group"},
    {"remove_security_group", "compute__remove_security_group"},
    {"network_detach", "compute__do_network_detach"},
    {"network_attach", "compute__do_network_attach"},
}};

void finish_event(ActionEvent& event, const std::string& error, Time now) {
  event.finish_time = now;
  event.result = error.empty() ? "Success" : "Error";
  event.traceback = error;
}

}  // namespace

std::string action_id(const ContainerId& container, std::string_view request_id) {
  return fmt::format("{}/{}", container, request_id);
}

void begin(ActionRecord& record, Time now) {
  record.start_time = now;
  for (const auto& [action, event] : first_events) {
    if (action == record.action) record.events.push_back({std::string(event), now, {}, "", ""});
  }
}

void finish(ActionRecord& record, const std::string& error, Time now) {
  record.finish_time = now;
  record.failed = !error.empty();
  if (!record.events.empty() && record.events.back().result.empty()) finish_event(record.events.back(), error, now);
}

void finish_create(ActionRecord& record, const Container& container, Time now) {
  const bool failed = container.status == ContainerStatus::error;
  const std::string error =
      !failed ? "" : container.status_reason.empty() ? "The container could not be made." : container.status_reason;
  const bool made = !container.engine_id.empty();
  if (!made || !container.run) return finish(record, error, now);
  // the host's clock says when it ran; never outside of what this record knows
  const Time made_at = std::clamp(container.started_at, record.start_time, std::max(record.start_time, now));
  if (!record.events.empty()) finish_event(record.events.back(), "", made_at);
  record.events.push_back({std::string(start_event), made_at, {}, "", ""});
  finish(record, error, now);
}

std::vector<TaskEnd> ended_tasks(const std::vector<ContainerTask>& before, const std::vector<ContainerTask>& after,
                                 const std::vector<TaskResult>& results) {
  std::vector<TaskEnd> out;
  for (const auto& task : before) {
    if (std::ranges::find(after, task.seq, &ContainerTask::seq) != after.end()) continue;
    const auto result = std::ranges::find(results, task.seq, &TaskResult::seq);
    out.push_back({task, result == results.end() ? "" : result->error});
  }
  return out;
}

}  // namespace causeway::domain
