#include "causeway/services/central/pools/subnet_pools.hpp"

#include <algorithm>

#include "causeway/domain/network/pools/address_scope.hpp"
#include "causeway/domain/network/pools/block_hold.hpp"
#include "causeway/services/central/sharing/rbac_policies.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Cidr;
using domain::Subnet;
using domain::SubnetPool;

namespace {

bool overlap(const std::vector<Cidr>& left, const std::vector<Cidr>& right) {
  return std::any_of(left.begin(), left.end(), [&](const Cidr& a) {
    return std::any_of(right.begin(), right.end(), [&](const Cidr& b) { return a.overlaps(b); });
  });
}

Result<void> check_scope(Reader& reader, const Caller& who, const SubnetPool& pool) {
  if (!pool.address_scope_id) return {};
  TRY(const auto scope, boundary::find<domain::AddressScope>(reader, *pool.address_scope_id));
  if (!scope || !domain::sees_object(who, *scope)) return central::absent("address_scope", *pool.address_scope_id);
  if (scope->ip_version != pool.ip_version) {
    return failed(fail(Code::invalid, "subnetpool.scope_version",
                       "Illegal subnetpool association: subnetpool {} cannot associate with address scope {} because subnetpool ip_version is not {}.",
                       pool.id, scope->id, scope->ip_version)
                      .at("address_scope_id"));
  }
  TRY(const auto others, boundary::list<SubnetPool>(reader, By{"address_scope_id", scope->id.str()}));
  for (const auto& other : others) {
    if (other.id == pool.id || !overlap(other.prefixes, pool.prefixes)) continue;
    return failed(Code::conflict, "subnetpool.scope_overlap",
                  "Failed to associate address scope: subnetpools within an address scope must have unique prefixes.");
  }
  return {};
}

Result<void> check_default(Reader& reader, const SubnetPool& pool) {
  if (!pool.is_default) return {};
  TRY(const auto others, boundary::list<SubnetPool>(reader, By{"default_of", std::to_string(pool.ip_version)}));
  const bool other = std::any_of(others.begin(), others.end(), [&](const SubnetPool& o) { return o.id != pool.id; });
  if (!other) return {};
  return failed(Code::conflict, "subnetpool.default_exists", "A default subnetpool for this IP family has already been set. Only one default may exist per IP family.");
}

/// What subnets were cut out of must stay.
Result<void> check_prefixes_kept(const SubnetPool& before, const SubnetPool& after) {
  for (const auto& prefix : before.prefixes) {
    const bool kept = std::any_of(after.prefixes.begin(), after.prefixes.end(), [&](const Cidr& now) { return now.contains(prefix); });
    if (kept) continue;
    return failed(fail(Code::invalid, "subnetpool.fewer_prefixes", "Illegal update to prefixes: Existing prefixes must be a subset of the new prefixes.")
                      .at("prefixes"));
  }
  return {};
}

/// What is cut out of a pool: its subnets, and those that are about to be made.
Result<std::vector<Subnet>> taken_out_of(Reader& reader, const domain::SubnetPoolId& pool, Time now) {
  TRY(auto out, boundary::list<Subnet>(reader, By{"subnetpool_id", pool.str()}));
  TRY(const auto holds, boundary::list<domain::BlockHold>(reader, By{"subnetpool_id", pool.str()}));
  for (const auto& hold : holds) {
    if (hold.until <= now) continue;
    Subnet subnet;
    subnet.project_id = hold.project_id;
    subnet.cidr = hold.cidr;
    out.push_back(std::move(subnet));
  }
  return out;
}

Result<void> check_texts(const SubnetPool& pool, const domain::NetworkLimits& limits) {
  TRY_VOID(domain::check_text("name", pool.name, limits));
  return domain::check_text("description", pool.description, limits);
}

}  // namespace

Result<void> SubnetPools::complete(Writer& writer, const Caller& who, const SubnetPool* before, SubnetPool& pool) {
  TRY_VOID(check_texts(pool, deps_.options.limits));
  const bool was_shared = before != nullptr && before->shared;
  const bool was_default = before != nullptr && before->is_default;
  if (pool.shared != was_shared && !who.is_admin()) return central::denied("subnetpool:shared");
  if (pool.is_default != was_default && !who.is_admin()) return central::denied("subnetpool:is_default");
  TRY(pool, domain::completed_pool(std::move(pool)));
  if (before != nullptr) TRY_VOID(check_prefixes_kept(*before, pool));
  TRY_VOID(check_scope(writer, who, pool));
  return check_default(writer, pool);
}

Result<void> SubnetPools::check_removal(Writer& writer, const SubnetPool& pool) {
  TRY(const auto subnets, taken_out_of(writer, pool.id, deps_.clock.now()));
  if (subnets.empty()) return {};
  return failed(Code::conflict, "subnetpool.in_use", "Unable to delete subnet pool: Subnet pool has existing allocations.");
}

Result<void> SubnetPools::written(Writer& writer, const SubnetPool& pool) { return central::note_sharing(deps_, writer, pool); }
Result<void> SubnetPools::removed(Writer& writer, const SubnetPool& pool) { return central::forget_sharing(writer, pool.id.str()); }

namespace {

Result<std::optional<SubnetPool>> pool_of(Reader& reader, const Caller& who, const boundary::SubnetDraft& draft) {
  if (draft.use_default_subnetpool && !draft.subnetpool_id) {
    TRY(auto pools, boundary::list<SubnetPool>(reader, By{"default_of", std::to_string(draft.ip_version)}));
    std::erase_if(pools, [&](const SubnetPool& pool) { return !domain::sees_object(who, pool); });
    if (!pools.empty()) return std::optional(std::move(pools.front()));
    return failed(fail(Code::invalid, "subnetpool.no_default", "No default subnetpool found for IPv{}", draft.ip_version).at("use_default_subnetpool"));
  }
  if (!draft.subnetpool_id) return std::optional<SubnetPool>();
  TRY(auto pool, boundary::find<SubnetPool>(reader, *draft.subnetpool_id));
  if (!pool || !domain::sees_object(who, *pool)) return central::absent("subnetpool", *draft.subnetpool_id);
  return pool;
}

Result<void> check_affinity(Reader& reader, const boundary::SubnetDraft& draft, const std::optional<SubnetPool>& pool) {
  TRY(const auto others, boundary::list<Subnet>(reader, By{"network_id", draft.network_id.str()}));
  const auto wanted = pool ? std::optional(pool->id) : std::nullopt;
  for (const auto& other : others) {
    // beside a subnet without pool any is welcome, and the reverse: nothing was promised about its addresses
    if (other.ip_version != draft.ip_version || !other.subnetpool_id || !wanted || other.subnetpool_id == wanted) continue;
    return failed(fail(Code::invalid, "subnetpool.affinity", "Subnets hosted on the same network must be allocated from the same subnet pool.")
                      .at("subnetpool_id"));
  }
  return {};
}

Result<void> check_pool_quota(const SubnetPool& pool, const std::vector<Subnet>& subnets, const domain::ProjectId& project, const Cidr& block) {
  if (!pool.default_quota) return {};
  std::vector<Cidr> blocks{block};
  for (const auto& subnet : subnets) {
    if (subnet.project_id == project) blocks.push_back(subnet.cidr);
  }
  if (domain::quota_use(blocks) <= std::uint64_t(*pool.default_quota)) return {};
  return failed(Code::conflict, "subnetpool.quota", "Per-tenant subnet pool prefix quota exceeded.");
}

}  // namespace

Result<void> central::cut_block(Writer& writer, const Caller& who, Time now, boundary::SubnetDraft& draft) {
  TRY(const auto pool, pool_of(writer, who, draft));
  TRY_VOID(check_affinity(writer, draft, pool));
  if (!pool) {
    if (draft.cidr_given) return {};
    return failed(fail(Code::invalid, "subnet.no_cidr", "Bad subnets request: a subnetpool must be specified in the absence of a cidr.").at("cidr"));
  }
  draft.subnetpool_id = pool->id;
  if (pool->ip_version != draft.ip_version) {
    return failed(fail(Code::invalid, "subnetpool.bad_version", "Cannot allocate IPv{} subnet from IPv{} subnet pool.", draft.ip_version, pool->ip_version)
                      .at("ip_version"));
  }
  TRY(const auto subnets, taken_out_of(writer, pool->id, now));
  if (draft.cidr_given) {
    TRY_VOID(domain::check_block(*pool, subnets, draft.cidr));
  } else {
    const int length = draft.prefixlen.value_or(pool->default_prefixlen);
    TRY_VOID(domain::check_length(*pool, length));
    const auto block = domain::free_block(*pool, subnets, length);
    if (!block) {
      return failed(Code::conflict, "subnetpool.exhausted", "Failed to allocate subnet: Insufficient prefix space to allocate subnet size /{}.", length);
    }
    draft.cidr = *block;
  }
  return check_pool_quota(*pool, subnets, draft.project_id, draft.cidr);
}

}  // namespace causeway::services
