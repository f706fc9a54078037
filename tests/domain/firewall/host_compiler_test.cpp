#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "causeway/domain/firewall/compile.hpp"
#include "firewall_host.hpp"

namespace causeway::domain::firewall {
namespace {

using testing::egress;
using testing::FirewallHost;
using testing::group_id;
using testing::ingress;
using testing::port_id;

/// A host to which anything happens, again and again, as to the one of an agent.
class Turmoil {
 public:
  explicit Turmoil(unsigned seed) : random_(seed) {
    room.host.zones["cwb2"] = 8;
    for (const auto* name : names) change_group(name);
  }

  FirewallHost room;

  void something() {
    const std::function<void()> happenings[] = {
        [&] { add_port(); }, [&] { add_port(); }, [&] { remove_port(); }, [&] { change_port(); }, [&] { change_group(any_name()); },
        [&] { change_members(any_name()); }, [&] { change_members(any_name()); }, [&] { room.host.groups.erase(group_id(any_name())); },
        [&] { room.host.members.erase(group_id(any_name())); }, [&] { room.host.zones["cwb2"] = std::uint16_t(8 + any(3)); },
        [&] { std::ranges::reverse(room.host.ports); }};
    happenings[any(std::size(happenings))]();
    room.epochs.assign(room.host);
  }

 private:
  static constexpr const char* names[] = {"g1", "g2", "g3", "g4"};

  std::size_t any(std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_); }
  const char* any_name() { return names[any(std::size(names))]; }

  void add_port() {
    const int number = 1 + int(any(12));
    const bool taken = std::ranges::any_of(room.host.ports, [&](const auto& port) { return port.port->id == port_id("p" + std::to_string(number)); });
    if (taken) return;
    room.bridge = any(3) == 0 ? "cwb2" : "cwb1";
    auto& port = room.port(number, {});
    if (any(3) == 0) room.host.ports.back().link = "cwp" + std::to_string(1 + any(12));  // sometimes another's
    vary(port);
  }
  void remove_port() {
    if (!room.host.ports.empty()) room.host.ports.erase(room.host.ports.begin() + std::ptrdiff_t(any(room.host.ports.size())));
  }
  void change_port() {
    if (room.host.ports.empty()) return;
    auto& plugged = room.host.ports[any(room.host.ports.size())];
    auto changed = std::make_shared<Port>(*plugged.port);
    vary(*changed);
    plugged.port = changed;
    plugged.open.clear();
    if (any(4) == 0) plugged.open = {{80, "tcp"}, {53, "udp"}};
  }
  void vary(Port& port) {
    port.security_groups.clear();
    for (std::size_t i = any(3); i > 0; --i) port.security_groups.push_back(group_id(any_name()));
    port.admin_state_up = any(6) != 0;
    port.port_security_enabled = any(6) != 0;
    port.allowed_address_pairs.clear();
    for (std::size_t i = any(8) == 0 ? 200 : any(2); i > 0; --i)
      port.allowed_address_pairs.push_back({Cidr(IpAddress::v4(std::uint32_t(i << 8U)), 24), std::nullopt});
  }
  void change_group(const char* name) {
    std::vector<SecurityGroupRule> rules;
    const SecurityGroupRule choices[] = {egress(), egress("IPv6"), ingress().group(any_name()), ingress("IPv6").group(any_name()),
                                         ingress().protocol("tcp").ports(80, 443).from("10.0.0.0/8"), egress().group(any_name()).protocol("udp")};
    for (std::size_t i = any(4); i > 0; --i) rules.push_back(choices[any(std::size(choices))]);
    if (any(8) == 0) rules.push_back(ingress().protocol("tcp").ports(90, 80));  // cannot be said
    if (any(8) == 0) rules.resize(2500, ingress());
    room.group(name, rules).stateful = any(4) != 0;
  }
  void change_members(const char* name) {
    static constexpr std::string_view blocks[] = {"10.0.0.1/32", "10.0.0.2/32", "10.9.0.0/16", "10.9.1.0/24", "10.8.0.0/15",
                                                  "fd00::1/128", "fd00::2/128", "fd01::/64",   "fd01::/72"};
    std::vector<std::string_view> chosen;
    for (const auto block : blocks) {
      if (any(2) == 0) chosen.push_back(block);
    }
    room.members(name, chosen);
  }

  std::mt19937 random_;
};

TEST(HostCompiler, comes_to_what_compiling_anew_comes_to_whatever_happens) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    Turmoil turmoil(seed);
    HostCompiler compiler;
    Ruleset kernel;
    for (int step = 0; step < 120; ++step) {
      turmoil.something();
      const auto change = compiler.update(turmoil.room.host);
      const auto fresh = compile(turmoil.room.host);
      ASSERT_EQ(compiler.closed(), fresh.closed) << "seed " << seed << ", step " << step;
      ASSERT_TRUE(compiler.ruleset() == fresh.ruleset) << "seed " << seed << ", step " << step << "\n" << text_of(difference(compiler.ruleset(), fresh.ruleset));
      ASSERT_TRUE(change == difference(kernel, fresh.ruleset)) << "seed " << seed << ", step " << step << "\n" << text_of(change);
      const auto taken = apply(change, kernel);
      ASSERT_TRUE(taken) << taken.error().describe();
      ASSERT_TRUE(kernel == fresh.ruleset);
    }
  }
}

TEST(HostCompiler, says_nothing_when_nothing_changed) {
  Turmoil turmoil(7);
  for (int step = 0; step < 50; ++step) turmoil.something();
  HostCompiler compiler;
  EXPECT_FALSE(compiler.update(turmoil.room.host).empty());
  EXPECT_TRUE(compiler.update(turmoil.room.host).empty());
}

TEST(HostCompiler, fills_the_rules_of_a_policy_once_for_all_its_ports) {
  FirewallHost room;
  room.group("g", {ingress().group("g"), egress()});
  for (int number = 1; number <= 50; ++number) room.port(number, {"g"});
  room.members("g", {"10.0.0.1/32", "10.0.0.2/32"});
  room.epochs.assign(room.host);
  HostCompiler compiler;
  compiler.update(room.host);
  room.members("g", {"10.0.0.1/32"});  // one leaves: everybody's connections are judged anew
  room.epochs.assign(room.host);
  const auto change = compiler.update(room.host);
  EXPECT_EQ(change.chains.size(), 4u) << text_of(change);
  EXPECT_EQ(change.elements.size(), 1u);
  room.port(51, {"g"});
  room.epochs.assign(room.host);
  const auto joined = compiler.update(room.host);
  EXPECT_EQ(joined.chains.size(), 1u) << "what it may send as; the rest is elements";
}

TEST(RulesetChange, is_refused_whole_where_it_does_not_fit) {
  FirewallHost room;
  room.group("g", {ingress().group("far")});
  room.members("far", {"10.0.0.1/32"});
  room.port(1, {"g"});
  const auto before = room.compiled().ruleset;
  room.port(2, {"g"});
  room.members("far", {"10.0.0.2/32"});
  const auto change = difference(before, room.compiled().ruleset);
  for (Ruleset held : {Ruleset(), room.compiled().ruleset}) {
    const auto was = held;
    EXPECT_FALSE(apply(change, held));
    EXPECT_EQ(held, was);
  }
}

}  // namespace
}  // namespace causeway::domain::firewall
