#include "causeway/services/agent/names.hpp"

#include <algorithm>

namespace causeway::services {
namespace {

constexpr std::size_t short_id_size = 12;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

std::string short_id(const std::string& uuid) {
  std::string out;
  for (const char c : uuid) {
    if (is_hex(c) && out.size() < short_id_size) out.push_back(c);
  }
  return out;
}

namespace {

domain::Mac bridge_mac_of(const std::string& uuid) {
  constexpr std::uint64_t locally_administered = 0x020000000000;
  constexpr std::uint64_t low_40_bits = 0xffffffffff;
  std::uint64_t number = 0;
  for (const char c : short_id(uuid)) number = (number << 4) | std::uint64_t(c <= '9' ? c - '0' : c - 'a' + 10);
  return domain::Mac::from_number(locally_administered | (number & low_40_bits));
}

}  // namespace

std::string bridge_name(const domain::NetworkId& id) { return "cwb" + short_id(id.str()); }
std::string tunnel_name(const domain::NetworkId& id) { return "cwx" + short_id(id.str()); }
std::string transit_bridge_name(const domain::RouterId& id) { return "cwb" + short_id(id.str()); }
std::string transit_tunnel_name(const domain::RouterId& id) { return "cwx" + short_id(id.str()); }
std::string host_end_name(const domain::PortId& id) { return "cwp" + short_id(id.str()); }
std::string container_end_name(const domain::PortId& id) { return "cwc" + short_id(id.str()); }
std::string meter_name(const domain::PortId& id) { return "cwi" + short_id(id.str()); }

domain::Mac bridge_mac(const domain::NetworkId& id) { return bridge_mac_of(id.str()); }
domain::Mac transit_bridge_mac(const domain::RouterId& id) { return bridge_mac_of(id.str()); }

bool is_our_link(const std::string& name) {
  if (name.size() != 3 + short_id_size || !name.starts_with(link_prefix)) return false;
  if (std::string_view("bxpcirt").find(name[2]) == std::string_view::npos) return false;
  return std::all_of(name.begin() + 3, name.end(), is_hex);
}

std::string container_key(const domain::ContainerId& id) { return "container/" + id.str(); }
std::string image_key(const domain::HostImageId& id) { return "image/" + id.str(); }
std::string port_key(const domain::PortId& id) { return "port/" + id.str(); }
std::string network_key(const domain::NetworkId& id) { return "network/" + id.str(); }
std::string router_key(const domain::RouterId& id) { return "router/" + id.str(); }

std::string id_of_key(const std::string& key, std::string_view kind) {
  if (!key.starts_with(kind) || key.size() <= kind.size() || key[kind.size()] != '/') return "";
  return key.substr(kind.size() + 1);
}

}  // namespace causeway::services
