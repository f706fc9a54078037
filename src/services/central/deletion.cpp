#include "causeway/services/central/deletion.hpp"

#include <algorithm>
#include <optional>

#include "causeway/base/log.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/port_claim.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/commit_signal.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/release_answer.hpp"
#include "causeway/services/central/sharing/rbac_policies.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Interest;
using domain::Lease;
using domain::Network;
using domain::Port;
using domain::RegionName;
using domain::Subnet;

namespace {

template <class Id>
std::string object_of(std::string_view kind, const Id& id) {
  return fmt::format("{}/{}", kind, id);
}

Result<void> forget_answers(Writer& writer, const std::string& object) {
  TRY(const auto answers, boundary::list<ReleaseAnswer>(writer, By{"object", object}));
  for (const auto& answer : answers) TRY_VOID(boundary::erase<ReleaseAnswer>(writer, answer.id));
  return {};
}

/// Erases leases of a resource; of one holder, or of all.
Result<void> erase_leases(Writer& writer, const std::string& resource, const std::optional<RegionName>& holder) {
  TRY(const auto leases, boundary::list<Lease>(writer, holder ? By{"holding", Lease::holding(*holder, resource)}
                                                              : By{"resource", resource}));
  for (const auto& lease : leases) TRY_VOID(boundary::erase<Lease>(writer, lease.id));
  return {};
}

Result<void> add_holders(Reader& reader, const Subnet& subnet, std::set<RegionName>& regions) {
  TRY(const auto leases, boundary::list<Lease>(reader, By{"resource", domain::resource_of(subnet.id)}));
  for (const auto& lease : leases) regions.insert(lease.region);
  return {};
}

Result<void> add_interested(Reader& reader, const domain::NetworkId& id, std::set<RegionName>& regions) {
  TRY(const auto interests, boundary::list<Interest>(reader, By{"network_id", id.str()}));
  for (const auto& interest : interests) regions.insert(interest.region);
  return {};
}

std::unexpected<Error> in_use(std::string_view kind, const std::string& id, const RegionName& region) {
  return failed(Code::conflict, fmt::format("{}.in_use", kind),
                "Unable to complete operation on {} {}. There are one or more ports still in use on it in region {}.",
                kind, id, region);
}

/// Ports of the centre's own on the network; with an address of one subnet, if one is named. The gateway address of a router is in no lease.
Result<bool> has_own_ports(Reader& reader, const RegionName& centre, const domain::NetworkId& network, const std::optional<domain::SubnetId>& subnet) {
  TRY(const auto ports, boundary::list<Port>(reader, By{"network_id", network.str()}));
  return std::any_of(ports.begin(), ports.end(), [&](const Port& port) {
    const auto& ips = port.fixed_ips;
    return port.region == centre && (!subnet || std::any_of(ips.begin(), ips.end(), [&](const auto& ip) { return ip.subnet_id == *subnet; }));
  });
}

}  // namespace

Result<Deletion::Regions> Deletion::begin_network(Writer& writer, const domain::Caller& who,
                                                  const domain::NetworkId& id) {
  TRY(auto network, central::seen_network(writer, who, id));
  if (!who.sees(network.project_id)) return central::denied("delete_network");
  if (network.deleting) return failed(Code::conflict, "network.deleting", "Network {} is being deleted already.", id);
  TRY(const bool used, has_own_ports(writer, deps_.region, id, std::nullopt));
  if (used) return in_use("network", id.str(), deps_.region);
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", id.str()}));
  Regions regions;
  TRY_VOID(add_interested(writer, id, regions));
  for (const auto& subnet : subnets) {
    if (subnet.deleting)
      return failed(Code::conflict, "subnet.deleting", "Subnet {} of network {} is being deleted.", subnet.id, id);
    TRY_VOID(add_holders(writer, subnet, regions));
  }
  regions.erase(deps_.region);
  network.deleting = true;
  TRY_VOID(forget_answers(writer, object_of("network", id)));
  TRY_VOID(central::put_changed(writer, network, deps_.clock.now()));
  return regions;
}

Result<Deletion::Regions> Deletion::begin_subnet(Writer& writer, const domain::Caller& who,
                                                 const domain::SubnetId& id) {
  TRY(auto subnet, central::seen_subnet(writer, who, id));
  TRY(const auto network, boundary::get<Network>(writer, subnet.network_id));
  if (!who.sees(subnet.project_id) && !who.sees(network.project_id)) return central::denied("delete_subnet");
  if (subnet.deleting || network.deleting)
    return failed(Code::conflict, "subnet.deleting", "Subnet {} is being deleted already.", id);
  TRY(const auto own,
      boundary::list<Lease>(writer, By{"holding", Lease::holding(deps_.region, domain::resource_of(id))}));
  if (std::any_of(own.begin(), own.end(), [](const Lease& lease) { return domain::used_count(lease) > 0; })) {
    return in_use("subnet", id.str(), deps_.region);
  }
  TRY(const bool used, has_own_ports(writer, deps_.region, network.id, id));
  if (used) return in_use("subnet", id.str(), deps_.region);
  Regions regions;
  TRY_VOID(add_interested(writer, subnet.network_id, regions));
  TRY_VOID(add_holders(writer, subnet, regions));
  regions.erase(deps_.region);
  subnet.deleting = true;
  TRY_VOID(forget_answers(writer, object_of("subnet", id)));
  TRY_VOID(central::put_changed(writer, subnet, deps_.clock.now()));
  return regions;
}

Result<void> Deletion::await(const std::string& object, const std::string& kind, const std::string& id,
                             const Regions& regions) {
  CommitSignal signal(deps_.store);
  const auto deadline = std::chrono::steady_clock::now() + deps_.options.release_timeout;
  for (bool in_time = true;; in_time = signal.wait(deadline)) {
    TRY(const auto answers, boundary::view(deps_.store, [&](Reader& reader) {
          return boundary::list<ReleaseAnswer>(reader, By{"object", object});
        }));
    auto missing = regions;
    for (const auto& answer : answers) {
      if (answer.in_use) return in_use(kind, id, answer.region);
      missing.erase(answer.region);
    }
    if (missing.empty()) return {};
    if (in_time) continue;
    std::string names;
    for (const auto& region : missing) names += (names.empty() ? "" : ", ") + region.str();
    return failed(Code::unavailable, "region.unreachable",
                  "{} {} cannot be deleted now: it may be in use in {}, which did not answer.", kind, id, names);
  }
}

template <class T>
Result<void> Deletion::stop_deleting(Writer& writer, T& value) {
  value.deleting = false;
  TRY_VOID(forget_answers(writer, object_of(T::kind, value.id)));
  return central::put_changed(writer, value, deps_.clock.now());
}

template <class T, class Id>
Result<void> Deletion::conclude(const Id& id, const Regions& regions,
                                Result<void> (Deletion::*finish)(Writer&, const Id&)) {
  auto done = await(object_of(T::kind, id), std::string(T::kind), id.str(), regions);
  if (done) done = deps_.store.write([&](Writer& writer) { return (this->*finish)(writer, id); });
  if (done) return {};
  auto undone = deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto value, boundary::find<T>(writer, id));
    return value ? stop_deleting(writer, *value) : Result<void>();
  });
  if (!undone) log::error("{} {} stays marked as being deleted: {}", T::kind, id, undone.error().describe());
  return done;
}

Result<void> Deletion::network(const domain::Caller& who, const domain::NetworkId& id) {
  TRY(const auto regions,
      boundary::transact(deps_.store, [&](Writer& writer) { return begin_network(writer, who, id); }));
  return conclude<Network>(id, regions, &Deletion::finish_network);
}

Result<void> Deletion::subnet(const domain::Caller& who, const domain::SubnetId& id) {
  TRY(const auto regions,
      boundary::transact(deps_.store, [&](Writer& writer) { return begin_subnet(writer, who, id); }));
  return conclude<Subnet>(id, regions, &Deletion::finish_subnet);
}

/// A port that travelled may have come home since the deletion began, before its region answered.
Result<void> Deletion::finish_subnet(Writer& writer, const domain::SubnetId& id) {
  TRY(const auto subnet, boundary::get<Subnet>(writer, id));
  TRY(const bool used, has_own_ports(writer, deps_.region, subnet.network_id, id));
  if (used) return in_use("subnet", id.str(), deps_.region);
  TRY_VOID(erase_leases(writer, domain::resource_of(id), std::nullopt));
  TRY_VOID(forget_answers(writer, object_of("subnet", id)));
  TRY_VOID(boundary::erase<Subnet>(writer, id));
  return {};
}

Result<void> Deletion::finish_network(Writer& writer, const domain::NetworkId& id) {
  TRY(const auto network, boundary::get<Network>(writer, id));
  TRY(const bool used, has_own_ports(writer, deps_.region, id, std::nullopt));
  if (used) return in_use("network", id.str(), deps_.region);
  // what is left of ports are copies whose owners have let go: their tombstones are on the way
  TRY(const auto ports, boundary::list<Port>(writer, By{"network_id", id.str()}));
  for (const auto& port : ports) TRY_VOID(boundary::erase<Port>(writer, port.id));
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", id.str()}));
  for (const auto& subnet : subnets) TRY_VOID(finish_subnet(writer, subnet.id));
  auto book = own_book(deps_, writer);
  TRY_VOID(book.free(std::string(domain::vni_resource), network.vni, deps_.options.quarantine));
  TRY_VOID(save(writer, book));
  TRY_VOID(forget_answers(writer, object_of("network", id)));
  TRY_VOID(boundary::erase<Network>(writer, id));
  TRY_VOID(central::forget_sharing(writer, id.str()));
  TRY(const auto interests, boundary::list<Interest>(writer, By{"network_id", id.str()}));
  for (const auto& interest : interests) TRY_VOID(boundary::erase<Interest>(writer, interest.id));
  return {};
}

Result<void> Deletion::answer(const RegionName& region, std::string_view kind, const std::string& id, bool in_use) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    std::vector<Subnet> subnets;
    if (kind == Network::kind) {
      TRY(const auto network, boundary::find<Network>(writer, id));
      if (!network || !network->deleting) return {};
      TRY(subnets, boundary::list<Subnet>(writer, By{"network_id", id}));
    } else if (kind == Subnet::kind) {
      TRY(auto subnet, boundary::find<Subnet>(writer, id));
      if (!subnet || !subnet->deleting) return {};
      subnets.push_back(*std::move(subnet));
    } else {
      return failed(Code::invalid, "release.bad_kind", "'{}' is not released by regions.", kind);
    }
    const auto object = object_of(kind, id);
    TRY_VOID(boundary::put(writer, ReleaseAnswer{object_of(object, region), object, region, in_use}));
    if (in_use) return {};
    for (const auto& subnet : subnets) TRY_VOID(erase_leases(writer, domain::resource_of(subnet.id), region));
    if (kind == Network::kind)
      TRY_VOID(boundary::erase<Interest>(writer, Interest::id_of(region, domain::NetworkId(id))));
    return {};
  });
}

Result<void> Deletion::recover() {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto networks, boundary::list<Network>(writer, By{"deleting", "1"}));
    for (auto& network : networks) TRY_VOID(stop_deleting(writer, network));
    TRY(auto subnets, boundary::list<Subnet>(writer, By{"deleting", "1"}));
    for (auto& subnet : subnets) TRY_VOID(stop_deleting(writer, subnet));
    return {};
  });
}

}  // namespace causeway::services
