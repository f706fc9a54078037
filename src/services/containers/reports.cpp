#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/data/commits.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Container;

namespace {

void count_ignored(std::string_view why) {
  static const auto unknown =
      metrics::counter("causeway_ignored_reports_total", "Reports of hosts that changed nothing", {{"why", "unknown"}});
  static const auto foreign =
      metrics::counter("causeway_ignored_reports_total", "Reports of hosts that changed nothing", {{"why", "foreign"}});
  static const auto refused =
      metrics::counter("causeway_ignored_reports_total", "Reports of hosts that changed nothing", {{"why", "refused"}});
  (why == "unknown" ? unknown : why == "foreign" ? foreign : refused).add();
}

Result<void> apply_host(Writer& writer, const domain::Host& reported, const domain::RegionName& region,
                        const std::string& new_uuid, Time now, Duration grain) {
  TRY(const auto known, boundary::find<domain::Host>(writer, reported.id));
  const domain::Host host = domain::heard_from(known, reported, region, new_uuid, now);
  const bool news = !known || domain::inventory_differs(*known, host);
  if (!news && now - known->last_seen < grain && now >= known->last_seen) return {};
  TRY_VOID(boundary::put(writer, host));
  return {};
}

/// What the report brought to its end.
Result<void> end_actions(Writer& writer, const Container& before, const Container& after,
                         const domain::ContainerReport& report, Time now) {
  using domain::ContainerStatus;
  const bool created = before.status == ContainerStatus::creating && after.status != ContainerStatus::creating;
  if (created) TRY_VOID(end_create_action(writer, after, now));
  for (const auto& end : domain::ended_tasks(before.tasks, after.tasks, report.task_results)) {
    TRY_VOID(end_task_action(writer, after.id, end, now));
  }
  return {};
}

}  // namespace

Result<void> Containers::apply_container(Writer& writer, const domain::HostName& host,
                                         const domain::ContainerReport& report) {
  TRY(auto container, boundary::find<Container>(writer, report.id));
  if (!container) {
    count_ignored("unknown");
    return {};
  }
  if (container->host != host) {
    count_ignored("foreign");
    return {};
  }
  const Time now = deps_.clock.now();
  const Container before = *container;
  switch (domain::apply(*container, report, now)) {
    case domain::ReportOutcome::gone:
      TRY_VOID(end_commits(writer, deps_.images, before.tasks, {}));
      return erase(writer, *container);
    case domain::ReportOutcome::changed:
      TRY_VOID(boundary::put(writer, *container));
      TRY_VOID(end_commits(writer, deps_.images, before.tasks, container->tasks));
      return end_actions(writer, before, *container, report, now);
    case domain::ReportOutcome::refused:
      count_ignored("refused");
      log::debug("container {} in status {} ignores that {} reports {}", report.id, to_name(container->status), host,
                 to_name(report.status));
      return {};
    case domain::ReportOutcome::unchanged:
      return {};
  }
  return {};
}

Result<void> Containers::apply_port(Writer& writer, const domain::HostName& host, const domain::PortReport& report) {
  TRY(const auto port, boundary::find<domain::Port>(writer, report.id));
  if (!port || port->host != host) {
    count_ignored(port ? "foreign" : "unknown");
    return {};
  }
  if (!report.error.empty()) log::warn("port {} on {}: {}", report.id, host, report.error);
  return deps_.network.observed(writer, report.id, report.ready, report.plugged);
}

Result<void> Containers::apply_report(const domain::HostName& host, const boundary::HostReport& report) {
  if (report.host.id != host) {
    return failed(Code::forbidden, "report.foreign_host", "Host {} reports for {}.", host, report.host.id);
  }
  const Time now = deps_.clock.now();
  const std::string new_uuid = deps_.ids.uuid();
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(apply_host(writer, report.host, deps_.region, new_uuid, now, deps_.options.heartbeat_grain));
    for (const auto& container : report.containers) TRY_VOID(apply_container(writer, host, container));
    for (const auto& port : report.ports) TRY_VOID(apply_port(writer, host, port));
    return {};
  });
}

}  // namespace causeway::services
