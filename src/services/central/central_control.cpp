#include "causeway/services/central/central_control.hpp"

#include <algorithm>
#include <set>

#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::FetchedNetwork;
using boundary::FetchRequest;
using boundary::Reader;
using boundary::Writer;
using domain::Lease;
using domain::Network;
using domain::RegionName;
using domain::Subnet;

namespace {

Result<domain::Pod> pod_of(Reader& reader, const RegionName& region) {
  TRY(auto pods, boundary::list<domain::Pod>(reader, By{"region_name", region.str()}));
  if (pods.empty())
    return failed(Code::forbidden, "pod.unknown", "Region {} does not take part: it has no pod.", region);
  return std::move(pods.front());
}

bool visible(const FetchRequest& request, const Network& network) {
  const bool own = !request.project_id.empty() && network.project_id == request.project_id;
  return request.admin || own || domain::shared_to(network, request.project_id) ||
         domain::external_to(network, request.project_id);
}

Result<std::optional<Network>> network_by_id(Reader& reader, const std::string& id) {
  TRY(auto network, boundary::find<Network>(reader, id));
  if (network) return network;
  TRY(const auto subnet, boundary::find<Subnet>(reader, id));
  if (!subnet) return std::optional<Network>();
  return boundary::find<Network>(reader, subnet->network_id);
}

Result<Network> named_network(Reader& reader, const FetchRequest& request) {
  TRY(const auto by_id, network_by_id(reader, request.network));
  if (by_id && visible(request, *by_id)) return *by_id;
  TRY(auto named, boundary::list<Network>(reader, By{"name", request.network}));
  std::erase_if(named, [&](const Network& network) { return !visible(request, network); });
  if (named.empty())
    return failed(Code::not_found, "network.not_found", "Network {} could not be found.", request.network);
  if (named.size() > 1)
    return failed(Code::conflict, "network.ambiguous", "{} networks are named {}; use an id.", named.size(),
                  request.network);
  return std::move(named.front());
}

Result<void> check_may_host(const Network& network, const domain::Pod& pod) {
  if (network.deleting) return failed(Code::conflict, "network.deleting", "Network {} is being deleted.", network.id);
  const auto& hints = network.availability_zone_hints;
  const bool allowed = hints.empty() || std::any_of(hints.begin(), hints.end(), [&](const std::string& hint) {
                         return hint == pod.region_name.str() || hint == pod.az_name;
                       });
  if (allowed) return {};
  return failed(Code::not_found, "network.not_found", "Network {} does not appear in region {}.", network.id,
                pod.region_name);
}

Result<void> note_interest(Writer& writer, const RegionName& region, const domain::NetworkId& network) {
  const auto id = domain::Interest::id_of(region, network);
  TRY(const auto known, boundary::find<domain::Interest>(writer, id));
  if (known) return {};
  TRY_VOID(boundary::put(writer, domain::Interest{id, region, network}));
  return {};
}

/// A first lease where the region has none: so that it can make its first port without asking again.
Result<void> add_first_lease(const CentralDeps& deps, Writer& writer, const RegionName& region,
                             const std::string& resource, std::vector<Lease>& out) {
  TRY(const auto held, boundary::count<Lease>(writer, By{"holding", Lease::holding(region, resource)}));
  if (held > 0) return {};
  auto leases = grant(deps, writer, region, {resource, std::nullopt, 0});
  if (!leases && leases.error().code == Code::exhausted) return {};  // it will hear of it when it needs one
  if (!leases && leases.error().code == Code::conflict) return {};   // a subnet that is being deleted
  if (!leases) return std::unexpected(std::move(leases).error());
  std::move(leases->begin(), leases->end(), std::back_inserter(out));
  return {};
}

}  // namespace

Result<FetchedNetwork> CentralControl::fetch_network(const RegionName& region, const FetchRequest& request) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<FetchedNetwork> {
    FetchedNetwork out;
    TRY(const auto pod, pod_of(writer, region));
    if (!request.project_id.empty()) TRY_VOID(central::default_group(deps_, writer, request.project_id));
    std::set<domain::ProjectId> projects{request.project_id};
    if (!request.network.empty()) {
      TRY(out.network, named_network(writer, request));
      TRY_VOID(check_may_host(out.network, pod));
      TRY_VOID(note_interest(writer, region, out.network.id));
      const By on_network{"network_id", out.network.id.str()};
      TRY(out.subnets, boundary::list<Subnet>(writer, on_network));
      TRY(out.ports, boundary::list<domain::Port>(writer, on_network));
      std::erase_if(out.ports, [&](const domain::Port& port) { return port.region == region; });
      for (const auto& subnet : out.subnets) {
        if (out.network.external) break;  // nobody makes ports there but the centre
        TRY_VOID(add_first_lease(deps_, writer, region, domain::resource_of(subnet.id), out.leases));
      }
      TRY_VOID(add_first_lease(deps_, writer, region, std::string(domain::mac_resource), out.leases));
      for (const auto& port : out.ports) projects.insert(port.project_id);
    }
    for (const auto& project : projects) {
      if (project.empty()) continue;
      TRY(auto groups, boundary::list<domain::SecurityGroup>(writer, By{"project_id", project.str()}));
      std::move(groups.begin(), groups.end(), std::back_inserter(out.security_groups));
    }
    return out;
  });
}

Result<std::vector<Lease>> CentralControl::lease(const RegionName& region, const boundary::LeaseRequest& request) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<Lease>> {
    TRY_VOID(pod_of(writer, region));
    return grant(deps_, writer, region, request);
  });
}

Result<void> CentralControl::return_leases(const RegionName& region, const std::vector<domain::LeaseId>& leases) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    for (const auto& id : leases) {
      TRY(const auto lease, boundary::find<Lease>(writer, id));
      if (lease && lease->region == region) TRY_VOID(boundary::erase<Lease>(writer, id));
    }
    return {};
  });
}

Result<std::vector<Lease>> CentralControl::renew_leases(const RegionName& region,
                                                        const std::vector<domain::LeaseId>& leases) {
  const std::set<domain::LeaseId> named(leases.begin(), leases.end());
  const Time now = deps_.clock.now();
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<Lease>> {
    TRY_VOID(pod_of(writer, region));
    TRY(auto held, boundary::list<Lease>(writer, By{"region", region.str()}));
    TRY(const auto claims, boundary::list<domain::PortClaim>(writer, By{"region", region.str()}));
    std::set<domain::LeaseId> claimed;  // the region may not have heard the answer yet, but the port is its own
    for (const auto& claim : claims) claimed.insert(claim.leases.begin(), claim.leases.end());
    std::vector<Lease> renewed;
    for (auto& lease : held) {
      if (named.contains(lease.id)) {
        lease.expires_at = std::max(lease.expires_at, now + deps_.options.lease_term);
        TRY_VOID(boundary::put(writer, lease));
        renewed.push_back(lease);
      } else if (!domain::in_force(lease, now - deps_.options.clock_bound) && !claimed.contains(lease.id)) {
        TRY_VOID(boundary::erase<Lease>(writer, lease.id));  // the answer that granted it was lost
      }
    }
    return renewed;
  });
}

Result<void> CentralControl::release(const RegionName& region, std::string_view kind, const std::string& id,
                                     bool in_use) {
  return deletion_.answer(region, kind, id, in_use);
}

}  // namespace causeway::services
