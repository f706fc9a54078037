#pragma once

#include <string>

#include "causeway/domain/ids.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/domain/network/address.hpp"

/// What the agent calls the things it makes on a host. Everything it owns starts with the prefix, and is found again by
/// it.
namespace causeway::services {

inline constexpr const char* link_prefix = "cw";

/// The first 12 hex digits of a uuid: interface names have 15 bytes.
std::string short_id(const std::string& uuid);
std::string bridge_name(const domain::NetworkId& id);      ///< cwb<12 hex>
std::string tunnel_name(const domain::NetworkId& id);      ///< cwx<12 hex>
std::string transit_bridge_name(const domain::RouterId& id);  ///< cwb<12 hex>: uuids differ from those of networks
std::string transit_tunnel_name(const domain::RouterId& id);  ///< cwx<12 hex>
std::string host_end_name(const domain::PortId& id);       ///< cwp<12 hex>, stays on the bridge
std::string container_end_name(const domain::PortId& id);  ///< cwc<12 hex>, goes into the container
/// A fixed, locally administered unicast address for the bridge of a network.
domain::Mac bridge_mac(const domain::NetworkId& id);
domain::Mac transit_bridge_mac(const domain::RouterId& id);
/// True for a name that only we make.
bool is_our_link(const std::string& name);

/// All of the host's packet filter.
inline constexpr const char* firewall_key = "firewall";
/// Whether somebody else changed it.
inline constexpr const char* firewall_check_key = "firewall-check";
std::string container_key(const domain::ContainerId& id);
std::string image_key(const domain::HostImageId& id);
std::string port_key(const domain::PortId& id);
std::string network_key(const domain::NetworkId& id);
std::string router_key(const domain::RouterId& id);
/// "port/<id>" -> "<id>"; "" when the key is of another kind.
std::string id_of_key(const std::string& key, std::string_view kind);

}  // namespace causeway::services
