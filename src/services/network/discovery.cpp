#include "causeway/domain/region/region.hpp"
#include "causeway/services/network/access.hpp"
#include "causeway/services/network/local_networks.hpp"

namespace causeway::services {

using boundary::By;
using boundary::FetchedNetwork;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Network;
using domain::Subnet;

namespace {

/// By id, else by name among what the caller sees here.
Result<std::optional<Network>> find_network(Reader& reader, const Caller& who, const std::string& id_or_name) {
  TRY(auto by_id, boundary::find<Network>(reader, id_or_name));
  if (by_id && local::visible(who, *by_id)) return by_id;
  TRY(auto named, boundary::list<Network>(reader, By{"name", id_or_name}));
  std::erase_if(named, [&](const Network& network) { return !local::visible(who, network); });
  if (named.size() > 1)
    return failed(Code::conflict, "network.ambiguous", "{} networks are named {}; use an id.", named.size(),
                  id_or_name);
  return named.empty() ? std::optional<Network>() : std::optional(std::move(named.front()));
}

/// A network may be here because a router joins it to one that we host: the centre has not been told then that we do.
Result<bool> is_hosted(Reader& reader, const domain::RegionName& region, const Network& network) {
  TRY(const auto interest, boundary::find<domain::Interest>(reader, domain::Interest::id_of(region, network.id)));
  return interest.has_value();
}

bool nothing_such(const Error& error) {
  return error.code == Code::not_found || error.reason == "network.ambiguous" || error.reason == "network.deleting";
}

}  // namespace

Result<void> LocalNetworks::adopt(Writer& writer, const FetchedNetwork& fetched) {
  for (const auto& group : fetched.security_groups) {
    TRY(const auto known, boundary::find<domain::SecurityGroup>(writer, group.id));
    if (!known || known->revision_number < group.revision_number) TRY_VOID(boundary::put(writer, group));
  }
  TRY_VOID(leases_.adopt(writer, fetched.leases));
  if (fetched.network.id.empty()) return {};
  const auto interest = domain::Interest::id_of(deps_.region, fetched.network.id);
  TRY_VOID(boundary::put(writer, domain::Interest{interest, deps_.region, fetched.network.id}));
  // once the network is here, the feed keeps it, and knows better than an answer that was under way
  TRY(const auto known, boundary::find<Network>(writer, fetched.network.id));
  if (known) return {};
  TRY_VOID(boundary::put(writer, fetched.network));
  for (const auto& subnet : fetched.subnets) TRY_VOID(boundary::put(writer, subnet));
  for (const auto& port : fetched.ports) {
    if (port.region != deps_.region) TRY_VOID(boundary::put(writer, port));
  }
  return {};
}

Result<Network> LocalNetworks::fetch(const Caller& who, const domain::ProjectId& project,
                                     const std::string& id_or_name) {
  TRY(auto fetched, deps_.central.fetch_network({id_or_name, project, who.is_admin()}));
  TRY_VOID(deps_.store.write([&](Writer& writer) { return adopt(writer, fetched); }));
  return std::move(fetched.network);
}

Result<Network> LocalNetworks::known_network(const Caller& who, const std::string& id_or_name) {
  TRY(auto network, boundary::view(deps_.store, [&](Reader& reader) -> Result<std::optional<Network>> {
        TRY(auto found, find_network(reader, who, id_or_name));
        if (!found) return found;
        TRY(const bool hosted, is_hosted(reader, deps_.region, *found));
        return hosted ? std::move(found) : std::nullopt;
      }));
  if (network) return *std::move(network);
  return fetch(who, who.project_id, id_or_name);
}

Result<void> LocalNetworks::need_default_group(const Caller& who, const domain::ProjectId& project) {
  TRY(const auto group,
      boundary::view(deps_.store, [&](Reader& reader) { return local::default_group(reader, project); }));
  if (group) return {};
  TRY_VOID(fetch(who, project, ""));
  return {};
}

/// They may be newer than what the feed brought.
Result<void> LocalNetworks::need_groups(const Caller& who, const std::vector<domain::SecurityGroupId>& ids) {
  TRY(const bool known, boundary::view(deps_.store, [&](Reader& reader) -> Result<bool> {
        for (const auto& id : ids) {
          TRY(const auto group, boundary::find<domain::SecurityGroup>(reader, id));
          if (!group) return false;
        }
        return true;
      }));
  if (known || who.project_id.empty()) return {};
  TRY_VOID(fetch(who, who.project_id, ""));
  return {};
}

Result<std::vector<Network>> LocalNetworks::list_networks(const Caller& who, const Narrow& narrow) {
  const auto look = [&](Reader& reader) -> Result<std::vector<Network>> {
    TRY(auto networks, narrow.name.empty() ? boundary::list<Network>(reader)
                                           : boundary::list<Network>(reader, By{"name", narrow.name}));
    std::erase_if(networks, [&](const Network& network) {
      return !local::visible(who, network) || !local::matches(narrow.id, network.id.str()) ||
             !local::matches(narrow.project_id, network.project_id.str());
    });
    return networks;
  };
  auto networks = boundary::view(deps_.store, look);
  const std::string& wanted = narrow.id.empty() ? narrow.name : narrow.id;
  if (!networks || !networks->empty() || wanted.empty()) return networks;
  const auto fetched = fetch(who, who.project_id, wanted);
  if (!fetched && !nothing_such(fetched.error())) return std::unexpected(fetched.error());
  return fetched ? boundary::view(deps_.store, look) : networks;
}

Result<Network> LocalNetworks::get_network(const Caller& who, const domain::NetworkId& id) {
  auto network = known_network(who, id.str());
  if (network && network->id == id) return network;
  if (!network && !nothing_such(network.error())) return network;
  return failed(Code::not_found, "network.not_found", "Network {} could not be found.", id);
}

Result<std::vector<Subnet>> LocalNetworks::list_subnets(const Caller& who, const Narrow& narrow) {
  if (!narrow.network_id.empty() || !narrow.id.empty()) {
    const std::string& wanted = narrow.network_id.empty() ? narrow.id : narrow.network_id;
    const auto here =
        boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<Subnet>(reader, wanted); });
    if (here && !*here) {
      const auto known = known_network(who, wanted);
      if (!known && !nothing_such(known.error())) return std::unexpected(known.error());
    }
  }
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<Subnet>> {
    TRY(auto subnets, narrow.network_id.empty() ? boundary::list<Subnet>(reader)
                                                : boundary::list<Subnet>(reader, By{"network_id", narrow.network_id}));
    std::vector<Subnet> out;
    for (auto& subnet : subnets) {
      if (!local::matches(narrow.id, subnet.id.str()) || !local::matches(narrow.name, subnet.name) ||
          !local::matches(narrow.project_id, subnet.project_id.str())) {
        continue;
      }
      TRY(const auto network, boundary::find<Network>(reader, subnet.network_id));
      if (network && local::visible(who, *network)) out.push_back(std::move(subnet));
    }
    return out;
  });
}

Result<Subnet> LocalNetworks::get_subnet(const Caller& who, const domain::SubnetId& id) {
  TRY(auto found, list_subnets(who, {.id = id.str(), .name = "", .network_id = "", .device_id = "", .project_id = ""}));
  if (found.empty()) return failed(Code::not_found, "subnet.not_found", "Subnet {} could not be found.", id);
  return std::move(found.front());
}

Result<std::vector<domain::SecurityGroup>> LocalNetworks::list_security_groups(const Caller& who,
                                                                               const Narrow& narrow) {
  if (!who.project_id.empty()) TRY_VOID(need_default_group(who, who.project_id));
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<domain::SecurityGroup>> {
    TRY(auto groups, who.is_admin()
                         ? boundary::list<domain::SecurityGroup>(reader)
                         : boundary::list<domain::SecurityGroup>(reader, By{"project_id", who.project_id.str()}));
    std::erase_if(groups, [&](const domain::SecurityGroup& group) {
      return !who.sees(group.project_id) || !local::matches(narrow.id, group.id.str()) ||
             !local::matches(narrow.name, group.name) || !local::matches(narrow.project_id, group.project_id.str());
    });
    return groups;
  });
}

Result<domain::SecurityGroup> LocalNetworks::get_security_group(const Caller& who, const domain::SecurityGroupId& id) {
  TRY(auto group,
      boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<domain::SecurityGroup>(reader, id); }));
  if (!group || !who.sees(group->project_id))
    return failed(Code::not_found, "security_group.not_found", "Security group {} does not exist", id);
  return *std::move(group);
}

}  // namespace causeway::services
