#include "causeway/services/network/lease_keeper.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Lease;
using domain::LeaseId;

namespace {

Error explained(Error error, const domain::Shortage& shortage) {
  if (shortage.resource == domain::mac_resource && shortage.number && error.code == Code::conflict) {
    return fail(Code::conflict, "port.mac_in_use", "The mac address {} is in use.", domain::mac_of(*shortage.number));
  }
  return error;
}

}  // namespace

Result<std::vector<Lease>> LeaseKeeper::held(Reader& reader, const std::string& resource) const {
  return boundary::list<Lease>(reader, By{"holding", Lease::holding(deps_.region, resource)});
}

domain::LeaseBook LeaseKeeper::book(Reader& reader) const {
  return {deps_.clock.now(), [this, &reader](const std::string& resource) { return held(reader, resource); }};
}

Result<void> LeaseKeeper::save(Writer& writer, const domain::LeaseBook& book) {
  for (const auto& lease : book.changed()) TRY_VOID(boundary::put(writer, lease));
  return {};
}

Result<void> LeaseKeeper::adopt(Writer& writer, const std::vector<Lease>& leases) const {
  for (const auto& lease : leases) {
    if (lease.region != deps_.region)
      return failed(Code::internal, "lease.foreign", "The centre granted lease {} of region {} to us.", lease.id,
                    lease.region);
    TRY(const auto known, boundary::find<Lease>(writer, lease.id));
    if (!known) TRY_VOID(boundary::put(writer, lease));
  }
  return {};
}

Result<void> LeaseKeeper::acquire(const std::vector<domain::Shortage>& shortages, std::uint64_t want) {
  Error last = fail(Code::exhausted, "ipam.pool_exhausted", "No more addresses are available.");
  for (const auto& shortage : shortages) {
    auto granted = deps_.central.lease({shortage.resource, shortage.number, want});
    if (granted) return deps_.store.write([&](Writer& writer) { return adopt(writer, *granted); });
    last = explained(std::move(granted).error(), shortage);
    if (last.code != Code::exhausted) break;
    std::lock_guard lock(mutex_);
    exhausted_[shortage.resource] = deps_.clock.steady();
  }
  return failed(std::move(last));
}

bool LeaseKeeper::paused(const std::string& resource) {
  std::lock_guard lock(mutex_);
  const auto found = exhausted_.find(resource);
  if (found == exhausted_.end()) return false;
  if (deps_.clock.steady() - found->second < deps_.options.exhausted_pause) return true;
  exhausted_.erase(found);
  return false;
}

Result<void> LeaseKeeper::refill(const std::string& resource) {
  if (paused(resource)) return {};
  TRY(const auto leases, boundary::view(deps_.store, [&](Reader& reader) { return held(reader, resource); }));
  if (!domain::is_low(leases, deps_.clock.now())) return {};
  auto done = acquire({{resource, std::nullopt}}, 0);
  // the subnet may be at its end, on its way out or gone: nothing to try again for
  if (!done && (done.error().code == Code::exhausted || done.error().code == Code::not_found ||
                done.error().code == Code::conflict))
    return {};
  return done;
}

Result<void> LeaseKeeper::renew() {
  TRY(const auto leases, boundary::view(deps_.store, [&](Reader& reader) {
        return boundary::list<Lease>(reader, By{"region", deps_.region.str()});
      }));
  std::vector<LeaseId> asked;
  for (const auto& lease : leases) {
    if (!domain::surrendered(lease)) asked.push_back(lease.id);
  }
  TRY(const auto renewed, deps_.central.renew_leases(asked));
  return deps_.store.write([&](Writer& writer) { return apply_renewal(writer, asked, renewed); });
}

Result<void> LeaseKeeper::apply_renewal(Writer& writer, const std::vector<LeaseId>& asked,
                                        const std::vector<Lease>& renewed) const {
  std::map<LeaseId, Time> until;
  for (const auto& lease : renewed) until[lease.id] = lease.expires_at;
  for (const auto& id : asked) {
    TRY(auto lease, boundary::find<Lease>(writer, id));
    if (!lease || domain::surrendered(*lease)) continue;  // given up since we asked
    const auto found = until.find(id);
    if (found != until.end()) {
      lease->expires_at = std::max(lease->expires_at, found->second);
      TRY_VOID(boundary::put(writer, *lease));
    } else if (domain::used_count(*lease) == 0) {
      TRY_VOID(boundary::erase<Lease>(writer, id));
    } else {
      // ports of ours have these numbers; we can only stop adding to them
      log::error("the centre does not know lease {} of {}, of which {} numbers are in use here", id, lease->resource,
                 domain::used_count(*lease));
      domain::surrender(*lease);
      TRY_VOID(boundary::put(writer, *lease));
    }
  }
  return {};
}

/// How many free numbers we want to keep of the resource: a block, so that the next creates ask nobody.
Result<std::uint64_t> LeaseKeeper::reserve_of(Reader& reader, const std::string& resource) const {
  if (resource == domain::mac_resource) return domain::mac_block_size;
  const auto id = domain::subnet_of(resource);
  if (!id) return std::uint64_t{0};
  TRY(const auto subnet, boundary::find<domain::Subnet>(reader, *id));
  const std::uint64_t block = subnet ? domain::block_size(subnet->cidr) : 0;
  return block > 1 ? block : 0;  // where every address counts, none is kept back
}

Result<std::vector<LeaseId>> LeaseKeeper::surrender_surplus(Writer& writer) {
  const Time now = deps_.clock.now();
  const auto steady = deps_.clock.steady();
  TRY(auto leases, boundary::list<Lease>(writer, By{"region", deps_.region.str()}));
  std::map<std::string, std::uint64_t> free;
  for (const auto& lease : leases) {
    if (domain::in_force(lease, now)) free[lease.resource] += domain::free_count(lease, now);
  }
  std::lock_guard lock(mutex_);
  std::map<LeaseId, Steady> empty_since;
  std::vector<LeaseId> out;
  for (auto& lease : leases) {
    if (!domain::empty(lease, now)) continue;
    if (domain::surrendered(lease)) {  // an earlier return failed
      out.push_back(lease.id);
      continue;
    }
    const auto known = empty_since_.find(lease.id);
    const auto since = known == empty_since_.end() ? steady : known->second;
    TRY(const auto reserve, reserve_of(writer, lease.resource));
    const std::uint64_t mine = domain::in_force(lease, now) ? lease.count : 0;
    if (steady - since < deps_.options.surplus_age || free[lease.resource] - mine < reserve) {
      empty_since[lease.id] = since;
      continue;
    }
    free[lease.resource] -= mine;
    domain::surrender(lease);
    TRY_VOID(boundary::put(writer, lease));
    out.push_back(lease.id);
  }
  empty_since_ = std::move(empty_since);
  return out;
}

Result<void> LeaseKeeper::return_surplus() {
  TRY(const auto given_up, boundary::transact(deps_.store, [&](Writer& writer) { return surrender_surplus(writer); }));
  if (given_up.empty()) return {};
  TRY_VOID(deps_.central.return_leases(given_up));
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    for (const auto& id : given_up) TRY_VOID(boundary::erase<Lease>(writer, id));
    return {};
  });
}

Result<void> LeaseKeeper::surrender_all(Writer& writer, const std::string& resource) const {
  TRY(auto leases, held(writer, resource));
  for (auto& lease : leases) {
    if (domain::surrendered(lease)) continue;
    domain::surrender(lease);
    TRY_VOID(boundary::put(writer, lease));
  }
  return {};
}

Result<void> LeaseKeeper::erase_surrendered(Writer& writer, const std::string& resource) const {
  TRY(const auto leases, held(writer, resource));
  for (const auto& lease : leases) {
    if (domain::surrendered(lease)) TRY_VOID(boundary::erase<Lease>(writer, lease.id));
  }
  return {};
}

}  // namespace causeway::services
