#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/port.hpp"

namespace causeway::domain {

/// A port whose frames come out of another port's interface, under a VLAN tag.
struct SubPort {
  PortId port_id;
  std::string segmentation_type = "vlan";
  std::uint32_t segmentation_id = 0;  ///< VLAN, 1..4094 (IEEE 802.1Q); once in a trunk
  static constexpr auto fields() {
    return std::tuple{field("port_id", &SubPort::port_id), field("segmentation_type", &SubPort::segmentation_type),
                      field("segmentation_id", &SubPort::segmentation_id)};
  }
};

/// Ports of several networks on the interface of one container (Neutron "trunk"). Owned by the centre; regions have replicas, because
/// the region of the parent port binds the subports to its host.
struct Trunk {
  static constexpr std::string_view kind = "trunk";
  TrunkId id;
  ProjectId project_id;
  std::string name;
  std::string description;
  bool admin_state_up = true;  ///< down: its subports do not change
  PortId port_id;              ///< the parent: what it sends without a tag is its own
  std::vector<SubPort> sub_ports;
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using T = Trunk;
    return std::tuple{field("id", &T::id), field("project_id", &T::project_id), field("name", &T::name),
                      field("description", &T::description), field("admin_state_up", &T::admin_state_up),
                      field("port_id", &T::port_id), field("sub_ports", &T::sub_ports), field("tags", &T::tags),
                      field("revision_number", &T::revision_number), field("created_at", &T::created_at),
                      field("updated_at", &T::updated_at)};
  }
  /// A port is in one trunk at most, as its parent or as a subport.
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"id", id.str()}, {"project_id", project_id.str()}, {"name", name}, {"port", port_id.str(), true}};
    for (const auto& sub : sub_ports) out.push_back({"port", sub.port_id.str(), true});
    return out;
  }
};

inline constexpr const char* sub_port_owner = "trunk:subport";  ///< device_owner of a subport; its device_id is the trunk's
inline constexpr std::size_t max_sub_ports = 512;

bool has_sub_port(const Trunk& trunk, const PortId& port);

/// Where a bound subport's frames go: a host needs no more than the port's record.
struct SubPortPlace {
  PortId parent;
  std::uint16_t vlan = 0;
  bool operator==(const SubPortPlace&) const = default;
};
/// As it stands in the binding profile of a subport that is bound ("parent_name" and "tag", as OVN's users know them).
std::optional<SubPortPlace> place_of(const Port& port);
/// None: it has no place any more.
void set_place(Port& port, const std::optional<SubPortPlace>& place);

/// down: the parent is not at work. build: some subport is not. active: all are.
enum class TrunkStatus { down, build, active };
constexpr auto names_of(TrunkStatus) {
  using enum TrunkStatus;
  return std::array{std::pair{down, std::string_view("DOWN")}, std::pair{build, std::string_view("BUILD")},
                    std::pair{active, std::string_view("ACTIVE")}};
}
/// Ports that are not there are not at work.
TrunkStatus status_of(const Trunk& trunk, const std::map<PortId, Port>& ports);

/// Whether the subports go together, and with the parent: segmentation types and ids. invalid "trunk.bad_segmentation"; conflict
/// "trunk.duplicate_sub_port"; invalid "trunk.too_many".
Result<void> check_sub_ports(const Trunk& trunk);

}  // namespace causeway::domain
