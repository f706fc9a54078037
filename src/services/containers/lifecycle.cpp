#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/domain/container/shell_words.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/data/commits.hpp"
#include "causeway/services/containers/hosts/host_loss.hpp"
#include "causeway/services/containers/lookup.hpp"
#include "causeway/services/containers/on_host.hpp"
#include "causeway/services/containers/policy.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Container;
using domain::ContainerAction;

namespace {

ContainerAction action_of(RemoveMode mode) {
  switch (mode) {
    case RemoveMode::normal:
      return ContainerAction::remove;
    case RemoveMode::force:
      return ContainerAction::remove_force;
    case RemoveMode::stop:
      return ContainerAction::remove_stop;
  }
  return ContainerAction::remove;
}

}  // namespace


Result<void> Containers::remove(const domain::Caller& who, const std::string& ident, RemoveMode mode,
                                ProjectScope projects, const std::string& request_id) {
  if (projects == ProjectScope::all) TRY_VOID(policy().check("container:delete_all_projects", who));
  if (mode == RemoveMode::force) TRY_VOID(policy().check("container:delete_force", who));
  const Time now = deps_.clock.now();
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto container, find_container(writer, who, ident));
    TRY_VOID(check_allowed(container, action_of(mode)));
    TRY(const auto host, boundary::find<domain::Host>(writer, container.host));
    // no host ever heard of it, or the one that did was given up for good
    if (!host) {
      TRY_VOID(end_commits(writer, deps_.images, container.tasks, {}));
      return erase_container(writer, deps_.network, container);
    }
    const auto queued = container.tasks;
    domain::ask_removal(container, mode == RemoveMode::stop);
    if (!domain::is_up(*host)) domain::abandon(container);
    container.updated_at = now;
    TRY_VOID(boundary::put(writer, container));
    TRY_VOID(end_commits(writer, deps_.images, queued, container.tasks));
    for (const auto& task : queued) {
      TRY_VOID(end_task_action(writer, container.id, {task, "The container was deleted before its host did this."}, now));
    }
    return begin_action(writer, who, container.id, "delete", request_id, now);
  });
}

Result<void> Containers::act(const domain::Caller& who, const std::string& ident, const TaskRequest& request) {
  const Time now = deps_.clock.now();
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto container, find_container(writer, who, ident));
    TRY_VOID(check_allowed(writer, container, domain::action_of(request.action)));
    TRY_VOID(living_host(writer, container));
    return queue_task(writer, who, container, {0, request.action, request.timeout, request.signal, request.request_id},
                      now);
  });
}

/// The container with the task in its queue, and the row of the action.
Result<void> Containers::queue_task(Writer& writer, const domain::Caller& who, Container& container,
                                    domain::ContainerTask task, Time now) {
  if (container.tasks.size() >= deps_.options.max_tasks) {
    return failed(Code::exhausted, "container.too_many_tasks",
                  "Container {} already has {} actions that its host has not done yet.", container.id,
                  container.tasks.size());
  }
  TRY_VOID(begin_action(writer, who, container.id, to_name(task.action), task.request_id, now));
  domain::enqueue(container, std::move(task));
  container.updated_at = now;
  TRY_VOID(boundary::put(writer, container));
  return {};
}

Result<boundary::ExecResult> Containers::execute(const domain::Caller& who, const std::string& ident,
                                                 const std::string& command) {
  TRY(const auto words, domain::split_words(command));
  if (words.empty())
    return failed(fail(Code::invalid, "spec.bad_value", "'command' names nothing to execute.").at("command"));
  TRY(const auto there, find_on_host(deps_.store, who, ident, ContainerAction::execute));
  auto done = deps_.hosts.execute(there.host, there.container.id, words, deps_.options.execute_timeout);
  if (!done && done.error().code == Code::timeout) {
    return failed(Code::conflict, "container.execute_timeout", "Timeout on executing command: {}", command);
  }
  return done;
}

}  // namespace causeway::services
