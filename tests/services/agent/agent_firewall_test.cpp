#include "agent_room.hpp"
#include "firewall_host.hpp"

#include "causeway/domain/firewall/pacing.hpp"

/// The packet filter of a host: what its ports and groups ask for, whatever happens to it.
namespace causeway::testing {
namespace {

using domain::firewall::Family;
using domain::firewall::Id;

class AgentFirewall : public AgentRoom {
 protected:
  const std::string link = services::host_end_name(port_1);
  const domain::PortId port_2{"33333333-0000-4000-8000-000000000003"};

  static domain::SecurityGroup a_group(std::string_view name, std::vector<domain::SecurityGroupRule> rules) {
    domain::SecurityGroup group;
    group.id = group_id(name);
    group.name = name;
    group.rules = std::move(rules);
    return group;
  }
  static domain::Port with_groups(domain::Port port, const std::vector<std::string_view>& names) {
    for (const auto name : names) port.security_groups.push_back(group_id(name));
    return port;
  }
  domain::Port first(const std::vector<std::string_view>& groups) { return with_groups(a_port(port_1, "h1", "10.11.0.10", 0x10), groups); }
  domain::Port second(const std::vector<std::string_view>& groups) {
    auto port = with_groups(a_port(port_2, "h1", "10.11.0.11", 0x11), groups);
    port.device_id.clear();
    return port;
  }
  bool filters(const std::string& port_link) const { return firewall.held().chains.contains({Family::bridge, "from_" + port_link}); }
  bool has_member(std::string_view group, const std::string& address) const {
    const auto held = firewall.held();
    const auto set = held.collections.find({Family::ip, "members_" + group_id(group).str()});
    return set != held.collections.end() && set->second.elements.contains(address);
  }
  bool is_ready() { return region.seen(port_1) && region.seen(port_1)->ready; }
};

TEST_F(AgentFirewall, is_shut_before_there_is_any_port) {
  EXPECT_TRUE(eventually([&] { return firewall.held().chains.contains({Family::bridge, "arriving"}); }));
}

TEST_F(AgentFirewall, holds_a_port_before_it_is_ready_and_until_it_is_gone) {
  put(a_group("web", {ingress().protocol("tcp")}));
  put_records(a_container());
  ASSERT_TRUE(eventually([&] { return is_ready(); }));
  EXPECT_TRUE(filters(link));
  erase<domain::Container>(box);
  erase<domain::Port>(port_1);
  EXPECT_TRUE(eventually([&] { return !filters(link); }));
}

TEST_F(AgentFirewall, that_cannot_be_had_keeps_the_port_from_being_ready) {
  firewall.refuse_chain("from_" + link);
  put_records(a_container());
  ASSERT_TRUE(eventually([&] { return region.seen(port_1) && region.seen(port_1)->error.find("refused") != std::string::npos; }));
  EXPECT_FALSE(is_ready());
  EXPECT_FALSE(region.is(box, domain::ContainerStatus::running));
  EXPECT_FALSE(filters(link));
  // its neighbour is filtered all the same
  put(second({}));
  EXPECT_TRUE(eventually([&] { return filters(services::host_end_name(port_2)); }));
  firewall.refuse_chain("");
  auto changed = first({});
  changed.name = "changed";
  put(changed);
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_FALSE(is_ready()) << "what was refused is not tried again before the port asks for something else";
  put(first({"web"}));
  EXPECT_TRUE(eventually([&] { return is_ready(); }));
  EXPECT_TRUE(eventually([&] { return region.is(box, domain::ContainerStatus::running); }));
}

TEST_F(AgentFirewall, that_somebody_flushed_is_made_again) {
  put_running_container();
  const auto before = firewall.held();
  firewall.flush();
  EXPECT_TRUE(eventually([&] { return firewall.held() == before; }));
}

TEST_F(AgentFirewall, lets_a_large_group_that_changes_again_and_again_wait_and_nobody_else) {
  const auto many = [](int count) {
    std::vector<domain::SecurityGroupRule> out;
    for (int i = 0; i < count; ++i) out.push_back(ingress().protocol("tcp").ports(10'000 + i, 10'000 + i));
    return out;
  };
  const auto opens = [&](int port) {
    const auto text = fmt::format("dport {}", port);
    const auto held = firewall.held();
    return std::ranges::any_of(held.chains, [&](const auto& chain) {
      return std::ranges::any_of(chain.second.rules, [&](const auto& rule) { return rule.find(text) != std::string::npos; });
    });
  };
  put_running_container();
  put(a_group("many", many(1000)));
  put(a_group("few", many(1)));
  put(first({"many"}));
  put(second({"few"}));
  ASSERT_TRUE(eventually([&] { return opens(10'999) && filters(services::host_end_name(port_2)); }));
  put(a_group("many", many(1001)));
  put(a_group("few", {ingress().protocol("tcp").ports(20'000, 20'000)}));
  ASSERT_TRUE(eventually([&] { return opens(20'000); }));
  EXPECT_FALSE(opens(11'000));
  clock.advance(1000 * domain::firewall::Pacing::pause_for_each_rule);
  EXPECT_TRUE(eventually([&] { return opens(11'000); }));
}

TEST_F(AgentFirewall, closes_the_port_of_a_group_that_is_too_large_and_opens_it_when_it_is_not) {
  put_running_container();
  put(second({}));
  ASSERT_TRUE(eventually([&] { return filters(link) && is_ready(); }));
  std::vector<domain::SecurityGroupRule> many;
  for (int i = 1; i <= 10'000; ++i) many.push_back(ingress().protocol("tcp").ports(i, i));
  put(a_group("many", many));
  put(first({"many"}));
  ASSERT_TRUE(eventually([&] { return !is_ready() && !filters(link); }));
  EXPECT_TRUE(eventually([&] { return region.seen(port_1)->error.find("10000 rules") != std::string::npos; }));
  EXPECT_TRUE(filters(services::host_end_name(port_2)));
  put(a_group("many", {ingress()}));
  EXPECT_TRUE(eventually([&] { return is_ready() && filters(link); }));
}

TEST_F(AgentFirewall, follows_the_members_of_remote_groups_on_all_hosts) {
  put(a_group("web", {ingress().group("friends")}));
  put_running_container();
  put(first({"web"}));
  ASSERT_TRUE(eventually([&] { return filters(link); }));
  put(with_groups(a_port(port_far, "h2", "10.11.0.20", 0x20), {"friends"}));
  EXPECT_TRUE(eventually([&] { return has_member("friends", "10.11.0.20"); }));
  EXPECT_FALSE(has_member("friends", "10.11.0.10"));
  put(a_port(port_far, "h2", "10.11.0.20", 0x20));
  EXPECT_TRUE(eventually([&] { return !has_member("friends", "10.11.0.20"); }));
  put(with_groups(a_port(port_far, "h2", "10.11.0.20", 0x20), {"friends"}));
  ASSERT_TRUE(eventually([&] { return has_member("friends", "10.11.0.20"); }));
  erase<domain::Port>(port_far);
  EXPECT_TRUE(eventually([&] { return !has_member("friends", "10.11.0.20"); }));
}

TEST_F(AgentFirewall, of_an_agent_that_starts_again_is_brought_up_to_date) {
  put(a_group("web", {ingress().protocol("tcp")}));
  put_running_container();
  put(first({"web"}));
  const Id chain{Family::ip, "in_" + group_id("web").str()};
  ASSERT_TRUE(eventually([&] { return firewall.held().chains.contains(chain); }));
  agent->stop();
  put(a_group("web", {ingress().protocol("udp")}));
  firewall.flush();
  start_agent();
  EXPECT_TRUE(eventually([&] {
    const auto held = firewall.held();
    return held.chains.contains(chain) && held.chains.at(chain).rules == std::vector<std::string>{"meta l4proto 17 accept"};
  }));
}

TEST_F(AgentFirewall, of_a_former_life_stays_until_the_region_told_everything) {
  put_running_container();
  ASSERT_TRUE(eventually([&] { return filters(link); }));
  agent->stop();
  erase<domain::Container>(box);
  erase<domain::Port>(port_1);
  synced = false;
  start_agent();
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_TRUE(filters(link));
  synced = true;
  EXPECT_TRUE(eventually([&] { return !filters(link); }));
}

TEST_F(AgentFirewall, switches_the_bridges_packets_to_it) {
  put_running_container();
  EXPECT_TRUE(links.has_netfilter_hooks(services::bridge_name(net_a)));
}

}  // namespace
}  // namespace causeway::testing
