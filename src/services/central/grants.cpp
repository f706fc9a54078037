#include "causeway/services/central/grants.hpp"

#include <algorithm>

#include "causeway/domain/region/region.hpp"

namespace causeway::services {

using boundary::LeaseRequest;
using boundary::Writer;
using domain::Lease;
using domain::NumberRange;

namespace {

constexpr std::uint64_t max_numbers = 16'384;
constexpr std::size_t max_blocks = 256;

/// What may be leased of a resource.
struct Supply {
  std::vector<NumberRange> allowed;  ///< without being named
  std::vector<NumberRange> named;    ///< when named
  std::uint64_t block = 1;
};

Result<Supply> supply_of_subnet(const CentralDeps& deps, Writer& writer, const domain::SubnetId& id,
                                const domain::RegionName& holder, const LeaseRequest& request) {
  TRY(const auto subnet, boundary::get<domain::Subnet>(writer, id));
  TRY(const auto network, boundary::get<domain::Network>(writer, subnet.network_id));
  if (holder != deps.region) {
    TRY(const auto interest, boundary::find<domain::Interest>(writer, domain::Interest::id_of(holder, network.id)));
    if (!interest)
      return failed(Code::not_found, "subnet.not_found", "Region {} does not host the network of subnet {}.", holder,
                    id);
  }
  if (subnet.deleting || network.deleting)
    return failed(Code::conflict, "subnet.deleting", "Subnet {} is being deleted.", id);
  Supply supply{domain::allocatable(subnet), {}, domain::block_size(subnet.cidr)};
  if (request.number) {
    const auto address = subnet.cidr.nth(*request.number);
    if (!address || !domain::usable(subnet, *address)) {
      return failed(Code::invalid, "ipam.invalid_ip_for_subnet", "Offset {} is no address for ports of subnet {}.",
                    *request.number, subnet.cidr);
    }
    supply.named = {{*request.number, *request.number}};
  }
  return supply;
}

Result<Supply> supply_of(const CentralDeps& deps, Writer& writer, const domain::RegionName& holder,
                         const LeaseRequest& request) {
  if (request.resource == domain::mac_resource)
    return Supply{{deps.options.macs}, {deps.options.macs}, domain::mac_block_size};
  if (request.resource == domain::vni_resource)
    return Supply{{deps.options.vnis}, {deps.options.vnis}, domain::vni_block_size};
  const auto subnet = domain::subnet_of(request.resource);
  if (!subnet)
    return failed(Code::invalid, "lease.bad_resource", "There is nothing to lease in '{}'.", request.resource);
  return supply_of_subnet(deps, writer, *subnet, holder, request);
}

Lease make_lease(const CentralDeps& deps, const std::string& resource, const domain::RegionName& holder,
                 const NumberRange& range, std::int64_t epoch) {
  Lease lease;
  lease.id = domain::LeaseId(deps.ids.uuid());
  lease.resource = resource;
  lease.region = holder;
  lease.first = range.first;
  lease.count = range.last - range.first + 1;
  lease.epoch = epoch;
  // the centre needs no leave of itself
  lease.expires_at = holder == deps.region ? Time::max() : deps.clock.now() + deps.options.lease_term;
  return lease;
}

/// The claimed number as a range; none when the holder has it already.
Result<std::optional<NumberRange>> claim(const Supply& supply, const std::vector<Lease>& leases,
                                         const domain::RegionName& holder, const LeaseRequest& request) {
  const std::uint64_t number = *request.number;
  const bool offered = std::any_of(supply.named.begin(), supply.named.end(),
                                   [&](const auto& r) { return r.first <= number && number <= r.last; });
  if (!offered) return failed(Code::invalid, "lease.out_of_range", "{} has no number {}.", request.resource, number);
  const auto owner =
      std::find_if(leases.begin(), leases.end(), [&](const Lease& lease) { return domain::covers(lease, number); });
  if (owner == leases.end()) return std::optional(NumberRange{number, number});
  if (owner->region == holder) return std::optional<NumberRange>();
  return failed(Code::conflict, "ipam.address_leased", "The address is in a block that region {} uses.", owner->region);
}

std::vector<NumberRange> carve_all(const Supply& supply, const std::vector<Lease>& leases, std::uint64_t want) {
  std::vector<NumberRange> taken;
  for (const auto& lease : leases) taken.push_back(domain::range_of(lease));
  // no number named: one block will do, but not a splinter between claimed numbers
  want = want == 0 ? std::max<std::uint64_t>(supply.block / 2, 1) : std::min(want, max_numbers);
  std::vector<NumberRange> blocks;
  for (std::uint64_t got = 0; got < want && blocks.size() < max_blocks;) {
    const auto block = domain::carve(taken, supply.allowed, supply.block);
    if (!block) break;
    got += block->last - block->first + 1;
    taken.push_back(*block);
    blocks.push_back(*block);
  }
  return blocks;
}

}  // namespace

Result<std::vector<Lease>> grant(const CentralDeps& deps, Writer& writer, const domain::RegionName& holder,
                                 const LeaseRequest& request) {
  TRY(const auto supply, supply_of(deps, writer, holder, request));
  TRY(const auto leases, boundary::list<Lease>(writer, boundary::By{"resource", request.resource}));
  std::vector<NumberRange> blocks;
  if (request.number) {
    TRY(const auto claimed, claim(supply, leases, holder, request));
    if (claimed) blocks.push_back(*claimed);
  } else {
    blocks = carve_all(supply, leases, request.want);
    if (blocks.empty())
      return failed(Code::exhausted, "ipam.pool_exhausted", "No more numbers are left in {}.", request.resource);
  }
  TRY(const auto revision, writer.revision());
  std::vector<Lease> out;
  for (const auto& block : blocks) {
    out.push_back(make_lease(deps, request.resource, holder, block, revision + 1));
    TRY_VOID(boundary::put(writer, out.back()));
  }
  return out;
}

domain::LeaseBook own_book(const CentralDeps& deps, Writer& writer) {
  return {deps.clock.now(),
          [&deps, &writer](const std::string& resource) {
            return boundary::list<Lease>(writer, boundary::By{"holding", Lease::holding(deps.region, resource)});
          },
          [&deps, &writer](const domain::Shortage& shortage) {
            return grant(deps, writer, deps.region, {shortage.resource, shortage.number, 0});
          }};
}

Result<void> save(Writer& writer, const domain::LeaseBook& book) {
  for (const auto& lease : book.changed()) TRY_VOID(boundary::put(writer, lease));
  return {};
}

}  // namespace causeway::services
