#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"
#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/common/port_rules.hpp"

/// Who sees what in a region.
namespace causeway::services::local {

inline bool visible(const domain::Caller& who, const domain::Network& network) {
  return domain::sees_network(who, network);
}

/// A port of this region that the caller sees; those of other regions are only forwarding entries here.
inline Result<domain::Port> seen_port(boundary::Reader& reader, const domain::Caller& who,
                                      const domain::RegionName& region, const domain::PortId& id) {
  TRY(auto port, boundary::find<domain::Port>(reader, id));
  if (!port || port->region != region || !who.sees(port->project_id))
    return failed(Code::not_found, "port.not_found", "Port {} could not be found.", id);
  return *std::move(port);
}

/// Ports that are shown here: this region's, and those of routers on networks that are known here.
inline bool is_shown(const domain::Caller& who, const domain::RegionName& region, const domain::Port& port) {
  return (port.region == region || domain::is_service_owner(port.device_owner)) && who.sees(port.project_id);
}

inline Result<domain::Network> usable_network(boundary::Reader& reader, const domain::Caller& who,
                                              const domain::NetworkId& id) {
  TRY(auto network, boundary::find<domain::Network>(reader, id));
  if (!network || !visible(who, *network))
    return failed(Code::not_found, "network.not_found", "Network {} could not be found.", id);
  if (network->deleting) return failed(Code::conflict, "network.deleting", "Network {} is being deleted.", id);
  TRY_VOID(check_attachable(*network));
  return *std::move(network);
}

inline Result<std::optional<domain::SecurityGroup>> default_group(boundary::Reader& reader,
                                                                  const domain::ProjectId& project) {
  TRY(auto groups, boundary::list<domain::SecurityGroup>(reader, boundary::By{"default_of", project.str()}));
  return groups.empty() ? std::optional<domain::SecurityGroup>() : std::optional(std::move(groups.front()));
}

inline bool matches(const std::string& wish, const std::string& value) { return wish.empty() || wish == value; }

/// Every change of a port goes through here, so that whoever has a copy can tell which is newer.
Result<void> put_port(boundary::Writer& writer, domain::Port& port, Time now);

}  // namespace causeway::services::local
