#include "causeway/domain/network/trunk/trunk.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

Trunk trunk_of(std::vector<SubPort> subs) {
  Trunk trunk;
  trunk.id = TrunkId("t");
  trunk.port_id = PortId("parent");
  trunk.sub_ports = std::move(subs);
  return trunk;
}
SubPort sub(const std::string& port, std::uint32_t vlan, const std::string& type = "vlan") { return {PortId(port), type, vlan}; }

TEST(Trunk, says_what_does_not_go_together) {
  const struct {
    std::vector<SubPort> subs;
    std::string reason, field;
  } rows[] = {
      {{}, "ok", ""},
      {{sub("a", 1), sub("b", 4094)}, "ok", ""},
      {{sub("a", 0)}, "trunk.bad_segmentation", "segmentation_id"},
      {{sub("a", 4095)}, "trunk.bad_segmentation", "segmentation_id"},
      {{sub("a", 5, "inherit")}, "trunk.bad_segmentation", "segmentation_type"},
      {{sub("a", 5), sub("b", 5)}, "trunk.duplicate_sub_port", ""},
      {{sub("a", 5), sub("a", 6)}, "trunk.port_in_use_as_sub_port", ""},
      {{sub("parent", 5)}, "trunk.port_in_use_as_sub_port", ""},
      {std::vector<SubPort>(max_sub_ports + 1, sub("a", 5)), "trunk.too_many", "sub_ports"},
  };
  for (const auto& row : rows) {
    const auto checked = check_sub_ports(trunk_of(row.subs));
    EXPECT_EQ(checked ? "ok" : checked.error().reason, row.reason);
    if (!checked) EXPECT_EQ(checked.error().field, row.field);
  }
}

TEST(Trunk, the_place_of_a_subport_is_in_its_binding_profile) {
  Port port;
  port.binding_profile = JsonObject{{"mine", 1}};
  EXPECT_FALSE(place_of(port));
  set_place(port, SubPortPlace{PortId("parent"), 101});
  EXPECT_FALSE(place_of(port)) << "not a subport";
  port.device_owner = sub_port_owner;
  EXPECT_EQ(place_of(port), (SubPortPlace{PortId("parent"), 101}));
  set_place(port, std::nullopt);
  EXPECT_FALSE(place_of(port));
  EXPECT_EQ(to_text(port.binding_profile), R"({"mine":1})");
  for (const auto* wrong : {R"({"parent_name":"p"})", R"({"tag":5})", R"({"parent_name":1,"tag":5})", R"({"parent_name":"p","tag":0})",
                            R"({"parent_name":"p","tag":4095})", R"({"parent_name":"p","tag":"5"})", "[]"}) {
    port.binding_profile = *parse_json(wrong);
    EXPECT_FALSE(place_of(port)) << wrong;
  }
}

TEST(Trunk, is_active_when_every_port_of_it_is) {
  const auto trunk = trunk_of({sub("a", 1), sub("b", 2)});
  std::map<PortId, Port> ports;
  const auto set = [&](const char* id, PortStatus status) { ports[PortId(id)].status = status; };
  EXPECT_EQ(status_of(trunk, ports), TrunkStatus::down);
  set("a", PortStatus::active);
  EXPECT_EQ(status_of(trunk, ports), TrunkStatus::down);
  set("parent", PortStatus::active);
  EXPECT_EQ(status_of(trunk, ports), TrunkStatus::build);
  set("b", PortStatus::build);
  EXPECT_EQ(status_of(trunk, ports), TrunkStatus::build);
  set("b", PortStatus::active);
  EXPECT_EQ(status_of(trunk, ports), TrunkStatus::active);
  EXPECT_EQ(status_of(trunk_of({}), ports), TrunkStatus::active);
}

}  // namespace
}  // namespace causeway::domain
