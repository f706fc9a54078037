#include "causeway/services/containers/reports.hpp"

#include <array>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/services/common/facts/port_faults.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/data/commits.hpp"
#include "causeway/services/containers/hosts/host_loss.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Container;

namespace {

enum class Ignored { unknown, foreign, refused, late };

void count_ignored(Ignored why) {
  static const auto counter = [](std::string_view label) {
    return metrics::counter("causeway_ignored_reports_total", "Reports of hosts that changed nothing",
                            {{"why", std::string(label)}});
  };
  static const std::array counters{counter("unknown"), counter("foreign"), counter("refused"), counter("late")};
  counters[std::size_t(why)].add();
}

/// A port that its container could not be connected with goes again.
void give_up_failed_attach(Container& container, const domain::TaskEnd& end) {
  const bool failed_attach = end.task.action == domain::TaskAction::network_attach && !end.error.empty();
  const auto listed = [&](const auto& ports) { return std::ranges::find(ports, end.task.port_id) != ports.end(); };
  if (failed_attach && listed(container.ports) && !listed(container.detaching_ports))
    container.detaching_ports.push_back(end.task.port_id);
}

/// What the report brought to its end.
Result<void> end_actions(Writer& writer, const Container& before, const Container& after,
                         const std::vector<domain::TaskEnd>& ends, Time now) {
  using domain::ContainerStatus;
  // its host may have been lost, and found again, in between
  const auto is_open = [](ContainerStatus s) { return s == ContainerStatus::creating || s == ContainerStatus::unknown; };
  if (is_open(before.status) && !is_open(after.status)) TRY_VOID(end_create_action(writer, after, now));
  for (const auto& end : ends) TRY_VOID(end_task_action(writer, after.id, end, now));
  return {};
}

}  // namespace

Result<void> Reports::apply_container(Writer& writer, const domain::HostName& host,
                                      const domain::ContainerReport& report, Trust trust, Time now) {
  TRY(auto container, boundary::find<Container>(writer, report.id));
  if (!container || container->host != host) {
    count_ignored(container ? Ignored::foreign : Ignored::unknown);
    return {};
  }
  if (trust == Trust::ends_only && !(report.gone && container->remove)) return {};
  const Container before = *container;
  const auto free = domain::let_go(*container, report);
  for (const auto& [port, kept] : free) {
    TRY_VOID(deps_.network.detach_one(writer, port, kept ? boundary::PortFate::unbound : boundary::PortFate::erased));
  }
  auto outcome = domain::apply(*container, report, now);
  if (outcome == domain::ReportOutcome::unchanged && !free.empty()) outcome = domain::ReportOutcome::changed;
  switch (outcome) {
    case domain::ReportOutcome::gone:
      TRY_VOID(end_commits(writer, deps_.images, before.tasks, {}));
      return erase_container(writer, deps_.network, *container);
    case domain::ReportOutcome::changed: {
      const auto ends = domain::ended_tasks(before.tasks, container->tasks, report.task_results);
      for (const auto& end : ends) give_up_failed_attach(*container, end);
      TRY_VOID(boundary::put(writer, *container));
      TRY_VOID(end_commits(writer, deps_.images, before.tasks, container->tasks));
      return end_actions(writer, before, *container, ends, now);
    }
    case domain::ReportOutcome::refused:
      if (!free.empty()) TRY_VOID(boundary::put(writer, *container));
      count_ignored(Ignored::refused);
      log::debug("container {} in status {} ignores that {} reports {}", report.id, to_name(container->status), host,
                 to_name(report.status));
      return {};
    case domain::ReportOutcome::unchanged:
      return {};
  }
  return {};
}

Result<void> Reports::apply_port(Writer& writer, const domain::HostName& host, const domain::PortReport& report) {
  TRY(const auto port, boundary::find<domain::Port>(writer, report.id));
  if (!port || port->host != host) {
    count_ignored(port ? Ignored::foreign : Ignored::unknown);
    return {};
  }
  if (!report.error.empty()) log::warn("port {} on {}: {}", report.id, host, report.error);
  TRY_VOID(note_fault(writer, report.id, report.ready ? "" : report.error));
  return deps_.network.observed(writer, report.id, report.ready, report.plugged);
}

Result<void> Reports::apply_routing(Writer& writer, const domain::HostName& host, domain::HostRouting routing) {
  routing.id = domain::HostRouting::id_of(deps_.region, host);
  routing.region = deps_.region;
  routing.host = host;
  TRY(const auto known, writer.find(domain::HostRouting::kind, routing.id));
  if (known && known->body == encode(routing)) return {};
  TRY_VOID(boundary::put(writer, routing));
  return {};
}

/// A full report names everything that the host was told of. What it once had and does not know any more is lost. One
/// that it was never seen to have may be news to it, and one that is to be removed is so when the host says it.
Result<void> Reports::settle_absent(Writer& writer, const boundary::HostReport& report, Time now) {
  std::set<domain::ContainerId> named;
  for (const auto& container : report.containers) named.insert(container.id);
  TRY(const auto held, boundary::list<Container>(writer, boundary::By{"host", report.host.id.str()}));
  for (const auto& container : held) {
    if (named.contains(container.id) || container.engine_id.empty() || container.remove || container.auto_remove)
      continue;
    domain::ContainerReport lost;
    lost.id = container.id;
    lost.gone = true;
    lost.task_done = container.task_done;
    TRY_VOID(apply_container(writer, report.host.id, lost, Trust::all, now));
  }
  return {};
}

Result<Reports::Applied> Reports::apply_all(Writer& writer, const boundary::HostReport& report,
                                            const std::string& new_uuid, Time now) {
  const auto& name = report.host.id;
  TRY(const auto known, boundary::find<domain::Host>(writer, name));
  const auto reports = deps_.liveness.since_record(name).reports;
  const auto host = domain::heard_from(known, report.host, deps_.region, new_uuid, now, reports);
  const bool aged = known && (now - known->last_seen >= deps_.options.heartbeat_grain || now < known->last_seen);
  const Applied out{host.forced_down ? Trust::ends_only : Trust::all, !known || known->down,
                    !known || aged || domain::inventory_differs(*known, host)};
  if (out.written) TRY_VOID(boundary::put(writer, host));
  if (known && known->down) log::info("host {} is back", name);
  for (const auto& container : report.containers) TRY_VOID(apply_container(writer, name, container, out.trust, now));
  if (out.trust == Trust::ends_only) return out;
  for (const auto& port : report.ports) TRY_VOID(apply_port(writer, name, port));
  if (report.routing) TRY_VOID(apply_routing(writer, name, *report.routing));
  if (report.full) TRY_VOID(settle_absent(writer, report, now));
  return out;
}

Result<boundary::ReportAnswer> Reports::apply(const domain::HostName& host, const boundary::HostReport& report) {
  if (report.host.id != host) {
    return failed(Code::forbidden, "report.foreign_host", "Host {} reports for {}.", host, report.host.id);
  }
  if (deps_.applied) deps_.applied(host, report.applied);
  auto& liveness = deps_.liveness;
  switch (liveness.heard(report, deps_.options.heartbeat_grain)) {
    case HostLiveness::Word::late:
      count_ignored(Ignored::late);
      return boundary::ReportAnswer{};
    case HostLiveness::Word::routine:
      return boundary::ReportAnswer{liveness.wants_all(host)};
    case HostLiveness::Word::news:
      break;
  }
  const Time now = deps_.clock.now();
  const std::string new_uuid = deps_.ids.uuid();
  TRY(const auto applied, boundary::transact(deps_.store, [&](Writer& writer) {
        return apply_all(writer, report, new_uuid, now);
      }));
  if (applied.written) liveness.counted(host);
  if (applied.trust == Trust::ends_only) return boundary::ReportAnswer{};
  liveness.recorded(report);
  if (report.full) {
    liveness.received_all(host);
  } else if (applied.came_back) {
    liveness.want_all(host);
  }
  return boundary::ReportAnswer{liveness.wants_all(host)};
}

}  // namespace causeway::services
