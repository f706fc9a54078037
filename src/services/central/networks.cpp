#include <set>

#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/routers/external_networks.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/sharing/rbac_policies.hpp"
#include "causeway/services/central/visibility.hpp"
#include "causeway/services/common/port_rules.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Network;

namespace {

constexpr std::uint32_t min_mtu = 68;  // RFC 791

Result<std::uint32_t> checked_mtu(std::uint32_t mtu, const CentralOptions& options) {
  if (mtu >= min_mtu && mtu <= options.max_mtu) return mtu;
  return failed(fail(Code::invalid, "network.bad_mtu", "The MTU of a network is from {} to {}, not {}.", min_mtu,
                     options.max_mtu, mtu)
                    .at("mtu"));
}

Result<std::uint32_t> vni_for(const CentralDeps& deps, Writer& writer, const std::optional<std::uint32_t>& wish) {
  const std::string resource(domain::vni_resource);
  auto book = own_book(deps, writer);
  if (!wish) {
    auto number = book.any(resource);
    if (!number && number.error().code == Code::exhausted) {
      return failed(Code::unavailable, "network.no_vni",
                    "Unable to create the network. No tenant network is available for allocation.");
    }
    if (!number) return std::unexpected(std::move(number).error());
    TRY_VOID(save(writer, book));
    return std::uint32_t(*number);
  }
  auto taken = book.take(resource, *wish);
  if (!taken && taken.error().code == Code::conflict) {
    return failed(Code::conflict, "network.vni_in_use", "Unable to create the network. The tunnel ID {} is in use.",
                  *wish);
  }
  if (!taken) return std::unexpected(std::move(taken).error().at("provider:segmentation_id"));
  TRY_VOID(save(writer, book));
  return *wish;
}

Result<void> check_texts(const Network& network, const domain::NetworkLimits& limits) {
  TRY_VOID(domain::check_text("name", network.name, limits));
  TRY_VOID(domain::check_text("description", network.description, limits));
  TRY_VOID(domain::check_dns_domain(network.dns_domain));
  for (const auto& zone : network.availability_zone_hints)
    TRY_VOID(domain::check_text("availability_zone_hints", zone, limits));
  return {};
}

/// A network that others have ports on cannot be taken away from them.
Result<void> check_unshare(Reader& reader, const Network& network) {
  TRY(const auto ports, boundary::list<domain::Port>(reader, By{"network_id", network.id.str()}));
  for (const auto& port : ports) {
    if (port.project_id == network.project_id) continue;
    return failed(Code::conflict, "network.shared_in_use",
                  "Unable to reconfigure sharing settings for network {}. Multiple tenants are using it.", network.id);
  }
  return {};
}

/// What a project can see: all when the caller is an administrator, else its own and the shared ones.
Result<std::vector<Network>> candidates(Reader& reader, const Caller& who, const Narrow& narrow) {
  const bool by_index = !narrow.id.empty() || !narrow.name.empty() || !narrow.project_id.empty();
  if (by_index || who.is_admin()) {
    const std::string& id = narrow.id.empty() ? narrow.network_id : narrow.id;
    return central::list_narrowed<Network>(reader, id, {{"name", narrow.name}, {"project_id", narrow.project_id}});
  }
  TRY(auto networks, boundary::list<Network>(reader, By{"project_id", who.project_id.str()}));
  std::set<domain::NetworkId> known;
  for (const auto& network : networks) known.insert(network.id);
  for (const auto& by : {By{"shared", "1"}, By{"external", "1"}, By{"shared_with", who.project_id.str()}}) {
    TRY(const auto others, boundary::list<Network>(reader, by));
    for (const auto& network : others) {
      if (known.insert(network.id).second) networks.push_back(network);
    }
  }
  return networks;
}

}  // namespace

Result<std::vector<Network>> CentralNetworks::list_networks(const Caller& who, const Narrow& narrow) {
  TRY(auto networks, boundary::view(deps_.store, [&](Reader& reader) { return candidates(reader, who, narrow); }));
  return central::kept(std::move(networks), [&](const Network& network) {
    return central::visible(who, network) && central::narrows_to(narrow.name, network.name) &&
           central::narrows_to(narrow.project_id, network.project_id.str());
  });
}

Result<Network> CentralNetworks::get_network(const Caller& who, const domain::NetworkId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return central::seen_network(reader, who, id); });
}

Result<Network> CentralNetworks::create_network(Writer& writer, const Caller& who,
                                                const boundary::NetworkDraft& draft, const domain::NetworkId& chosen) {
  if (draft.vni && !who.is_admin()) return central::denied("create_network:provider:segmentation_id");
  if (draft.shared && !who.is_admin()) return central::denied("create_network:shared");
  TRY_VOID(central::check_quota<Network>(writer, draft.project_id, 1, std::int64_t(deps_.options.network_quota)));
  TRY_VOID(central::check_provider_rights(who, draft));
  Network network;
  network.id = chosen.empty() ? domain::NetworkId(deps_.ids.uuid()) : chosen;
  network.project_id = draft.project_id;
  network.name = draft.name;
  network.description = draft.description;
  network.admin_state_up = draft.admin_state_up;
  network.shared = draft.shared;
  network.port_security_enabled = draft.port_security_enabled;
  network.availability_zone_hints = draft.availability_zone_hints;
  network.qos_policy_id = draft.qos_policy_id;
  network.dns_domain = draft.dns_domain;
  TRY_VOID(check_policy(writer, who, network.qos_policy_id));
  TRY_VOID(check_texts(network, deps_.options.limits));
  TRY(network.mtu, checked_mtu(draft.mtu.value_or(deps_.options.default_mtu), deps_.options));
  if (draft.external || draft.network_type.value_or("vxlan") != "vxlan") {
    TRY_VOID(central::put_outside(writer, network, draft));
  } else {
    TRY(const auto pods, boundary::list<domain::Pod>(writer));
    TRY_VOID(domain::check_hints(network.availability_zone_hints, pods));
    TRY(network.vni, vni_for(deps_, writer, draft.vni));
  }
  network.created_at = deps_.clock.now();
  TRY_VOID(central::put_changed(writer, network, network.created_at));
  TRY_VOID(central::note_sharing(deps_, writer, network));
  TRY_VOID(central::default_group(deps_, writer, draft.project_id));
  return network;
}

Result<std::vector<Network>> CentralNetworks::create_networks(const Caller& who,
                                                              const std::vector<boundary::NetworkDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<Network>> {
    std::vector<Network> made;
    for (const auto& draft : drafts) {
      TRY(auto network, create_network(writer, who, draft));
      made.push_back(std::move(network));
    }
    return made;
  });
}

Result<Network> CentralNetworks::update_network(const Caller& who, const domain::NetworkId& id,
                                                const boundary::NetworkChange& change,
                                                std::optional<std::int64_t> if_revision) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Network> {
    TRY(auto network, central::seen_network(writer, who, id));
    if (!who.sees(network.project_id)) return central::denied("update_network");
    TRY_VOID(central::check_revision(network, if_revision));
    if (change.shared && *change.shared != network.shared) {
      if (!who.is_admin()) return central::denied("update_network:shared");
      if (network.shared) TRY_VOID(check_unshare(writer, network));
      network.shared = *change.shared;
    }
    if (change.external || change.is_default) {
      if (!who.is_admin()) return central::denied("update_network:router:external");
      if (change.external) TRY_VOID(central::check_external_change(network, *change.external));
      network.is_default = change.is_default.value_or(network.is_default);
      TRY_VOID(central::keep_one_default(writer, network));
    }
    if (change.mtu) {
      TRY(network.mtu, checked_mtu(*change.mtu, deps_.options));
    }
    network.name = change.name.value_or(network.name);
    network.description = change.description.value_or(network.description);
    network.admin_state_up = change.admin_state_up.value_or(network.admin_state_up);
    network.port_security_enabled = change.port_security_enabled.value_or(network.port_security_enabled);
    network.dns_domain = change.dns_domain.value_or(network.dns_domain);
    if (change.qos_policy_id) {
      network.qos_policy_id = *change.qos_policy_id;
      TRY_VOID(check_policy(writer, who, network.qos_policy_id));
    }
    TRY_VOID(check_texts(network, deps_.options.limits));
    TRY_VOID(central::put_changed(writer, network, deps_.clock.now()));
    TRY_VOID(central::note_sharing(deps_, writer, network));
    return network;
  });
}

}  // namespace causeway::services
