#include <cstring>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_name.hpp"
#include "causeway/domain/host/placement.hpp"
#include "causeway/domain/image/image_reference.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/hosts/abilities.hpp"
#include "causeway/services/containers/hosts/affinity.hpp"
#include "causeway/services/containers/registries/registries.hpp"
#include "causeway/services/containers/names.hpp"
#include "causeway/services/containers/usage.hpp"
#include "causeway/services/containers/volume_host.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::ResolvedNet;
using boundary::Writer;
using domain::Container;

/// Everything that was found out before the transaction: the container but for its host and ports.
struct Containers::Draft {
  Container container;
  domain::ContainerSpec spec;
  std::vector<ResolvedNet> nets;
  std::string request_id;
};

/// Where it goes; no binding = nowhere, and why.
struct Containers::Placed {
  std::optional<boundary::Binding> binding;
  Error refusal;
  bool disk_quota = false;  ///< the host can limit disk space
  std::string cpuset{};     ///< CPUs of its own
};

namespace {

std::uint64_t random_number(boundary::IdSource& ids) {
  std::uint64_t number = 0;
  const std::string bytes = ids.random_bytes(sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

std::vector<boundary::NetWish> wishes_of(const domain::ContainerSpec& spec) {
  std::vector<boundary::NetWish> wishes;
  for (const auto& net : spec.nets) wishes.push_back({net.network, net.port, net.fixed_ip_v4, net.fixed_ip_v6});
  return wishes;
}

/// Quota counts what the request names; defaults are not held against the user who named nothing.
domain::QuotaUsage asked_of(const domain::ContainerSpec& spec) {
  return {1, spec.memory_mib.value_or(0), spec.cpu.value_or(0), spec.disk_gib.value_or(0)};
}

void copy_wishes(const domain::ContainerSpec& spec, const ContainersOptions& options, Container& container) {
  container.image = spec.image;
  container.command = spec.command;
  container.entrypoint = spec.entrypoint;
  container.environment = spec.environment;
  container.labels = spec.labels;
  container.workdir = spec.workdir;
  container.hostname = spec.hostname;
  container.runtime = spec.runtime;
  container.cpu = spec.cpu.value_or(options.default_cpu);
  container.memory_mib = spec.memory_mib.value_or(options.default_memory_mib);
  container.disk_gib = spec.disk_gib;
  container.cpu_policy = spec.cpu_policy;
  container.restart_policy = spec.restart_policy;
  container.healthcheck = spec.healthcheck;
  container.interactive = spec.interactive;
  container.tty = spec.tty;
  container.auto_remove = spec.auto_remove;
  container.auto_heal = spec.auto_heal;
  container.availability_zone = spec.availability_zone;
  container.privileged = spec.privileged;
  container.mounts = spec.mounts;
  container.wanted_ports = spec.exposed_ports;
}

/// What the Engine shall pull. Credentials go to the registry that they are for, so an image of another one is refused.
Result<std::string> reference_of(const std::string& image, const std::optional<domain::Registry>& registry,
                                 const std::string& default_registry) {
  TRY(auto reference, domain::parse_image_reference(image));
  reference = domain::in_registry(std::move(reference), registry ? registry->domain : default_registry);
  if (registry && !domain::is_of_registry(reference, registry->domain)) {
    return failed(fail(Code::invalid, "image.other_registry", "Image {} is not of registry {}, which is {}.", image,
                       registry->name.empty() ? registry->id.str() : registry->name, registry->domain)
                      .at("image"));
  }
  return reference.text();
}

/// Disk space can be limited on some hosts only; where it can, it is.
Result<void> keep_with_quota(const std::optional<std::int64_t>& disk_gib, std::vector<domain::HostCandidate>& candidates) {
  if (!disk_gib || candidates.empty()) return {};
  const auto lacks = [](const domain::HostCandidate& candidate) { return !candidate.host.disk_quota; };
  if (std::all_of(candidates.begin(), candidates.end(), lacks)) {
    return failed(Code::exhausted, "placement.no_disk_quota", "Your host does not support disk quota feature.");
  }
  std::erase_if(candidates, lacks);
  return {};
}

}  // namespace

Result<domain::ImageRef> Containers::image_of(const domain::Caller& who, const domain::ContainerSpec& spec) {
  // who names a registry means an image of it
  const std::string otherwise = spec.registry.empty() ? deps_.options.default_image_driver : "docker";
  const std::string driver = spec.image_driver.empty() ? otherwise : spec.image_driver;
  std::optional<domain::Registry> registry;
  if (!spec.registry.empty()) {
    TRY(registry, boundary::view(deps_.store, [&](Reader& reader) { return find_registry(reader, who, spec.registry); }));
  }
  domain::ImageRef ref;
  if (driver == "glance") {
    TRY(ref, deps_.images.resolve(who, spec.image));
  } else {
    TRY(ref.id, reference_of(spec.image, registry, deps_.options.default_registry));
  }
  ref.driver = driver;
  if (registry) ref.registry_id = registry->id.str();
  ref.pull_policy = spec.image_pull_policy.empty() ? deps_.options.default_pull_policy : spec.image_pull_policy;
  return ref;
}

Result<Containers::Draft> Containers::prepare(const domain::Caller& who, const domain::ContainerSpec& spec, bool run,
                                              const std::string& request_id) {
  if (who.project_id.empty())
    return failed(Code::forbidden, "policy.no_project",
                  "Creating a container needs a token that is scoped to a project.");
  Draft draft{{}, spec, {}, request_id};
  auto& container = draft.container;
  if (!spec.security_groups.empty()) {
    TRY(container.security_groups, deps_.network.resolve_groups(who, spec.security_groups));
  }
  TRY(draft.nets, deps_.network.resolve(who, wishes_of(spec)));
  TRY(container.image_ref, image_of(who, spec));
  copy_wishes(spec, deps_.options, container);
  container.id = domain::ContainerId(deps_.ids.uuid());
  container.project_id = who.project_id;
  container.user_id = who.user_id;
  container.name = spec.name.empty() ? domain::generated_container_name(random_number(deps_.ids)) : spec.name;
  container.run = run;
  container.task_state = domain::task_state_creating;
  container.created_at = deps_.clock.now();
  return draft;
}

Result<Containers::Placed> Containers::choose_host(Reader& reader, const Draft& draft) {
  TRY(const auto usage, usage_of(reader, draft.container.project_id, draft.container.image_ref.id));
  TRY(const auto limits, limits_of(reader, draft.container.project_id, deps_.options.default_quota));
  TRY_VOID(domain::admit(limits, usage.project, asked_of(draft.spec)));
  TRY(auto candidates, host_candidates(reader, usage));
  const auto find_host = [&](const std::string& name) {
    return std::find_if(candidates.begin(), candidates.end(),
                        [&](const auto& candidate) { return candidate.host.id.str() == name; });
  };
  if (!draft.spec.host.empty() && find_host(draft.spec.host) == candidates.end()) {
    return failed(fail(Code::not_found, "host.not_found", "Host {} could not be found.", draft.spec.host).at("host"));
  }
  TRY(const auto holding_volumes, volume_host(reader, draft.container.project_id, draft.spec.mounts));
  if (holding_volumes) std::erase_if(candidates, [&](const auto& candidate) { return candidate.host.id != *holding_volumes; });
  if (auto fits = keep_with_quota(draft.spec.disk_gib, candidates); !fits) return Placed{std::nullopt, std::move(fits).error()};
  TRY(const auto abilities, needed_abilities(reader, draft.nets));
  if (auto able = keep_able(abilities, draft.spec.host, candidates); !able) return Placed{std::nullopt, std::move(able).error()};
  const auto& options = deps_.options;
  const domain::PlacementRules rules{options.default_zone, options.cpu_ratio, options.memory_ratio,
                                     options.disk_ratio};
  const domain::Footprint needs{draft.container.cpu, draft.container.memory_mib, draft.spec.disk_gib.value_or(0)};
  TRY(const auto affinity, affinity_of(reader, draft.container.project_id, draft.spec));
  auto chosen = domain::place(draft.spec, needs, affinity, candidates, rules);
  if (!chosen) return Placed{std::nullopt, std::move(chosen).error()};
  const auto& host = find_host(chosen->host.str())->host;
  return Placed{boundary::Binding{chosen->host, host.vtep, draft.container.hostname.empty() ? draft.container.name : draft.container.hostname}, {}, host.disk_quota, chosen->cpuset};
}

/// The one transaction of a create. `net_at` tells which net an error of the network service is about.
Result<ContainerWithPorts> Containers::commit(Writer& writer, const domain::Caller& who, const Draft& draft,
                                              std::size_t& net_at) {
  ContainerWithPorts made{draft.container, {}};
  auto& container = made.container;
  TRY_VOID(check_name_is_free(writer, deps_.options, container.project_id, container.id, container.name));
  TRY(const auto placed, choose_host(writer, draft));
  if (placed.binding) {
    container.host = placed.binding->host;
    container.cpuset = placed.cpuset;
    if (placed.disk_quota && !container.disk_gib) container.disk_gib = deps_.options.default_disk_gib;
    for (net_at = 0; net_at < draft.nets.size(); ++net_at) {
      const auto& net = draft.nets[net_at];
      TRY(auto port,
          deps_.network.attach(writer, who, net, container.id.str(), *placed.binding, container.security_groups));
      container.ports.push_back(port.id);
      if (net.port_id) container.kept_ports.push_back(port.id);
      made.ports.push_back(std::move(port));
    }
  } else {
    container.status = domain::next(container.status, domain::ContainerEvent::not_placed).value_or(container.status);
    container.status_reason = placed.refusal.message;
    container.task_state.clear();
  }
  TRY_VOID(boundary::put(writer, container));
  TRY_VOID(begin_action(writer, who, container.id, "create", draft.request_id, container.created_at));
  if (!placed.binding) TRY_VOID(end_create_action(writer, container, container.created_at));
  return made;
}

Result<ContainerWithPorts> Containers::create(const domain::Caller& who, const domain::ContainerSpec& spec, bool run,
                                              const std::string& request_id) {
  TRY(const Draft draft, prepare(who, spec, run, request_id));
  for (int round = 0;; ++round) {
    std::size_t net_at = 0;
    auto made = boundary::transact(deps_.store, [&](Writer& writer) { return commit(writer, who, draft, net_at); });
    if (made && made->container.status == domain::ContainerStatus::error) {
      log::warn("container {} has no host: {}", made->container.id, made->container.status_reason);
    }
    const bool dry = !made && made.error().reason == "ipam.pool_exhausted" && net_at < draft.nets.size();
    if (!dry || round == deps_.options.max_refills) return made;
    TRY_VOID(deps_.network.refill(draft.nets[net_at]));
  }
}

}  // namespace causeway::services
