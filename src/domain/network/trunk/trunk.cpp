#include "causeway/domain/network/trunk/trunk.hpp"

#include <algorithm>
#include <set>

namespace causeway::domain {
namespace {

constexpr const char* parent_key = "parent_name";
constexpr const char* tag_key = "tag";
constexpr std::uint32_t max_vlan = 4094;

bool is_active(const std::map<PortId, Port>& ports, const PortId& id) {
  const auto found = ports.find(id);
  return found != ports.end() && found->second.status == PortStatus::active;
}

}  // namespace

bool has_sub_port(const Trunk& trunk, const PortId& port) {
  return std::ranges::find(trunk.sub_ports, port, &SubPort::port_id) != trunk.sub_ports.end();
}

std::optional<SubPortPlace> place_of(const Port& port) {
  if (port.device_owner != sub_port_owner) return std::nullopt;
  const Json* parent = member(port.binding_profile, parent_key);
  const Json* tag = member(port.binding_profile, tag_key);
  if (parent == nullptr || !parent->is_string() || tag == nullptr || !tag->is_int64()) return std::nullopt;
  const auto number = tag->get_int64();
  if (number < 1 || number > std::int64_t(max_vlan)) return std::nullopt;
  return SubPortPlace{PortId(to_std(parent->get_string())), std::uint16_t(number)};
}

void set_place(Port& port, const std::optional<SubPortPlace>& place) {
  if (!port.binding_profile.is_object()) port.binding_profile = JsonObject();
  auto& profile = port.binding_profile.get_object();
  profile.erase(parent_key);
  profile.erase(tag_key);
  if (!place) return;
  profile[parent_key] = place->parent.str();
  profile[tag_key] = std::int64_t(place->vlan);
}

TrunkStatus status_of(const Trunk& trunk, const std::map<PortId, Port>& ports) {
  if (!is_active(ports, trunk.port_id)) return TrunkStatus::down;
  const bool all = std::ranges::all_of(trunk.sub_ports, [&](const SubPort& sub) { return is_active(ports, sub.port_id); });
  return all ? TrunkStatus::active : TrunkStatus::build;
}

Result<void> check_sub_ports(const Trunk& trunk) {
  if (trunk.sub_ports.size() > max_sub_ports) {
    return failed(fail(Code::invalid, "trunk.too_many", "Invalid input for sub_ports. Reason: more than {} subports.", max_sub_ports).at("sub_ports"));
  }
  std::set<std::uint32_t> vlans;
  std::set<PortId> ports{trunk.port_id};
  for (const auto& sub : trunk.sub_ports) {
    if (sub.segmentation_type != "vlan") {
      return failed(fail(Code::invalid, "trunk.bad_segmentation",
                         "Invalid input for segmentation_type. Reason: '{}' is not supported; only 'vlan' is, with a segmentation_id.",
                         sub.segmentation_type)
                        .at("segmentation_type"));
    }
    if (sub.segmentation_id < 1 || sub.segmentation_id > max_vlan) {
      return failed(fail(Code::invalid, "trunk.bad_segmentation", "Invalid input for segmentation_id. Reason: {} is not from 1 to {}.",
                         sub.segmentation_id, max_vlan)
                        .at("segmentation_id"));
    }
    if (!ports.insert(sub.port_id).second) {
      return failed(Code::conflict, "trunk.port_in_use_as_sub_port", "Port {} is in use by another trunk, or twice in this one.", sub.port_id);
    }
    if (vlans.insert(sub.segmentation_id).second) continue;
    return failed(Code::conflict, "trunk.duplicate_sub_port", "segmentation_type vlan and segmentation_id {} already in use on trunk {}.",
                  sub.segmentation_id, trunk.id);
  }
  return {};
}

}  // namespace causeway::domain
