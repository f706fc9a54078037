#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/domain/container/container.hpp"

/// What was asked of a container, and how it went: the rows of `container_actions`. Pure.
namespace causeway::domain {

/// One step of an action.
struct ActionEvent {
  std::string event;  ///< "compute__do_container_start"
  Time start_time{};
  Time finish_time{};     ///< 0 = under way
  std::string result;     ///< "Success", "Error", "" = under way
  std::string traceback;  ///< why it failed, for administrators
  static constexpr auto fields() {
    using E = ActionEvent;
    return std::tuple{field("event", &E::event), field("start_time", &E::start_time), field("finish_time", &E::finish_time),
                      field("result", &E::result), field("traceback", &E::traceback)};
  }
};

/// One request that changed, or tried to change, a container. Owned by the region, written in the transaction of what
/// it describes, gone with the container. No host and no other region sees it.
struct ActionRecord {
  static constexpr std::string_view kind = "container_action";
  std::string id;  ///< action_id(container_id, request_id)
  ContainerId container_id;
  std::string action;  ///< "create", "start", ...
  std::string request_id;
  UserId user_id;
  ProjectId project_id;
  std::int64_t number = 0;  ///< grows with each action of the container
  Time start_time{};
  Time finish_time{};  ///< 0 = under way
  bool failed = false;
  std::vector<ActionEvent> events;  ///< oldest first
  static constexpr auto fields() {
    using A = ActionRecord;
    return std::tuple{field("id", &A::id),
                      field("container_id", &A::container_id),
                      field("action", &A::action),
                      field("request_id", &A::request_id),
                      field("user_id", &A::user_id),
                      field("project_id", &A::project_id),
                      field("number", &A::number),
                      field("start_time", &A::start_time),
                      field("finish_time", &A::finish_time),
                      field("failed", &A::failed),
                      field("events", &A::events)};
  }
  std::vector<IndexEntry> indexes() const { return {{"container_id", container_id.str()}}; }
};

std::string action_id(const ContainerId& container, std::string_view request_id);

/// Begins the event that the action starts with; a delete has none.
void begin(ActionRecord& record, Time now);
/// Ends the event under way and the action; `error` "" = it was done.
void finish(ActionRecord& record, const std::string& error, Time now);
/// Ends a create by what became of the container: made or not, and when it was to run, started or not.
void finish_create(ActionRecord& record, const Container& container, Time now);

/// A task that left the queue of a container.
struct TaskEnd {
  ContainerTask task;
  std::string error;  ///< "" = it was done
};
/// The tasks of `before` that `after` has no more, with what the host said of each.
std::vector<TaskEnd> ended_tasks(const std::vector<ContainerTask>& before, const std::vector<ContainerTask>& after,
                                 const std::vector<TaskResult>& results);

}  // namespace causeway::domain
