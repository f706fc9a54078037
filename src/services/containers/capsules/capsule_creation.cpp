#include <cstring>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/capsule/capsule_members.hpp"
#include "causeway/domain/host/placement.hpp"
#include "causeway/domain/image/image_reference.hpp"
#include "causeway/services/containers/capsules/capsules.hpp"
#include "causeway/services/containers/usage.hpp"

namespace causeway::services {

using boundary::Binding;
using boundary::Reader;
using boundary::ResolvedNet;
using boundary::Writer;
using domain::CapsuleRole;
using domain::Container;

/// Everything that was found out before the transaction: the capsule but for its host and ports.
struct Capsules::Draft {
  domain::CapsuleSpec spec;
  domain::Capsule capsule;
  Container sandbox;
  std::vector<Container> containers, init_containers;
  std::vector<domain::Port> ports;
  std::vector<ResolvedNet> nets;
  std::vector<std::string> names;  ///< of members, each once

  template <class Function>
  void each_member(Function&& function) {
    function(sandbox);
    for (auto& member : init_containers) function(member);
    for (auto& member : containers) function(member);
  }
};

namespace {

std::uint64_t random_number(boundary::IdSource& ids) {
  std::uint64_t number = 0;
  const std::string bytes = ids.random_bytes(sizeof number);
  std::memcpy(&number, bytes.data(), sizeof number);
  return number >> 1;  // names are looked for upwards from here
}

std::vector<boundary::NetWish> wishes_of(const domain::CapsuleSpec& spec) {
  std::vector<boundary::NetWish> wishes;
  for (const auto& net : spec.nets) wishes.push_back({net.network, net.port, net.fixed_ip_v4, net.fixed_ip_v6});
  return wishes;
}

domain::MemberDefaults defaults_of(const ContainersOptions& options) {
  return {options.default_cpu, options.default_memory_mib};
}

}  // namespace

Result<Container> Capsules::draft_member(const domain::Caller& who, Draft& draft,
                                         const domain::CapsuleContainerSpec& spec, CapsuleRole role, int order) {
  domain::ImageRef image;
  if (deps_.options.default_image_driver == "glance") {
    TRY(image, deps_.images.resolve(who, spec.image));
  } else {
    TRY(const auto reference, domain::parse_image_reference(spec.image));
    image.id = domain::in_registry(reference, deps_.options.default_registry).text();
  }
  image.driver = deps_.options.default_image_driver;
  image.pull_policy = spec.pull_policy.empty() ? deps_.options.default_pull_policy : spec.pull_policy;
  draft.names.push_back(domain::member_name(draft.capsule, random_number(deps_.ids), draft.names));
  return domain::member_of(draft.capsule, spec, role, order,
                           {domain::ContainerId(deps_.ids.uuid()), draft.names.back(), std::move(image)},
                           defaults_of(deps_.options));
}

Result<Capsules::Draft> Capsules::prepare(const domain::Caller& who, const domain::CapsuleSpec& spec) {
  if (who.project_id.empty())
    return failed(Code::forbidden, "policy.no_project", "Creating a capsule needs a token that is scoped to a project.");
  Draft draft;
  draft.spec = spec;
  TRY(draft.nets, deps_.network.resolve(who, wishes_of(spec)));
  auto& capsule = draft.capsule;
  capsule.id = deps_.ids.uuid();
  capsule.project_id = who.project_id;
  capsule.user_id = who.user_id;
  capsule.name = spec.name;
  capsule.labels = spec.labels;
  capsule.annotations = spec.annotations;
  capsule.restart_policy = spec.restart_policy;
  const auto size = domain::size_of(spec, defaults_of(deps_.options));
  capsule.cpu = size.cpu;
  capsule.memory_mib = size.memory_mib;
  capsule.created_at = deps_.clock.now();
  capsule.sandbox = domain::ContainerId(deps_.ids.uuid());
  draft.sandbox = domain::sandbox_of(capsule);
  for (const auto& init : spec.init_containers) {
    TRY(auto member, draft_member(who, draft, init, CapsuleRole::init, int(draft.init_containers.size())));
    draft.init_containers.push_back(std::move(member));
  }
  for (const auto& container : spec.containers) {
    TRY(auto member, draft_member(who, draft, container, CapsuleRole::app, int(draft.init_containers.size())));
    draft.containers.push_back(std::move(member));
  }
  for (const auto& member : draft.init_containers) capsule.init_containers.push_back(member.id);
  for (const auto& member : draft.containers) capsule.containers.push_back(member.id);
  return draft;
}

/// Quota and host. Without a host all members are in Error, and say why.
Result<std::optional<Binding>> Capsules::place(Reader& reader, Draft& draft) {
  const auto& options = deps_.options;
  auto& capsule = draft.capsule;
  TRY(const auto usage, usage_of(reader, capsule.project_id));
  TRY(const auto limits, limits_of(reader, capsule.project_id, options.default_quota));
  TRY_VOID(domain::admit(limits, usage.project, domain::asked_of(draft.spec)));
  TRY(const auto candidates, host_candidates(reader, usage));
  domain::ContainerSpec asked;
  asked.availability_zone = draft.spec.availability_zone;
  const domain::PlacementRules rules{options.default_zone, options.cpu_ratio, options.memory_ratio, options.disk_ratio};
  const auto chosen = domain::place(asked, {capsule.cpu, capsule.memory_mib, 0}, {}, candidates, rules);
  if (chosen) {
    const auto& host = chosen->host;
    capsule.host = host;
    draft.each_member([&](Container& member) { member.host = host; });
    const auto found =
        std::find_if(candidates.begin(), candidates.end(), [&](const auto& c) { return c.host.id == host; });
    return Binding{host, found->host.vtep};
  }
  const auto& refusal = chosen.error();
  log::warn("capsule {} has no host: {}", capsule.id, refusal.message);
  draft.each_member([&](Container& member) {
    member.status = domain::next(member.status, domain::ContainerEvent::not_placed).value_or(member.status);
    member.status_reason = refusal.message;
    member.task_state.clear();
  });
  return std::nullopt;
}

Result<void> Capsules::attach(Writer& writer, const domain::Caller& who, Draft& draft, const Binding& binding,
                              std::size_t& net_at) {
  auto named = binding;
  named.name = draft.capsule.name;
  for (net_at = 0; net_at < draft.nets.size(); ++net_at) {
    const auto& net = draft.nets[net_at];
    TRY(auto port, deps_.network.attach(writer, who, net, draft.sandbox.id.str(), named, {}));
    draft.sandbox.ports.push_back(port.id);
    if (net.port_id) draft.sandbox.kept_ports.push_back(port.id);
    draft.ports.push_back(std::move(port));
  }
  return {};
}

/// The one transaction of a create. `net_at` tells which net an error of the network service is about.
Result<CapsuleWithMembers> Capsules::commit(Writer& writer, const domain::Caller& who, Draft draft,
                                            std::size_t& net_at) {
  TRY(const auto binding, place(writer, draft));
  if (binding) TRY_VOID(attach(writer, who, draft, *binding, net_at));
  TRY_VOID(boundary::put(writer, draft.capsule));
  std::vector<Container> members;
  draft.each_member([&](const Container& member) { members.push_back(member); });
  // the sandbox first: a host that has read half of them begins at the right end
  for (const auto& member : members) TRY_VOID(boundary::put(writer, member));
  return CapsuleWithMembers{std::move(draft.capsule),
                            domain::state_of(members),
                            std::move(draft.containers),
                            std::move(draft.init_containers),
                            {std::move(draft.sandbox), std::move(draft.ports)}};
}

Result<CapsuleWithMembers> Capsules::create(const domain::Caller& who, const domain::CapsuleSpec& spec) {
  TRY(const Draft draft, prepare(who, spec));
  for (int round = 0;; ++round) {
    std::size_t net_at = draft.nets.size();
    auto made = boundary::transact(deps_.store, [&](Writer& writer) { return commit(writer, who, draft, net_at); });
    const bool dry = !made && made.error().reason == "ipam.pool_exhausted" && net_at < draft.nets.size();
    if (!dry || round == deps_.options.max_refills) return made;
    TRY_VOID(deps_.network.refill(draft.nets[net_at]));
  }
}

}  // namespace causeway::services
