#include "causeway/services/central/port_claims.hpp"

#include <algorithm>
#include <chrono>

#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/commit_signal.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/trunks/trunks.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::ClaimedPort;
using boundary::ClaimRequest;
using boundary::Reader;
using boundary::Writer;
using domain::Lease;
using domain::Port;
using domain::PortClaim;
using domain::RegionName;

namespace {

constexpr const char* coming_back = "port.coming_back";
/// A port that is in use may be given up this moment: its container is gone, and the word of it on the way.
constexpr std::chrono::milliseconds patience_with_users{1'000};

Result<Port> named_port(Reader& reader, const ClaimRequest& request) {
  TRY(const auto by_id, boundary::find<Port>(reader, request.port));
  if (by_id && (request.admin || by_id->project_id == request.project_id)) return *by_id;
  TRY(auto named, boundary::list<Port>(reader, By{"project_id", request.project_id.str()}));
  std::erase_if(named, [&](const Port& port) { return port.name != request.port; });
  if (named.empty() || request.port.empty())
    return failed(Code::not_found, "port.not_found", "Port {} could not be found.", request.port);
  if (named.size() > 1) {
    return failed(Code::conflict, "port.ambiguous", "{} ports are named {}; use an id.", named.size(), request.port);
  }
  return std::move(named.front());
}

std::unexpected<Error> in_use(const Port& port) {
  return failed(Code::invalid, "port.in_use", "Port {} is in use by {}.", port.id, port.device_id);
}

/// (resource, number) of all that the port has out of leases.
Result<std::vector<std::pair<std::string, std::uint64_t>>> numbers_of(Reader& reader, const Port& port) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const auto& ip : port.fixed_ips) {
    TRY(const auto subnet, boundary::get<domain::Subnet>(reader, ip.subnet_id));
    const auto offset = subnet.cidr.offset_of(ip.ip_address);
    if (offset) out.emplace_back(domain::resource_of(subnet.id), *offset);
  }
  const auto mac = domain::number_of(port.mac_address);
  if (mac) out.emplace_back(domain::mac_resource, *mac);
  return out;
}

/// Cuts the number out of our lease of it; the part that has it becomes the region's.
Result<std::optional<Lease>> move_number(const CentralDeps& deps, Writer& writer, const RegionName& to,
                                         const std::string& resource, std::uint64_t number) {
  TRY(const auto ours, boundary::list<Lease>(writer, By{"holding", Lease::holding(deps.region, resource)}));
  const auto found = std::ranges::find_if(ours, [&](const Lease& lease) { return domain::covers(lease, number); });
  if (found == ours.end()) return std::optional<Lease>();
  auto split = domain::split_out(*found, number);
  TRY_VOID(boundary::erase<Lease>(writer, found->id));
  for (auto& part : split.rest) {
    part.id = domain::LeaseId(deps.ids.uuid());
    TRY_VOID(boundary::put(writer, part));
  }
  TRY(const auto revision, writer.revision());
  Lease moved = split.single;
  moved.id = domain::LeaseId(deps.ids.uuid());
  moved.region = to;
  moved.epoch = revision + 1;
  moved.used.clear();  // what is used in a region's lease is its own to know
  moved.resting.clear();
  moved.expires_at = deps.clock.now() + deps.options.lease_term;
  TRY_VOID(boundary::put(writer, moved));
  return std::optional(moved);
}

Result<domain::Pod> pod_of(Reader& reader, const RegionName& region) {
  TRY(auto pods, boundary::list<domain::Pod>(reader, By{"region_name", region.str()}));
  if (pods.empty())
    return failed(Code::forbidden, "pod.unknown", "Region {} does not take part: it has no pod.", region);
  return std::move(pods.front());
}

}  // namespace

Result<ClaimedPort> PortClaims::move_out(Writer& writer, const domain::Pod& pod, Port port) {
  const auto region = pod.region_name;
  TRY(const auto network, boundary::get<domain::Network>(writer, port.network_id));
  if (network.deleting) return failed(Code::conflict, "network.deleting", "Network {} is being deleted.", network.id);
  const auto scope = domain::scope_of(network.availability_zone_hints, {pod});
  if (scope && scope->empty()) {
    return failed(Code::not_found, "network.not_found", "Network {} does not appear in region {}.", network.id, region);
  }
  PortClaim claim;
  claim.id = port.id;
  claim.token = deps_.ids.uuid();
  claim.region = region;
  claim.home = deps_.region;
  claim.network_id = port.network_id;
  claim.since = deps_.clock.now();
  ClaimedPort out{std::move(port), deps_.region, claim.token, {}};
  TRY(const auto numbers, numbers_of(writer, out.port));
  for (const auto& [resource, number] : numbers) {
    TRY(auto lease, move_number(deps_, writer, region, resource, number));
    if (!lease) continue;
    claim.leases.push_back(lease->id);
    out.leases.push_back(*std::move(lease));
  }
  out.port.region = region;
  TRY_VOID(central::put_port(writer, out.port, deps_.clock.now()));
  TRY_VOID(boundary::put(writer, claim));
  return out;
}

Result<ClaimedPort> PortClaims::try_claim(Writer& writer, const RegionName& region, const ClaimRequest& request) {
  TRY(const auto pod, pod_of(writer, region));
  TRY(auto port, named_port(writer, request));
  if (port.region == deps_.region) {
    const bool of_trunk = !request.trunk.empty() && port.device_id == request.trunk.str();
    if ((!port.device_id.empty() && !of_trunk) || domain::is_service_owner(port.device_owner)) return in_use(port);
    return move_out(writer, pod, std::move(port));
  }
  TRY(const auto claim, boundary::find<PortClaim>(writer, port.id));
  if (!claim) {
    return failed(Code::conflict, "port.other_region", "Port {} belongs to region {}.", port.id, port.region);
  }
  if (claim->region != region) {
    if (!port.device_id.empty()) return in_use(port);
    return failed(Code::unavailable, coming_back, "Port {} is on its way back from region {}; try again.", port.id,
                  port.region);
  }
  ClaimedPort again{std::move(port), deps_.region, claim->token, {}};
  for (const auto& id : claim->leases) {
    TRY(auto lease, boundary::find<Lease>(writer, id));
    if (lease) again.leases.push_back(*std::move(lease));
  }
  return again;
}

Result<ClaimedPort> PortClaims::claim(const RegionName& region, const ClaimRequest& request) {
  CommitSignal signal(deps_.store);
  const auto start = std::chrono::steady_clock::now();
  for (bool in_time = true;;) {
    auto claimed =
        boundary::transact(deps_.store, [&](Writer& writer) { return try_claim(writer, region, request); });
    if (claimed || !in_time) return claimed;
    const bool leaves = claimed.error().reason == coming_back;
    if (!leaves && claimed.error().reason != "port.in_use") return claimed;
    in_time = signal.wait(start + (leaves ? deps_.options.release_timeout : patience_with_users));
  }
}

Result<void> central::bring_home(const CentralDeps& deps, Writer& writer, const PortClaim& claim,
                                 const std::optional<Port>& as_it_is) {
  TRY(auto known, boundary::find<Port>(writer, claim.id));
  if (!known) known = as_it_is;
  if (known) {
    Port port = as_it_is.value_or(*known);
    // what a claim does not hand over stays as it was
    port.id = claim.id;
    port.network_id = known->network_id;
    port.project_id = known->project_id;
    port.mac_address = known->mac_address;
    port.fixed_ips = known->fixed_ips;
    port.revision_number = std::max(port.revision_number, known->revision_number);
    port.region = deps.region;
    port.device_id.clear();
    port.device_owner.clear();
    port.host = {};
    port.vtep.reset();
    TRY_VOID(central::show_trunk(writer, port));
    port.status = domain::PortStatus::down;
    port.status_at = deps.clock.now();
    TRY_VOID(central::put_port(writer, port, port.status_at));
  }
  for (const auto& id : claim.leases) {
    TRY(auto lease, boundary::find<Lease>(writer, id));
    if (!lease) continue;
    lease->region = deps.region;
    lease->expires_at = Time::max();
    if (known) domain::take(*lease, lease->first);
    TRY_VOID(boundary::put(writer, *lease));
  }
  TRY_VOID(boundary::erase<PortClaim>(writer, claim.id));
  return {};
}

Result<void> central::forget_lost_claim(Writer& writer, const domain::PortId& id) {
  TRY(const auto port, boundary::find<Port>(writer, id));
  if (!port) TRY_VOID(boundary::erase<PortClaim>(writer, id));
  return {};
}

Result<void> PortClaims::give_back(const RegionName& region, const boundary::PortReturn& message) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto claim, boundary::find<PortClaim>(writer, message.id));
    if (!claim || claim->region != region || claim->token != message.token) return {};  // it is back already
    return central::bring_home(deps_, writer, *claim, message.port);
  });
}

Result<std::vector<PortClaim>> PortClaims::claimed_by(const RegionName& region) {
  return boundary::view(deps_.store, [&](Reader& reader) {
    return boundary::list<PortClaim>(reader, By{"region", region.str()});
  });
}

}  // namespace causeway::services
