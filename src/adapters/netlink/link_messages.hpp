#pragma once

#include <cstdint>
#include <string_view>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/message.hpp"
#include "causeway/boundary/kernel/links.hpp"

/// The rtnetlink requests about links: pure builders.
namespace causeway::adapters {

Message get_link(std::string_view name);
Message get_link(std::uint32_t index);
Message list_links();
Message delete_link(std::string_view name);
Message create_bridge(const boundary::BridgeSpec& spec);
Message create_vxlan(const boundary::VxlanSpec& spec, std::uint32_t bridge);
Message create_veth(const boundary::VethSpec& spec, std::uint32_t bridge);

/// A change of an existing link.
Message change_link(std::uint32_t index);
Message set_up(std::uint32_t index, bool up);
Message set_bridge_options(std::uint32_t index, const LinkState::Bridge& options);
Message set_vxlan_local(std::uint32_t index, const domain::IpAddress& local);
Message set_bridge_port(std::uint32_t index, const LinkState::BridgePort& options);

/// Multicast snooping is off: it would learn from tenants' packets where neighbour solicitations go.
LinkState::Bridge bridge_options(const boundary::BridgeSpec& spec);
/// Unknown unicast stops at the tunnel. Broadcast and multicast pass into the device, which answers ARP and neighbour
/// solicitations, and drops the rest since it has no default destination.
inline constexpr LinkState::BridgePort tunnel_port{
    .learning = false, .unicast_flood = false, .multicast_flood = true, .broadcast_flood = true};

}  // namespace causeway::adapters
