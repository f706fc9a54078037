#pragma once

#include <string>

#include "causeway/domain/container/container.hpp"

/// What a host's report of one container does to the region's record. Pure.
namespace causeway::domain {

enum class ReportOutcome {
  unchanged,  ///< nothing new: the record is not written, so that reports and feeds do not chase each other
  changed,
  gone,     ///< the record is to be erased and its ports let go
  refused,  ///< the container's status has no such event: ignored and counted
};

/// Applies `report` to `container`, which is on the reporting host. A container that is being deleted stays so until
/// its host says `gone`; `gone` of one that nobody asked to delete makes it an Error, not a loss. A container with
/// auto_remove that was seen to have exited is asked to be removed. While tasks are queued their task_state stands.
ReportOutcome apply(Container& container, const ContainerReport& report, Time now);

/// A port that its host let go of, and whether it outlives the container.
struct LetGo {
  PortId port;
  bool kept = false;
};
/// Takes the detaching ports that the report says are free off the container.
std::vector<LetGo> let_go(Container& container, const ContainerReport& report);

/// Queues a task (the caller checked that it is allowed) and shows it at once. A start, a stop or a rebuild also says
/// whether the container is to run should it have to be made again.
void enqueue(Container& container, ContainerTask task);
/// Asks the host to delete the container; what was queued is moot.
void ask_removal(Container& container, bool stop_first);

/// Its host was given up: what it does is not known, for the reason given. One that was to be deleted is as good as
/// deleted for its user. Whether anything changed.
bool lose_host(Container& container, const std::string& reason, Time now);
/// The user is rid of it now; its host removes it when it is back.
void abandon(Container& container);

/// "Up 12 seconds", "Exited(0) 3 mins ago", "Created": how the container stands at `now`; "" when there is nothing to
/// say.
std::string status_detail_at(const Container& container, Time now);

}  // namespace causeway::domain
