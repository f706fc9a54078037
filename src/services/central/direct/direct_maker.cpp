#include "causeway/services/central/direct/direct_maker.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/services/central/pools/subnet_pools.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::BlockHold;
using domain::Caller;
using domain::SubnetPool;

namespace {

Caller member_of(const domain::ProjectId& project) {
  Caller out;
  out.project_id = project;
  out.roles = {"member"};
  return out;
}

/// The pool that was named; none when only pools of the other IP version have that name: Docker gives the same options for both.
Result<std::optional<SubnetPool>> named_pool(Reader& reader, const Caller& who, const boundary::DirectPoolWish& wish) {
  TRY(auto pools, boundary::list<SubnetPool>(reader));
  std::erase_if(pools, [&](const SubnetPool& pool) { return !domain::sees_object(who, pool) || (pool.id.str() != wish.pool && pool.name != wish.pool); });
  if (pools.empty()) return failed(Code::not_found, "subnetpool.not_found", "Subnet pool {} could not be found.", wish.pool);
  const auto by_id = std::ranges::find(pools, wish.pool, [](const SubnetPool& pool) { return pool.id.str(); });
  if (by_id != pools.end()) pools = {SubnetPool(*by_id)};
  std::erase_if(pools, [&](const SubnetPool& pool) { return pool.ip_version != wish.ip_version; });
  if (pools.size() > 1) return failed(Code::conflict, "subnetpool.ambiguous", "{} IPv{} subnet pools are named {}; use an id.", pools.size(), wish.ip_version, wish.pool);
  if (pools.empty()) return std::optional<SubnetPool>();
  return std::optional(std::move(pools.front()));
}

}  // namespace

Result<boundary::DirectHold> DirectMaker::hold(const boundary::DirectPoolWish& wish) {
  const auto who = member_of(wish.project_id);
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<boundary::DirectHold> {
    std::optional<SubnetPool> named;
    if (!wish.pool.empty()) {
      TRY(named, named_pool(writer, who, wish));
    }
    if (!named && wish.cidr) return boundary::DirectHold{"", *wish.cidr, std::nullopt};
    boundary::SubnetDraft draft;
    draft.project_id = wish.project_id;
    draft.ip_version = wish.ip_version;
    draft.cidr_given = wish.cidr.has_value();
    draft.cidr = wish.cidr.value_or(domain::Cidr());
    draft.prefixlen = wish.prefixlen;
    draft.use_default_subnetpool = !named;
    if (named) draft.subnetpool_id = named->id;
    const Time now = deps_.clock.now();
    TRY_VOID(central::cut_block(writer, who, now, draft));
    TRY(auto held, boundary::list<BlockHold>(writer, By{"project_id", wish.project_id.str()}));
    std::erase_if(held, [&](const BlockHold& hold) { return hold.until <= now; });
    TRY_VOID(central::check_quota<domain::Subnet>(writer, wish.project_id, 1 + held.size(), std::int64_t(deps_.options.subnet_quota)));
    const BlockHold made{deps_.ids.uuid(), wish.project_id, *draft.subnetpool_id, draft.cidr, now + held_for_};
    TRY_VOID(boundary::put(writer, made));
    return boundary::DirectHold{made.id, made.cidr, made.subnetpool_id};
  });
}

Result<void> DirectMaker::give_back(const domain::ProjectId& project, const std::string& hold) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto held, boundary::find<BlockHold>(writer, hold));
    if (held && held->project_id == project) TRY_VOID(boundary::erase<BlockHold>(writer, hold));
    return {};
  });
}

Result<void> DirectMaker::create_subnet(Writer& writer, const Caller& who, const domain::Network& network, const boundary::DirectBlock& block) {
  boundary::SubnetDraft subnet;
  subnet.network_id = network.id;
  subnet.project_id = network.project_id;
  subnet.name = fmt::format("{}-v{}", network.name, block.cidr.version());
  subnet.ip_version = block.cidr.version();
  subnet.cidr = block.cidr;
  subnet.subnetpool_id = block.subnetpool_id;
  if (block.gateway) subnet.gateway_ip = std::optional(*block.gateway);
  TRY_VOID(networks_.create_subnet(writer, who, subnet));
  return {};
}

Result<domain::NetworkId> DirectMaker::create(const boundary::DirectDraft& draft) {
  const auto who = member_of(draft.project_id);
  if (!is_uuid(draft.network_id.str())) return failed(Code::invalid, "network.bad_id", "{} is not a uuid.", draft.network_id);
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<domain::NetworkId> {
    TRY(const auto known, boundary::find<domain::Network>(writer, draft.network_id));
    if (known && known->project_id == draft.project_id && !known->deleting) return known->id;
    if (known) return failed(Code::conflict, "network.exists", "Network {} exists already.", draft.network_id);
    boundary::NetworkDraft wish;
    wish.project_id = draft.project_id;
    wish.name = draft.name;
    TRY(const auto network, networks_.create_network(writer, who, wish, draft.network_id));
    for (const auto& block : draft.subnets) {
      // before the block is cut: it is held for this very subnet
      TRY(const auto held, boundary::find<BlockHold>(writer, block.hold));
      if (held && held->project_id == draft.project_id) TRY_VOID(boundary::erase<BlockHold>(writer, block.hold));
      TRY_VOID(create_subnet(writer, who, network, block));
    }
    return network.id;
  });
}

Result<void> DirectMaker::remove(const domain::ProjectId& project, const domain::NetworkId& id) {
  const auto who = member_of(project);
  TRY(const auto network, networks_.get_network(who, id));
  if (network.project_id != project) return failed(Code::forbidden, "network.foreign", "Network {} is another project's.", network.id);
  return networks_.delete_network(who, network.id);
}

Result<void> DirectMaker::sweep() {
  const Time now = deps_.clock.now();
  const auto over = [&](Reader& reader) -> Result<std::vector<BlockHold>> {
    TRY(auto holds, boundary::list<BlockHold>(reader));
    std::erase_if(holds, [&](const BlockHold& hold) { return hold.until > now; });
    return holds;
  };
  TRY(const auto holds, boundary::view(deps_.store, over));
  if (holds.empty()) return {};
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    for (const auto& hold : holds) TRY_VOID(boundary::erase<BlockHold>(writer, hold.id));
    return {};
  });
}

}  // namespace causeway::services
