#include "causeway/services/central/sharing/rbac_policies.hpp"

#include <algorithm>

#include "causeway/domain/network/pools/address_scope.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::access_as_external;
using domain::access_as_shared;
using domain::every_project;
using domain::Network;
using domain::RbacPolicy;

namespace {

using Policies = std::vector<RbacPolicy>;

Result<Policies> policies_of(Reader& reader, const std::string& object) {
  return boundary::list<RbacPolicy>(reader, By{"object", object});
}

struct Grant {
  bool to_all = false;
  std::vector<domain::ProjectId> to;
  bool any() const { return to_all || !to.empty(); }
};
Grant granted(const Policies& policies, std::string_view action) {
  Grant out;
  for (const auto& policy : policies) {
    if (policy.action != action) continue;
    if (policy.target_tenant == every_project) out.to_all = true;
    else out.to.emplace_back(policy.target_tenant);
  }
  return out;
}

template <class T>
Result<void> write_grants(const CentralDeps& deps, Writer& writer, const std::string& id) {
  TRY(auto object, boundary::find<T>(writer, id));
  if (!object) return {};
  TRY(const auto policies, policies_of(writer, id));
  const auto shared = granted(policies, access_as_shared);
  object->shared = shared.to_all;
  object->shared_with = shared.to;
  if constexpr (std::same_as<T, Network>) {
    const auto external = granted(policies, access_as_external);
    object->external_to = external.to_all ? std::vector<domain::ProjectId>() : external.to;
  }
  return central::put_changed(writer, *object, deps.clock.now());
}

template <class T>
Result<domain::ProjectId> owner_of(Reader& reader, const domain::Caller& who, const std::string& id) {
  TRY(const auto object, boundary::find<T>(reader, id));
  const bool seen = object && domain::sees_object(who, *object);
  if (!seen) return central::absent(T::kind, id);
  return object->project_id;
}

/// What can be shared.
struct Kind {
  std::string_view name;
  Result<void> (*write)(const CentralDeps&, Writer&, const std::string&);
  Result<domain::ProjectId> (*owner)(Reader&, const domain::Caller&, const std::string&);
};
template <class T>
constexpr Kind kind_of() {
  return {T::kind, &write_grants<T>, &owner_of<T>};
}
constexpr Kind kinds[] = {kind_of<Network>(), kind_of<domain::SubnetPool>(), kind_of<domain::AddressScope>(), kind_of<domain::QosPolicy>()};

const Kind* find_kind(std::string_view name) {
  const auto found = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& kind) { return kind.name == name; });
  return found == std::end(kinds) ? nullptr : &*found;
}

Result<void> write_object(const CentralDeps& deps, Writer& writer, const RbacPolicy& policy) {
  return find_kind(policy.object_type)->write(deps, writer, policy.object_id);
}

std::unexpected<Error> in_use(const RbacPolicy& policy, std::string_view by) {
  return failed(Code::conflict, "rbac_policy.in_use", "RBAC policy on object {} cannot be removed because other objects depend on it: {}.",
                policy.object_id, by);
}

/// Nobody else who has ports on the network would be left with a network that he does not see.
Result<void> check_network_unused(Reader& reader, const RbacPolicy& policy) {
  TRY(const auto network, boundary::find<Network>(reader, policy.object_id));
  if (!network) return {};
  TRY(auto left, policies_of(reader, policy.object_id));
  std::erase_if(left, [&](const RbacPolicy& other) { return other.id == policy.id; });
  const By on_network{"network_id", policy.object_id};
  if (policy.action == access_as_shared) {
    const auto shared = granted(left, access_as_shared);
    TRY(const auto ports, boundary::list<domain::Port>(reader, on_network));
    for (const auto& port : ports) {
      const bool still = shared.to_all || port.project_id.empty() || port.project_id == network->project_id ||
                         std::ranges::find(shared.to, port.project_id) != shared.to.end();
      if (!still) return in_use(policy, fmt::format("port {}", port.id));
    }
  } else if (!granted(left, access_as_external).any()) {
    return in_use(policy, "a network stays external, and somebody must see it");
  }
  return {};
}

Result<void> check_is_external(Reader& reader, const RbacPolicy& policy) {
  TRY(const auto network, boundary::find<Network>(reader, policy.object_id));
  if (network && network->external) return {};
  return failed(fail(Code::invalid, "rbac_policy.bad_action", "Network {} was not made external, and cannot become it.", policy.object_id).at("action"));
}

Result<void> check_loss(Reader& reader, const RbacPolicy& policy) {
  if (policy.object_type == Network::kind) return check_network_unused(reader, policy);
  return {};
}

}  // namespace

Result<void> RbacPolicies::complete(Writer& writer, const domain::Caller& who, const RbacPolicy* before, RbacPolicy& policy) {
  const Kind* kind = find_kind(policy.object_type);
  if (kind == nullptr) {
    return failed(fail(Code::invalid, "rbac_policy.bad_type",
                       "Invalid input for object_type. Reason: '{}' is not in ['network', 'subnetpool', 'address_scope', 'qos_policy'].",
                       policy.object_type)
                      .at("object_type"));
  }
  const bool external = policy.action == access_as_external;
  if (policy.action != access_as_shared && !(external && policy.object_type == Network::kind)) {
    return failed(fail(Code::invalid, "rbac_policy.bad_action", "RBAC action '{}' is not valid for object type '{}'.", policy.action,
                       policy.object_type)
                      .at("action"));
  }
  if (policy.target_tenant.empty()) {
    return failed(fail(Code::invalid, "rbac_policy.no_target", "Invalid input for target_tenant. Reason: it is empty.").at("target_tenant"));
  }
  if ((policy.target_tenant == every_project || external) && !who.is_admin()) return central::denied("create_rbac_policy:target_tenant");
  if (before == nullptr) {
    TRY(const auto owner, kind->owner(writer, who, policy.object_id));
    if (!who.sees(owner)) return central::denied("create_rbac_policy");
    if (external) TRY_VOID(check_is_external(writer, policy));
    policy.project_id = owner;
  } else if (before->target_tenant != policy.target_tenant) {
    TRY_VOID(check_loss(writer, *before));
  }
  TRY(const auto others, policies_of(writer, policy.object_id));
  for (const auto& other : others) {
    if (other.id == policy.id || other.action != policy.action || other.target_tenant != policy.target_tenant) continue;
    return failed(Code::conflict, "rbac_policy.exists", "An RBAC policy already exists with those values.");
  }
  return {};
}

Result<void> RbacPolicies::check_removal(Writer& writer, const RbacPolicy& policy) { return check_loss(writer, policy); }
Result<void> RbacPolicies::written(Writer& writer, const RbacPolicy& policy) { return write_object(deps_, writer, policy); }
Result<void> RbacPolicies::removed(Writer& writer, const RbacPolicy& policy) { return write_object(deps_, writer, policy); }

namespace {

Result<void> note_star(const CentralDeps& deps, Writer& writer, const RbacPolicy& like, bool wanted) {
  TRY(const auto policies, policies_of(writer, like.object_id));
  const auto star = std::find_if(policies.begin(), policies.end(), [&](const RbacPolicy& policy) {
    return policy.action == like.action && policy.target_tenant == every_project;
  });
  if (wanted == (star != policies.end())) return {};
  if (!wanted) {
    TRY_VOID(boundary::erase<RbacPolicy>(writer, star->id));
    return {};
  }
  RbacPolicy policy = like;
  policy.id = domain::RbacPolicyId(deps.ids.uuid());
  policy.target_tenant = every_project;
  TRY_VOID(boundary::put(writer, policy));
  return {};
}

}  // namespace

template <class T>
Result<void> central::note_sharing(const CentralDeps& deps, Writer& writer, const T& object) {
  RbacPolicy policy;
  policy.project_id = object.project_id;
  policy.object_type = T::kind;
  policy.object_id = object.id.str();
  policy.action = access_as_shared;
  TRY_VOID(note_star(deps, writer, policy, object.shared));
  if constexpr (std::same_as<T, Network>) {
    policy.action = access_as_external;
    TRY_VOID(note_star(deps, writer, policy, object.external && object.external_to.empty()));
  }
  return {};
}
template Result<void> central::note_sharing(const CentralDeps&, Writer&, const Network&);
template Result<void> central::note_sharing(const CentralDeps&, Writer&, const domain::SubnetPool&);
template Result<void> central::note_sharing(const CentralDeps&, Writer&, const domain::AddressScope&);
template Result<void> central::note_sharing(const CentralDeps&, Writer&, const domain::QosPolicy&);

Result<void> central::forget_sharing(Writer& writer, const std::string& object) {
  TRY(const auto policies, policies_of(writer, object));
  for (const auto& policy : policies) TRY_VOID(boundary::erase<RbacPolicy>(writer, policy.id));
  return {};
}

}  // namespace causeway::services
