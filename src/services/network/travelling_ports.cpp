#include "causeway/services/network/travelling_ports.hpp"

#include <algorithm>
#include <mutex>

#include "causeway/base/log.hpp"
#include "causeway/domain/network/ipam.hpp"
#include "causeway/services/network/access.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Port;
using domain::PortClaim;

namespace {

/// Between the claim of a port and the container that takes it.
constexpr std::chrono::seconds time_to_use(30);

}  // namespace

Result<Port> TravellingPorts::claim(const domain::Caller& who, const std::string& id_or_name, const domain::TrunkId& trunk) {
  // what is half way home arrives there first: it may be the one that is asked for
  TRY(const auto leaving, idle());
  for (const auto& id : leaving) TRY_VOID(give_back(id));
  const std::shared_lock under_way(claiming_);
  TRY(const auto claimed, deps_.central.claim_port({id_or_name, who.project_id, who.is_admin(), trunk}));
  TRY_VOID(deps_.store.write([&](Writer& writer) { return take(writer, claimed); }));
  return boundary::view(deps_.store, [&](Reader& reader) { return boundary::get<Port>(reader, claimed.port.id); });
}

Result<void> TravellingPorts::take(Writer& writer, const boundary::ClaimedPort& claimed) {
  TRY(const auto known, boundary::find<PortClaim>(writer, claimed.port.id));
  if (known && known->returning) {
    return failed(Code::unavailable, "port.coming_back", "Port {} is on its way back; try again.", known->id);
  }
  if (known) return {};  // two asked at once
  TRY_VOID(leases_.adopt(writer, claimed.leases));
  PortClaim claim{claimed.port.id, claimed.token,      deps_.region, claimed.home, claimed.port.network_id,
                  {},              deps_.clock.now(), false};
  for (const auto& granted : claimed.leases) {
    TRY(auto lease, boundary::get<domain::Lease>(writer, granted.id));
    domain::take(lease, lease.first);  // one number, and the port has it
    TRY_VOID(boundary::put(writer, lease));
    claim.leases.push_back(lease.id);
  }
  Port port = claimed.port;
  TRY_VOID(local::put_port(writer, port, deps_.clock.now()));
  TRY_VOID(boundary::put(writer, claim));
  return {};
}

Result<std::vector<domain::PortId>> TravellingPorts::ids(const std::optional<By>& by) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<domain::PortId>> {
    TRY(const auto claims, boundary::list<PortClaim>(reader, by));
    std::vector<domain::PortId> out;
    for (const auto& claim : claims) out.push_back(claim.id);
    return out;
  });
}

Result<std::vector<domain::PortId>> TravellingPorts::idle() { return ids(By{"idle", "1"}); }
Result<std::vector<domain::PortId>> TravellingPorts::all() { return ids(std::nullopt); }

/// The port is the centre's from here on, whatever becomes of the message: its leases give nothing any more.
Result<TravellingPorts::Leaving> TravellingPorts::let_go(Writer& writer, const domain::PortId& id) {
  TRY(auto claim, boundary::find<PortClaim>(writer, id));
  if (!claim) return Leaving{};
  TRY(auto port, boundary::find<Port>(writer, id));
  if (claim->returning) return Leaving{Fate::returns, {id, claim->token, port}};
  if (!port) return Leaving{Fate::gone, {}};
  if (!port->device_id.empty() || claim->since + time_to_use > deps_.clock.now()) return Leaving{};
  for (const auto& lease_id : claim->leases) {
    TRY(auto lease, boundary::find<domain::Lease>(writer, lease_id));
    if (!lease) continue;
    domain::surrender(*lease);
    TRY_VOID(boundary::put(writer, *lease));
  }
  port->region = claim->home;
  TRY_VOID(local::put_port(writer, *port, deps_.clock.now()));
  claim->returning = true;
  TRY_VOID(boundary::put(writer, *claim));
  return Leaving{Fate::returns, {id, claim->token, port}};
}

Result<void> TravellingPorts::finish(Writer& writer, const domain::PortId& id) {
  TRY(const auto claim, boundary::find<PortClaim>(writer, id));
  if (!claim) return {};
  if (claim->returning) {
    for (const auto& lease : claim->leases) TRY_VOID(boundary::erase<domain::Lease>(writer, lease));
  }
  TRY_VOID(boundary::erase<PortClaim>(writer, id));
  return {};
}

Result<void> TravellingPorts::give_back(const domain::PortId& id) {
  const std::unique_lock nobody_claims(claiming_);
  TRY(const auto leaving, boundary::transact(deps_.store, [&](Writer& writer) { return let_go(writer, id); }));
  if (leaving.fate == Fate::stays) return {};
  if (leaving.fate == Fate::gone) return end_claim_of_deleted(id);
  // what we told of the port must not come after its return: the centre may have deleted it by then
  if (!deps_.centre_has_taken(deps_.store.revision())) {
    return failed(Code::unavailable, "port.not_told", "The centre has not taken yet what this region told of port {}.", id);
  }
  TRY_VOID(deps_.central.return_port(leaving.message));
  return deps_.store.write([&](Writer& writer) { return finish(writer, id); });
}

/// The centre hears of the deletion by the feed, and until then we remember that the port is not one that we never got.
Result<void> TravellingPorts::end_claim_of_deleted(const domain::PortId& id) {
  TRY(const auto believed, deps_.central.claimed_ports());
  if (std::ranges::find(believed, id, &PortClaim::id) != believed.end())
    return failed(Code::unavailable, "port.not_forgotten", "The centre does not know yet that port {} is deleted.", id);
  return deps_.store.write([&](Writer& writer) { return finish(writer, id); });
}

Result<void> TravellingPorts::give_back_lost() {
  const std::unique_lock nobody_claims(claiming_);
  TRY(const auto believed, deps_.central.claimed_ports());
  for (const auto& claim : believed) {
    TRY(const auto known,
        boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<PortClaim>(reader, claim.id); }));
    if (known) continue;
    log::info("port {} came with an answer that was lost; it goes back", claim.id);
    TRY_VOID(deps_.central.return_port({claim.id, claim.token, std::nullopt}));
  }
  return {};
}

Result<void> TravellingPorts::note_used(Writer& writer, const domain::PortId& id, Time now) {
  TRY(auto claim, boundary::find<PortClaim>(writer, id));
  if (!claim || claim->returning) return {};
  claim->since = now;
  TRY_VOID(boundary::put(writer, *claim));
  return {};
}

Result<void> TravellingPorts::note_unused(Writer& writer, const domain::PortId& id) {
  return note_used(writer, id, Time{});
}

Result<bool> TravellingPorts::is_claimed(Reader& reader, const domain::PortId& id) {
  TRY(const auto claim, boundary::find<PortClaim>(reader, id));
  return claim.has_value();
}

Result<bool> TravellingPorts::any_returning(Reader& reader, const domain::NetworkId& network) {
  TRY(const auto claims, boundary::list<PortClaim>(reader, By{"network_id", network.str()}));
  return std::ranges::any_of(claims, &PortClaim::returning);
}

}  // namespace causeway::services
