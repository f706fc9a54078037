#include "causeway/domain/firewall/epochs.hpp"

#include <gtest/gtest.h>

#include "firewall_host.hpp"

namespace causeway::domain::firewall {
namespace {

using testing::FirewallHost;
using testing::ingress;

struct Room : FirewallHost {
  Room() {
    epochs = Epochs(41);
    group("g", {ingress().group("far")});
    group("other", {});
    members("far", {"10.0.0.1/32", "10.0.0.2/32"});
    port(1, {"g"});
    port(2, {"other"});
    epochs.assign(host);
  }
  std::pair<Epoch, Epoch> after_assigning() {
    epochs.assign(host);
    return now();
  }
  std::pair<Epoch, Epoch> now() const { return {epoch_of(1), epoch_of(2)}; }
};

TEST(Epochs, stay_while_nothing_changes_and_when_a_member_joins) {
  Room room;
  const auto before = room.now();
  EXPECT_EQ(room.after_assigning(), before);
  room.members("far", {"10.0.0.1/32", "10.0.0.2/32", "10.0.0.3/32"});
  EXPECT_EQ(room.after_assigning(), before);
  room.group("g", {ingress().group("far")});  // another record that says the same
  EXPECT_EQ(room.after_assigning(), before);
}

TEST(Epochs, of_the_ports_concerned_change_with_rules_members_and_groups) {
  const std::function<void(Room&)> changes[] = {
      [](Room& room) { room.members("far", {"10.0.0.1/32", "10.0.0.3/32"}); },
      [](Room& room) { room.host.members.clear(); },
      [](Room& room) { room.group("g", {}); },
      [](Room& room) { room.group("g", {ingress().group("far")}).stateful = false; },
      [](Room& room) { room.host.groups.erase(testing::group_id("g")); },
      [](Room& room) {
        auto port = std::make_shared<Port>(*room.host.ports[0].port);
        port->security_groups.clear();
        room.host.ports[0].port = port;
      },
  };
  for (const auto& change : changes) {
    Room room;
    const auto before = room.now();
    change(room);
    const auto after = room.after_assigning();
    EXPECT_NE(after.first, before.first);
    EXPECT_EQ(after.second, before.second);
  }
}

TEST(Epochs, are_never_zero_and_go_round) {
  FirewallHost host;
  host.port(1, {"g"});
  Epochs epochs(max_epoch - 1);
  std::set<Epoch> seen;
  for (int i = 0; i < 5; ++i) {
    host.group("g", {ingress().protocol(std::to_string(i))});
    epochs.assign(host.host);
    seen.insert(host.epoch_of(1));
  }
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_GE(*seen.begin(), 1);
  EXPECT_LE(*seen.rbegin(), max_epoch);
}

TEST(Epochs, give_ports_that_ask_for_the_same_one_policy_and_others_another) {
  FirewallHost host;
  host.port(1, {"a", "b"});
  host.port(2, {"b", "a", "b"});
  host.port(3, {"a"});
  host.port(4, {"a", "b"});
  host.host.ports[3].open = {{80, "tcp"}};
  host.epochs.assign(host.host);
  EXPECT_EQ(host.plugged(1).policy, host.plugged(2).policy);
  std::set<std::uint32_t> policies;
  std::set<Epoch> epochs;
  for (const int number : {1, 3, 4}) {
    policies.insert(host.plugged(number).policy);
    epochs.insert(host.epoch_of(number));
  }
  EXPECT_EQ(policies.size(), 3u);
  EXPECT_EQ(epochs.size(), 3u) << "a port that moves to another policy has its connections judged";
  EXPECT_EQ(host.host.policies.size(), 3u);
}

TEST(Numbers, are_kept_as_long_as_the_name_is_there_and_never_shared) {
  Numbers numbers(3);
  const auto first = numbers.assign({"a", "b"});
  const auto second = numbers.assign({"b", "c", "d"});
  EXPECT_EQ(second.at("b"), first.at("b"));
  std::set<std::uint32_t> all;
  for (const auto& [name, number] : second) all.insert(number);
  EXPECT_EQ(all, (std::set<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(numbers.assign({"b", "c", "d", "e"}).at("e"), 0u) << "there are no more";
}

}  // namespace
}  // namespace causeway::domain::firewall
