#include <algorithm>
#include <map>

#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/pools/subnet_pools.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Lease;
using domain::Subnet;

namespace {

/// An address that a region may give to a port at any time cannot become the gateway.
Result<void> check_gateway_free(Reader& reader, const Subnet& subnet) {
  const auto offset = subnet.gateway_ip ? subnet.cidr.offset_of(*subnet.gateway_ip) : std::nullopt;
  if (!offset) return {};
  TRY(const auto leases, boundary::list<Lease>(reader, By{"resource", domain::resource_of(subnet.id)}));
  const bool leased =
      std::any_of(leases.begin(), leases.end(), [&](const Lease& lease) { return domain::covers(lease, *offset); });
  if (!leased) return {};
  return failed(fail(Code::conflict, "subnet.gateway_in_use",
                     "Current gateway ip {} is in a block of addresses that is in use for ports.", *subnet.gateway_ip)
                    .at("gateway_ip"));
}

/// The gateway address that a router holds stays the gateway.
Result<void> check_gateway_unused(Reader& reader, const Subnet& subnet, const std::optional<domain::IpAddress>& gateway) {
  if (!gateway) return {};
  TRY(const auto holders, boundary::list<domain::Port>(reader, By{"address", subnet.id.str() + "/" + gateway->to_string()}));
  if (holders.empty()) return {};
  return failed(fail(Code::conflict, "subnet.gateway_in_use",
                     "Current gateway ip {} already in use by port {}. Unable to update.", *gateway, holders.front().id)
                    .at("gateway_ip"));
}

Subnet subnet_of(const boundary::SubnetDraft& draft) {
  Subnet subnet;
  subnet.network_id = draft.network_id;
  subnet.project_id = draft.project_id;
  subnet.name = draft.name;
  subnet.description = draft.description;
  subnet.ip_version = draft.ip_version;
  subnet.cidr = draft.cidr;
  subnet.dns_nameservers = draft.dns_nameservers;
  subnet.host_routes = draft.host_routes;
  subnet.enable_dhcp = draft.enable_dhcp;
  subnet.subnetpool_id = draft.subnetpool_id;
  subnet.ipv6_ra_mode = draft.ipv6_ra_mode;
  subnet.ipv6_address_mode = draft.ipv6_address_mode;
  subnet.service_types = draft.service_types;
  return subnet;
}

/// Every subnet that the caller sees; by network where one is named.
Result<std::vector<Subnet>> candidates(Reader& reader, const Narrow& narrow) {
  return central::list_narrowed<Subnet>(
      reader, narrow.id, {{"network_id", narrow.network_id}, {"name", narrow.name}, {"project_id", narrow.project_id}});
}

}  // namespace

Result<std::vector<Subnet>> CentralNetworks::list_subnets(const Caller& who, const Narrow& narrow) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<Subnet>> {
    TRY(const auto subnets, candidates(reader, narrow));
    std::vector<Subnet> out;
    std::map<domain::NetworkId, bool> visible;
    for (const auto& subnet : subnets) {
      if (!central::narrows_to(narrow.network_id, subnet.network_id.str()) ||
          !central::narrows_to(narrow.name, subnet.name) ||
          !central::narrows_to(narrow.project_id, subnet.project_id.str())) {
        continue;
      }
      const auto [known, first] = visible.try_emplace(subnet.network_id, false);
      if (first) {
        TRY(const auto network, boundary::find<domain::Network>(reader, subnet.network_id));
        known->second = network && central::visible(who, *network);
      }
      if (known->second) out.push_back(subnet);
    }
    return out;
  });
}

Result<Subnet> CentralNetworks::get_subnet(const Caller& who, const domain::SubnetId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return central::seen_subnet(reader, who, id); });
}

Result<Subnet> CentralNetworks::create_subnet(Writer& writer, const Caller& who, const boundary::SubnetDraft& wish) {
  auto draft = wish;
  TRY(const auto network, central::seen_network(writer, who, draft.network_id));
  if (!who.sees(network.project_id)) return central::denied("create_subnet");
  if (network.deleting) return failed(Code::conflict, "network.deleting", "Network {} is being deleted.", network.id);
  TRY_VOID(central::check_quota<Subnet>(writer, draft.project_id, 1, std::int64_t(deps_.options.subnet_quota)));
  TRY_VOID(central::cut_block(writer, who, deps_.clock.now(), draft));
  Subnet subnet = subnet_of(draft);
  subnet.id = domain::SubnetId(deps_.ids.uuid());
  subnet.gateway_ip = draft.gateway_ip ? *draft.gateway_ip : domain::default_gateway(draft.cidr);
  subnet.allocation_pools =
      draft.allocation_pools ? *draft.allocation_pools : domain::default_pools(draft.cidr, subnet.gateway_ip);
  TRY_VOID(domain::check_subnet(subnet, deps_.options.limits));
  TRY(const auto others, boundary::list<Subnet>(writer, By{"network_id", network.id.str()}));
  TRY_VOID(domain::check_no_overlap(subnet, others));
  subnet.created_at = deps_.clock.now();
  TRY_VOID(central::put_changed(writer, subnet, subnet.created_at));
  return subnet;
}

Result<std::vector<Subnet>> CentralNetworks::create_subnets(const Caller& who,
                                                            const std::vector<boundary::SubnetDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<Subnet>> {
    std::vector<Subnet> made;
    for (const auto& draft : drafts) {
      TRY(auto subnet, create_subnet(writer, who, draft));
      made.push_back(std::move(subnet));
    }
    return made;
  });
}

Result<Subnet> CentralNetworks::update_subnet(const Caller& who, const domain::SubnetId& id,
                                              const boundary::SubnetChange& change,
                                              std::optional<std::int64_t> if_revision) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Subnet> {
    TRY(auto subnet, central::seen_subnet(writer, who, id));
    if (!who.sees(subnet.project_id)) return central::denied("update_subnet");
    TRY_VOID(central::check_revision(subnet, if_revision));
    const auto gateway_before = subnet.gateway_ip;
    subnet.gateway_ip = change.gateway_ip.value_or(subnet.gateway_ip);
    subnet.name = change.name.value_or(subnet.name);
    subnet.description = change.description.value_or(subnet.description);
    subnet.allocation_pools = change.allocation_pools.value_or(subnet.allocation_pools);
    subnet.dns_nameservers = change.dns_nameservers.value_or(subnet.dns_nameservers);
    subnet.host_routes = change.host_routes.value_or(subnet.host_routes);
    subnet.enable_dhcp = change.enable_dhcp.value_or(subnet.enable_dhcp);
    subnet.service_types = change.service_types.value_or(subnet.service_types);
    TRY_VOID(domain::check_subnet(subnet, deps_.options.limits));
    if (subnet.gateway_ip != gateway_before) {
      TRY_VOID(check_gateway_unused(writer, subnet, gateway_before));
      TRY_VOID(check_gateway_free(writer, subnet));
    }
    TRY_VOID(central::put_changed(writer, subnet, deps_.clock.now()));
    return subnet;
  });
}

}  // namespace causeway::services
