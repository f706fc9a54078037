#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/lookup.hpp"
#include "causeway/services/containers/names.hpp"
#include "causeway/services/containers/usage.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Container;

/// Quota and the host's capacity, for what is asked on top of what the container has.
Result<void> Containers::check_size(Reader& reader, const Container& container, double cpu, std::int64_t memory_mib) {
  constexpr double tolerance = 1e-6;
  const double more_cpu = cpu - container.cpu;
  const std::int64_t more_memory = memory_mib - container.memory_mib;
  TRY(const auto usage, usage_of(reader, container.project_id));
  TRY(const auto limits, limits_of(reader, container.project_id, deps_.options.default_quota));
  TRY_VOID(domain::admit(limits, usage.project, {0, std::max<std::int64_t>(more_memory, 0), std::max(more_cpu, 0.0), 0}));
  TRY(const auto host, boundary::find<domain::Host>(reader, container.host));
  const auto held = usage.by_host.find(container.host);
  if (!host || held == usage.by_host.end()) return {};
  const bool cpu_fits = more_cpu <= 0 || held->second.cpu + more_cpu <= host->cpus * deps_.options.cpu_ratio + tolerance;
  const bool memory_fits = more_memory <= 0 || double(held->second.memory_mib + more_memory) <=
                                                   double(host->memory_mib) * deps_.options.memory_ratio;
  if (cpu_fits && memory_fits) return {};
  return failed(Code::conflict, "container.no_room", "The host of container {} has not that much {} left.",
                container.id, cpu_fits ? "memory" : "cpu");
}

Result<ContainerWithPorts> Containers::update(const domain::Caller& who, const std::string& ident,
                                              const domain::ContainerUpdate& update, domain::ContainerAction action) {
  const Time now = deps_.clock.now();
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<ContainerWithPorts> {
    TRY(auto container, find_container(writer, who, ident));
    if (update.resizes() && container.host.empty())
      return failed(Code::invalid, "container.uncreated", "Cannot operate an uncreated container.");
    TRY_VOID(check_allowed(writer, container, action));
    if (update.cpu && *update.cpu != container.cpu && !container.cpuset.empty()) {
      return failed(
          fail(Code::invalid, "container.pinned", "Container {} has CPUs of its own; their number is fixed.", container.id)
              .at("cpu"));
    }
    if (!update.name && !update.auto_heal && !update.resizes()) return with_ports(writer, std::move(container));
    if (update.name)
      TRY_VOID(check_name_is_free(writer, deps_.options, container.project_id, container.id, *update.name));
    const double cpu = update.cpu.value_or(container.cpu);
    const auto memory = update.memory_mib.value_or(container.memory_mib);
    if (update.resizes()) TRY_VOID(check_size(writer, container, cpu, memory));
    container.name = update.name.value_or(container.name);
    container.auto_heal = update.auto_heal.value_or(container.auto_heal);
    container.cpu = cpu;
    container.memory_mib = memory;
    container.updated_at = now;
    TRY_VOID(boundary::put(writer, container));
    return with_ports(writer, std::move(container));
  });
}

Result<ContainerWithPorts> Containers::rename(const domain::Caller& who, const std::string& ident,
                                              const std::string& name) {
  const Time now = deps_.clock.now();
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<ContainerWithPorts> {
    TRY(auto container, find_container(writer, who, ident));
    if (container.name == name) {
      return failed(Code::conflict, "container.same_name",
                    "The new name for the container is the same as the old name.");
    }
    TRY_VOID(check_name_is_free(writer, deps_.options, container.project_id, container.id, name));
    container.name = name;
    container.updated_at = now;
    TRY_VOID(boundary::put(writer, container));
    return with_ports(writer, std::move(container));
  });
}

}  // namespace causeway::services
