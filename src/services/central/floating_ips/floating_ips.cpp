#include "causeway/services/central/floating_ips/floating_ips.hpp"

#include <algorithm>
#include <set>

#include "causeway/domain/router/gateways.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/floating_ips/association.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::FixedIpWish;
using boundary::FloatingIpDetails;
using boundary::FloatingIpDraft;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::FloatingIp;
using domain::FloatingIpStatus;
using domain::Network;
using domain::Port;
using domain::Subnet;

Result<FloatingIp> central::seen_floating_ip(Reader& reader, const Caller& who, const domain::FloatingIpId& id) {
  TRY(auto found, boundary::find<FloatingIp>(reader, id));
  if (!found || !who.sees(found->project_id))
    return failed(Code::not_found, "floatingip.not_found", "Floating IP {} could not be found", id);
  return *std::move(found);
}

namespace {

using central::seen_floating_ip;

Result<FloatingIpDetails> with_port(Reader& reader, FloatingIp floating_ip) {
  FloatingIpDetails out{std::move(floating_ip), std::nullopt};
  if (out.floating_ip.port_id) {
    TRY(out.port, boundary::find<Port>(reader, *out.floating_ip.port_id));
  }
  return out;
}

Result<Network> external_network(Reader& reader, const Caller& who, const domain::NetworkId& id) {
  TRY(auto network, central::seen_network(reader, who, id));
  if (network.external) return network;
  return failed(Code::invalid, "floatingip.bad_request",
                "Bad floatingip request: Network {} is not a valid external network.", id);
}

Result<void> put(Writer& writer, FloatingIp& floating_ip, Time now) {
  auto stored = central::put_changed(writer, floating_ip, now);
  if (stored || stored.error().reason != "store.unique") return stored;
  return failed(Code::conflict, "ipam.address_in_use", "IP address {} already allocated in subnet {}.",
                floating_ip.floating_ip_address, floating_ip.floating_subnet_id);
}

/// The subnets that an address may come out of, as wishes in the order in which they are tried.
Result<std::vector<FixedIpWish>> wishes_of(Reader& reader, const Network& network, const FloatingIpDraft& draft) {
  if (draft.floating_ip_address) return std::vector<FixedIpWish>{{draft.subnet_id, draft.floating_ip_address}};
  TRY(const auto subnets, boundary::list<Subnet>(reader, By{"network_id", network.id.str()}));
  std::vector<FixedIpWish> out;
  for (const auto& subnet : subnets) {
    if (subnet.ip_version == 4 && (!draft.subnet_id || *draft.subnet_id == subnet.id))
      out.push_back({subnet.id, std::nullopt});
  }
  if (!out.empty()) return out;
  if (draft.subnet_id) {
    return failed(Code::invalid, "floatingip.bad_request",
                  "Bad floatingip request: Subnet {} is no IPv4 subnet of network {}.", *draft.subnet_id, network.id);
  }
  return failed(Code::invalid, "floatingip.bad_request",
                "Bad floatingip request: Network {} does not contain any IPv4 subnet.", network.id);
}

/// The port that holds the address.
Result<Port> hold_address(const CentralDeps& deps, Writer& writer, const Network& network, const FloatingIpDraft& draft,
                          const FloatingIp& floating_ip) {
  TRY(const auto wishes, wishes_of(writer, network, draft));
  for (const auto& wish : wishes) {
    auto port = central::make_service_port(deps, writer, {domain::floating_ip_owner, floating_ip.id.str(), {}}, network,
                                           std::vector<FixedIpWish>{wish});
    if (port || port.error().code != Code::exhausted) return port;
  }
  return failed(Code::invalid, "floatingip.exhausted", "Unable to find any IP address on external network {}.",
                network.id);
}

}  // namespace

Result<std::vector<FloatingIpDetails>> FloatingIps::list_floating_ips(const Caller& who, const Narrow& narrow) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<FloatingIpDetails>> {
    const std::string own = who.is_admin() ? narrow.project_id : who.project_id.str();
    TRY(auto found, central::list_narrowed<FloatingIp>(reader, narrow.id, {{"project_id", own}}));
    std::vector<FloatingIpDetails> out;
    for (auto& floating_ip : found) {
      if (!who.sees(floating_ip.project_id) ||
          !central::narrows_to(narrow.project_id, floating_ip.project_id.str()))
        continue;
      TRY(auto details, with_port(reader, std::move(floating_ip)));
      out.push_back(std::move(details));
    }
    return out;
  });
}

Result<FloatingIpDetails> FloatingIps::get_floating_ip(const Caller& who, const domain::FloatingIpId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<FloatingIpDetails> {
    TRY(auto floating_ip, seen_floating_ip(reader, who, id));
    return with_port(reader, std::move(floating_ip));
  });
}

Result<FloatingIpDetails> FloatingIps::create_floating_ip(Writer& writer, const Caller& who, const FloatingIpDraft& draft) {
  if (draft.fixed_ip_address && !draft.port_id) {
    return failed(Code::invalid, "floatingip.bad_request",
                  "Bad floatingip request: fixed_ip_address cannot be specified without a port_id.");
  }
  if (draft.floating_ip_address && !who.is_admin()) return central::denied("create_floatingip:floating_ip_address");
  TRY_VOID(central::check_quota<FloatingIp>(writer, draft.project_id, 1, deps_.options.floating_ip_quota));
  TRY(const auto network, external_network(writer, who, draft.floating_network_id));
  FloatingIp made;
  made.id = domain::FloatingIpId(deps_.ids.uuid());
  made.project_id = draft.project_id;
  made.description = draft.description;
  TRY_VOID(domain::check_text("description", made.description, deps_.options.limits));
  made.floating_network_id = network.id;
  TRY(const auto holder, hold_address(deps_, writer, network, draft, made));
  made.floating_port_id = holder.id;
  made.floating_subnet_id = holder.fixed_ips.front().subnet_id;
  made.floating_ip_address = holder.fixed_ips.front().ip_address;
  if (!made.floating_ip_address.is_v4()) {
    return failed(Code::invalid, "floatingip.bad_request",
                  "Bad floatingip request: {} is not an IPv4 address.", made.floating_ip_address);
  }
  if (draft.port_id) TRY_VOID(central::associate(writer, who, made, *draft.port_id, draft.fixed_ip_address));
  made.created_at = deps_.clock.now();
  TRY_VOID(put(writer, made, made.created_at));
  return with_port(writer, std::move(made));
}

Result<std::vector<FloatingIpDetails>> FloatingIps::create_floating_ips(const Caller& who,
                                                                        const std::vector<FloatingIpDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<FloatingIpDetails>> {
    std::vector<FloatingIpDetails> made;
    for (const auto& draft : drafts) {
      TRY(auto details, create_floating_ip(writer, who, draft));
      made.push_back(std::move(details));
    }
    return made;
  });
}

Result<FloatingIpDetails> FloatingIps::update_floating_ip(const Caller& who, const domain::FloatingIpId& id,
                                                          const boundary::FloatingIpChange& change,
                                                          std::optional<std::int64_t> if_revision) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<FloatingIpDetails> {
    TRY(auto floating_ip, seen_floating_ip(writer, who, id));
    TRY_VOID(central::check_revision(floating_ip, if_revision));
    floating_ip.description = change.description.value_or(floating_ip.description);
    TRY_VOID(domain::check_text("description", floating_ip.description, deps_.options.limits));
    const auto port = change.port_id ? *change.port_id : floating_ip.port_id;
    if (change.fixed_ip_address && !port) {
      return failed(Code::invalid, "floatingip.bad_request",
                    "Bad floatingip request: fixed_ip_address cannot be specified without a port_id.");
    }
    if (!port) {
      central::dissociate(floating_ip);
    } else if (change.port_id || change.fixed_ip_address) {
      TRY_VOID(central::associate(writer, who, floating_ip, *port, change.fixed_ip_address));
    }
    TRY_VOID(put(writer, floating_ip, deps_.clock.now()));
    return with_port(writer, std::move(floating_ip));
  });
}

Result<void> FloatingIps::delete_floating_ip(const Caller& who, const domain::FloatingIpId& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto floating_ip, seen_floating_ip(writer, who, id));
    TRY_VOID(central::erase_service_port(deps_, writer, floating_ip.floating_port_id));
    TRY_VOID(boundary::erase<FloatingIp>(writer, id));
    return {};
  });
}

Result<void> FloatingIps::seen(const domain::RegionName& region, const domain::HostName& host,
                               const std::vector<domain::FloatingIpId>& ids) {
  const std::set<domain::FloatingIpId> there(ids.begin(), ids.end());
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto routers, boundary::list<domain::Router>(writer, By{"gateway_host", host.str()}));
    for (const auto& router : routers) {
      TRY(auto users, boundary::list<FloatingIp>(writer, By{"router_id", router.id.str()}));
      for (auto& user : users) {
        const auto* gateway = domain::carrier_of(router, user.floating_network_id);
        const bool carried = gateway != nullptr && gateway->host == host && gateway->region == region;
        const auto status = there.contains(user.id) ? FloatingIpStatus::active : FloatingIpStatus::down;
        if (!carried || user.status == status) continue;
        user.status = status;
        TRY_VOID(boundary::put(writer, user));  // no new revision number: the user changed nothing
      }
    }
    return {};
  });
}

Result<void> FloatingIps::release_lost(const std::optional<domain::PortId>& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    std::set<domain::PortId> ports;
    if (id) {
      ports.insert(*id);
    } else {
      TRY(const auto all, boundary::list<FloatingIp>(writer));
      for (const auto& floating_ip : all) {
        if (floating_ip.port_id) ports.insert(*floating_ip.port_id);
      }
    }
    for (const auto& port_id : ports) {
      TRY(const auto port, boundary::find<Port>(writer, port_id));
      TRY_VOID(central::release_floating_ips(deps_, writer, port_id, port));
    }
    return {};
  });
}

}  // namespace causeway::services
