#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/boundary/kernel/links.hpp"

/// The contract of boundary::Links, for every implementation. A Rig owns one host and offers:
///   void run(void function(boundary::Links&))  where the implementation may be called
///   void move_peer_away(name), return_peer(name)  what Docker does with a container's interface
///   void add_foreign_link(name)  a link of no kind of ours
namespace causeway::boundary {
/// For messages of failed expectations.
inline void PrintTo(const RemoteEntry& entry, std::ostream* out) {
  *out << fmt::format("{} behind {} [{}]", entry.mac, entry.vtep, fmt::join(entry.ips, " "));
}
inline void PrintTo(const ObservedLink& link, std::ostream* out) {
  *out << fmt::format("{} index {} mtu {} master '{}' up {} peer {}", link.name, link.ifindex, link.mtu, link.master,
                      link.up, int(link.peer));
}
}  // namespace causeway::boundary

namespace causeway::conformance {

using boundary::LinkKind;
using boundary::Links;
using boundary::ObservedLink;
using boundary::RemoteEntry;
using boundary::VethPeer;

inline domain::Mac mac(std::string_view text) { return domain::Mac::parse(text).value(); }
inline domain::IpAddress ip(std::string_view text) { return domain::IpAddress::parse(text).value(); }

inline boundary::BridgeSpec a_bridge() { return {.name = "cwb1", .mac = mac("fa:16:3e:ff:00:01"), .mtu = 1450}; }
inline boundary::VxlanSpec a_tunnel() {
  return {.name = "cwx1", .vni = 1001, .local = ip("10.200.1.1"), .mtu = 1450, .bridge = "cwb1"};
}
inline boundary::VethSpec a_veth() {
  return {.host_name = "cwh1", .peer_name = "cwp1", .mac = mac("fa:16:3e:00:00:01"), .mtu = 1450, .bridge = "cwb1"};
}
inline std::vector<RemoteEntry> two_entries() {
  return {{mac("fa:16:3e:00:00:02"), ip("10.200.2.1"), {ip("10.0.0.2"), ip("fd00::2")}},
          {mac("fa:16:3e:00:00:03"), ip("10.200.3.1"), {ip("10.0.0.3")}}};
}

template <class T>
void expect_done(const Result<T>& result) {
  EXPECT_TRUE(result) << result.error().describe();
}
template <class T>
void expect_refused(const Result<T>& result, Code code, std::string_view reason) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().describe();
  EXPECT_EQ(result.error().reason, reason);
}
inline ObservedLink the(Links& links, std::string_view name) {
  const auto all = links.observe(name).value();
  const auto found = std::ranges::find(all, name, &ObservedLink::name);
  if (found != all.end()) return *found;
  ADD_FAILURE() << "there is no " << name;
  return {};
}
inline std::vector<std::string> names(Links& links) {
  std::vector<std::string> out;
  for (const auto& link : links.observe("cw").value()) out.push_back(link.name);
  return out;
}
inline void build_port(Links& links) {
  expect_done(links.ensure_bridge(a_bridge()));
  expect_done(links.ensure_veth(a_veth()));
}
inline void build_tunnel(Links& links) {
  expect_done(links.ensure_bridge(a_bridge()));
  expect_done(links.ensure_vxlan(a_tunnel()));
}

template <class Rig>
class LinksSuite : public ::testing::Test {
 protected:
  Rig rig;
};
TYPED_TEST_SUITE_P(LinksSuite);

TYPED_TEST_P(LinksSuite, makes_a_bridge) {
  this->rig.run([](Links& links) {
    expect_done(links.ensure_host_settings());
    expect_done(links.ensure_bridge(a_bridge()));
    const auto bridge = the(links, "cwb1");
    EXPECT_EQ(bridge.kind, LinkKind::bridge);
    EXPECT_EQ(bridge.mac, a_bridge().mac);
    EXPECT_EQ(bridge.mtu, 1450u);
    EXPECT_TRUE(bridge.up);
    EXPECT_EQ(bridge.master, "");
    EXPECT_EQ(bridge.peer, VethPeer::none);
  });
}

TYPED_TEST_P(LinksSuite, changes_nothing_the_second_time) {
  this->rig.run([](Links& links) {
    build_port(links);
    build_tunnel(links);
    expect_done(links.set_remote_entries("cwx1", two_entries()));
    const auto before = links.observe("cw").value();
    EXPECT_EQ(before.size(), 4u);
    build_port(links);
    build_tunnel(links);
    expect_done(links.set_remote_entries("cwx1", two_entries()));
    EXPECT_EQ(links.observe("cw").value(), before);
    EXPECT_EQ(links.observe_remote_entries("cwx1").value(), two_entries());
  });
}

TYPED_TEST_P(LinksSuite, changes_a_bridge_in_place) {
  this->rig.run([](Links& links) {
    build_port(links);
    const auto before = the(links, "cwb1");
    auto spec = a_bridge();
    spec.mac = mac("fa:16:3e:ff:00:09");
    spec.mtu = 1400;
    spec.netfilter_hooks = true;
    expect_done(links.ensure_bridge(spec));
    const auto after = the(links, "cwb1");
    EXPECT_EQ(after.ifindex, before.ifindex);
    EXPECT_EQ(after.mac, spec.mac);
    EXPECT_EQ(after.mtu, 1400u);
    EXPECT_EQ(the(links, "cwh1").master, "cwb1");
  });
}

TYPED_TEST_P(LinksSuite, makes_a_veth_whose_peer_waits) {
  this->rig.run([](Links& links) {
    build_port(links);
    const auto host = the(links, "cwh1");
    EXPECT_EQ(host.kind, LinkKind::veth);
    EXPECT_EQ(host.master, "cwb1");
    EXPECT_EQ(host.mtu, 1450u);
    EXPECT_TRUE(host.up);
    EXPECT_EQ(host.peer, VethPeer::here);
    const auto peer = the(links, "cwp1");
    EXPECT_EQ(peer.mac, a_veth().mac);
    EXPECT_EQ(peer.mtu, 1450u);
    EXPECT_EQ(peer.master, "");
    EXPECT_FALSE(peer.up);
  });
}

TYPED_TEST_P(LinksSuite, leaves_a_peer_in_a_container_alone) {
  this->rig.run([](Links& links) { build_port(links); });
  this->rig.move_peer_away("cwp1");
  this->rig.run([](Links& links) {
    const auto before = the(links, "cwh1");
    EXPECT_EQ(before.peer, VethPeer::elsewhere);
    expect_done(links.ensure_veth(a_veth()));
    EXPECT_EQ(the(links, "cwh1"), before);
    EXPECT_EQ(names(links), (std::vector<std::string>{"cwb1", "cwh1"}));
  });
  this->rig.return_peer("cwp1");
  this->rig.run([](Links& links) {
    auto spec = a_veth();
    spec.mac = mac("fa:16:3e:00:00:77");
    const auto before = the(links, "cwp1");
    expect_done(links.ensure_veth(spec));
    EXPECT_EQ(the(links, "cwp1").mac, spec.mac);
    EXPECT_EQ(the(links, "cwp1").ifindex, before.ifindex);
    EXPECT_EQ(the(links, "cwh1").peer, VethPeer::here);
  });
}

TYPED_TEST_P(LinksSuite, moves_a_veth_to_another_bridge) {
  this->rig.run([](Links& links) {
    build_port(links);
    auto other = a_bridge();
    other.name = "cwb2";
    expect_done(links.ensure_bridge(other));
    auto spec = a_veth();
    spec.bridge = "cwb2";
    spec.mtu = 1400;
    const auto before = the(links, "cwh1");
    expect_done(links.ensure_veth(spec));
    EXPECT_EQ(the(links, "cwh1").master, "cwb2");
    EXPECT_EQ(the(links, "cwh1").mtu, 1400u);
    EXPECT_EQ(the(links, "cwp1").mtu, 1400u);
    EXPECT_EQ(the(links, "cwh1").ifindex, before.ifindex);
  });
}

TYPED_TEST_P(LinksSuite, renames_a_peer_that_came_back_otherwise) {
  this->rig.run([](Links& links) {
    build_port(links);
    auto spec = a_veth();
    spec.peer_name = "cwp9";
    expect_done(links.ensure_veth(spec));
    EXPECT_EQ(names(links), (std::vector<std::string>{"cwb1", "cwh1", "cwp9"}));
  });
}

TYPED_TEST_P(LinksSuite, clears_the_way_of_a_new_peer) {
  this->rig.run([](Links& links) {
    build_port(links);
    auto spec = a_veth();
    spec.host_name = "cwh2";
    expect_done(links.ensure_veth(spec));
    EXPECT_EQ(names(links), (std::vector<std::string>{"cwb1", "cwh2", "cwp1"}));
  });
}

TYPED_TEST_P(LinksSuite, makes_a_tunnel) {
  this->rig.run([](Links& links) {
    build_tunnel(links);
    const auto tunnel = the(links, "cwx1");
    EXPECT_EQ(tunnel.kind, LinkKind::vxlan);
    EXPECT_EQ(tunnel.master, "cwb1");
    EXPECT_EQ(tunnel.mtu, 1450u);
    EXPECT_TRUE(tunnel.up);
    EXPECT_TRUE(links.observe_remote_entries("cwx1").value().empty());
  });
}

TYPED_TEST_P(LinksSuite, changes_a_tunnels_endpoint_in_place) {
  this->rig.run([](Links& links) {
    build_tunnel(links);
    expect_done(links.set_remote_entries("cwx1", two_entries()));
    const auto before = the(links, "cwx1");
    auto spec = a_tunnel();
    spec.local = ip("10.200.1.9");
    spec.mtu = 1400;
    expect_done(links.ensure_vxlan(spec));
    EXPECT_EQ(the(links, "cwx1").ifindex, before.ifindex);
    EXPECT_EQ(the(links, "cwx1").mtu, 1400u);
    EXPECT_EQ(links.observe_remote_entries("cwx1").value(), two_entries());
  });
}

TYPED_TEST_P(LinksSuite, makes_a_tunnel_anew_for_another_vni) {
  this->rig.run([](Links& links) {
    build_tunnel(links);
    expect_done(links.set_remote_entries("cwx1", two_entries()));
    const auto before = the(links, "cwx1");
    auto spec = a_tunnel();
    spec.vni = 1002;
    expect_done(links.ensure_vxlan(spec));
    EXPECT_NE(the(links, "cwx1").ifindex, before.ifindex);
    EXPECT_TRUE(links.observe_remote_entries("cwx1").value().empty());
    spec.local = ip("fd00:200::1");
    expect_done(links.ensure_vxlan(spec));
    EXPECT_EQ(the(links, "cwx1").master, "cwb1");
  });
}

TYPED_TEST_P(LinksSuite, replaces_changed_and_removes_stale_entries) {
  this->rig.run([](Links& links) {
    build_tunnel(links);
    expect_done(links.set_remote_entries("cwx1", two_entries()));
    EXPECT_EQ(links.observe_remote_entries("cwx1").value(), two_entries());
    // the first moved and gave one address to a new one, the second is gone
    const std::vector<RemoteEntry> next{{mac("fa:16:3e:00:00:02"), ip("10.200.4.1"), {ip("10.0.0.2")}},
                                        {mac("fa:16:3e:00:00:04"), ip("10.200.2.1"), {ip("10.0.0.4"), ip("fd00::2")}}};
    expect_done(links.set_remote_entries("cwx1", next));
    EXPECT_EQ(links.observe_remote_entries("cwx1").value(), next);
    expect_done(links.set_remote_entries("cwx1", {}));
    EXPECT_TRUE(links.observe_remote_entries("cwx1").value().empty());
  });
}

TYPED_TEST_P(LinksSuite, holds_thousands_of_entries) {
  this->rig.run([](Links& links) {
    build_tunnel(links);
    std::vector<RemoteEntry> many;
    for (std::uint32_t i = 1; i <= 3000; ++i) {
      many.push_back({domain::Mac::from_number(0xfa163e000000ULL + i),
                      ip("10.200.2.1"),
                      {domain::IpAddress::v4(0x0a000000U + i)}});
    }
    expect_done(links.set_remote_entries("cwx1", many));
    EXPECT_TRUE(links.observe_remote_entries("cwx1").value() == many);
  });
}

TYPED_TEST_P(LinksSuite, removes_all_without_a_trace) {
  this->rig.run([](Links& links) {
    build_port(links);
    build_tunnel(links);
    expect_done(links.set_remote_entries("cwx1", two_entries()));
    for (int round = 0; round < 2; ++round) {
      for (const auto* name : {"cwb1", "cwh1", "cwp1", "cwx1", "a-name-that-no-link-can-have"})
        expect_done(links.remove_link(name));
    }
    EXPECT_TRUE(names(links).empty());
  });
}

TYPED_TEST_P(LinksSuite, removes_a_veth_whose_peer_is_in_a_container) {
  this->rig.run([](Links& links) { build_port(links); });
  this->rig.move_peer_away("cwp1");
  this->rig.run([](Links& links) {
    expect_done(links.remove_link("cwh1"));
    EXPECT_EQ(names(links), std::vector<std::string>{"cwb1"});
    expect_done(links.ensure_veth(a_veth()));
    EXPECT_EQ(the(links, "cwh1").peer, VethPeer::here);
  });
}

TYPED_TEST_P(LinksSuite, says_what_is_missing) {
  this->rig.run([](Links& links) {
    expect_refused(links.ensure_vxlan(a_tunnel()), Code::not_found, "links.no_bridge");
    expect_refused(links.ensure_veth(a_veth()), Code::not_found, "links.no_bridge");
    expect_refused(links.set_remote_entries("cwx1", {}), Code::not_found, "links.no_vxlan");
    expect_refused(links.observe_remote_entries("cwx1"), Code::not_found, "links.no_vxlan");
    EXPECT_TRUE(names(links).empty());
  });
}

TYPED_TEST_P(LinksSuite, does_not_touch_links_of_another_kind) {
  this->rig.add_foreign_link("cwf1");
  this->rig.run([](Links& links) {
    expect_done(links.ensure_bridge(a_bridge()));
    auto bridge = a_bridge();
    bridge.name = "cwf1";
    expect_refused(links.ensure_bridge(bridge), Code::conflict, "links.wrong_kind");
    auto tunnel = a_tunnel();
    tunnel.name = "cwf1";
    expect_refused(links.ensure_vxlan(tunnel), Code::conflict, "links.wrong_kind");
    auto veth = a_veth();
    veth.peer_name = "cwf1";
    expect_refused(links.ensure_veth(veth), Code::conflict, "links.wrong_kind");
    EXPECT_EQ(the(links, "cwf1").kind, LinkKind::other);
  });
}

TYPED_TEST_P(LinksSuite, refuses_a_vni_that_another_tunnel_has) {
  this->rig.run([](Links& links) {
    build_tunnel(links);
    auto other = a_tunnel();
    other.name = "cwx2";
    const auto result = links.ensure_vxlan(other);
    expect_refused(result, Code::conflict, "links.refused");
    EXPECT_NE(result.error().message.find("cwx2"), std::string::npos) << result.error().message;
  });
}

TYPED_TEST_P(LinksSuite, refuses_what_no_kernel_takes) {
  this->rig.run([](Links& links) {
    auto bridge = a_bridge();
    for (const auto* name : {"", "a-name-too-long-", "a/b", "a b", ".."}) {
      bridge.name = name;
      expect_refused(links.ensure_bridge(bridge), Code::invalid, "links.bad_spec");
    }
    auto tunnel = a_tunnel();
    tunnel.vni = 1U << 24;
    expect_refused(links.ensure_vxlan(tunnel), Code::invalid, "links.bad_spec");
    auto veth = a_veth();
    veth.mac = mac("01:00:5e:00:00:01");
    expect_refused(links.ensure_veth(veth), Code::invalid, "links.bad_spec");
    auto entries = two_entries();
    entries.push_back(entries.front());
    expect_refused(links.set_remote_entries("cwx1", entries), Code::invalid, "links.bad_spec");
  });
}

REGISTER_TYPED_TEST_SUITE_P(LinksSuite, makes_a_bridge, changes_nothing_the_second_time, changes_a_bridge_in_place,
                            makes_a_veth_whose_peer_waits, leaves_a_peer_in_a_container_alone,
                            moves_a_veth_to_another_bridge, renames_a_peer_that_came_back_otherwise,
                            clears_the_way_of_a_new_peer, makes_a_tunnel, changes_a_tunnels_endpoint_in_place,
                            makes_a_tunnel_anew_for_another_vni, replaces_changed_and_removes_stale_entries,
                            holds_thousands_of_entries, removes_all_without_a_trace,
                            removes_a_veth_whose_peer_is_in_a_container, says_what_is_missing,
                            does_not_touch_links_of_another_kind, refuses_a_vni_that_another_tunnel_has,
                            refuses_what_no_kernel_takes);

}  // namespace causeway::conformance
