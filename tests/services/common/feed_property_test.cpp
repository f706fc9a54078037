#include <gtest/gtest.h>

#include <random>

#include "feed_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

/// A source that is changed at random.
class Chaos {
 public:
  Chaos(boundary::Store& store, unsigned seed) : store_(store), random_(seed) {}
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }

  void change() {
    const std::string network = "n" + std::to_string(below(4));
    const std::string name = "v" + std::to_string(below(1000));
    switch (below(20)) {
      case 0:
        put(store_, a_network(network, std::uint32_t(1 + below(5)), name));
        return;
      case 1:
        put(store_, a_subnet("s" + network, network, name));
        return;
      case 2:
      case 3:
      case 4: {
        const int number = below(6);  // a port keeps its network and region, not its host and address
        static constexpr const char* hosts[] = {"h1", "h2", ""};
        auto port = a_port("p" + std::to_string(number), "n" + std::to_string(number % 4), number < 2 ? "R1" : "R2",
                           hosts[below(3)], std::uint32_t(1 + below(4)));
        port.project_id = domain::ProjectId("shop");
        for (int group = 0; group < 3; ++group) {
          if (below(3) == 0) port.security_groups.emplace_back("g" + std::to_string(group));
        }
        put(store_, port);
        return;
      }
      case 5:
        put(store_, an_interest(below(2) == 0 ? "R1" : "R2", network));
        return;
      case 6:
        put(store_, a_container("c" + std::to_string(below(4)), below(2) == 0 ? "h1" : "h2", name));
        return;
      case 7:
        erase(store_, "interest", "R1/" + network);
        return;
      case 8:
        erase(store_, "port", "p" + std::to_string(below(6)));
        return;
      case 9:
        erase(store_, below(2) == 0 ? "network" : "subnet", below(2) == 0 ? network : "s" + network);
        return;
      case 10:
        erase(store_, "container", "c" + std::to_string(below(4)));
        return;
      case 11:
      case 12:
      case 13:
        put(store_, a_router("r" + std::to_string(below(3)), some_networks(), a_gateway()));
        return;
      case 14:
        erase(store_, "router", "r" + std::to_string(below(3)));
        return;
      case 15:
        put(store_, a_floating_ip("f" + std::to_string(below(3)), below(3) == 0 ? "" : "r" + std::to_string(below(3)),
                                  std::uint32_t(below(9))));
        return;
      case 16:
        erase(store_, "floatingip", "f" + std::to_string(below(3)));
        return;
      case 17:
        put(store_, a_group("g" + std::to_string(below(3)), name));
        return;
      case 18:
        erase(store_, "security_group", "g" + std::to_string(below(3)));
        return;
      default:
        if (below(4) == 0) drop_tombstones(store_);
    }
  }

 private:
  std::vector<std::string> some_networks() {
    std::vector<std::string> out;
    for (int i = 0; i < 4; ++i) {
      if (below(3) == 0) out.push_back("n" + std::to_string(i));
    }
    return out;
  }
  std::string a_gateway() {
    if (below(3) != 0) return "";
    return "n" + std::to_string(below(4)) + (below(2) == 0 ? "@R1/" : "@R2/") + (below(2) == 0 ? "h1" : "h2");
  }

  boundary::Store& store_;
  std::minstd_rand random_;
};

/// What is held and not wanted, or wanted and not held.
std::string difference(const Picture& held, const Picture& wanted) {
  std::string out;
  for (const auto& [what, body] : held) {
    const auto found = wanted.find(what);
    if (found == wanted.end()) out += "has " + what + " ";
    if (found != wanted.end() && found->second != body) out += "old " + what + " ";
  }
  for (const auto& [what, body] : wanted) {
    if (!held.contains(what)) out += "lacks " + what + " ";
  }
  return out;
}

void a_replica_equals_its_source(FeedRig::Of of, unsigned seed) {
  FeedRig rig(of);
  Chaos chaos(rig.source, seed);
  for (int round = 0; round < 60; ++round) {
    for (int i = chaos.below(8); i > 0; --i) chaos.change();
    auto sink = rig.dial();
    for (int lines = chaos.below(12); lines > 0; --lines) {  // lines and changes mixed, then a cut
      const auto applied = apply_lines(rig.replica, sink->take(1 + std::size_t(chaos.below(3))));
      ASSERT_TRUE(applied) << applied.error().describe();
      if (chaos.below(2) == 0) chaos.change();
    }
    if (chaos.below(2) == 0) continue;
    const auto seen = rig.follow(sink, 4);
    ASSERT_EQ(seen.find(':'), std::string::npos) << seen;
    ASSERT_EQ(difference(rig.held(), rig.wanted()), "") << "round " << round;
  }
}

}  // namespace

TEST(FeedProperty, a_region_equals_its_part_of_the_source_whatever_happened) {
  const unsigned first = std::random_device{}();
  for (unsigned seed = first; seed != first + 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    a_replica_equals_its_source(FeedRig::Of::region, seed);
    if (HasFatalFailure()) return;
  }
}

TEST(FeedProperty, a_host_equals_its_part_of_the_source_whatever_happened) {
  const unsigned first = std::random_device{}();
  for (unsigned seed = first; seed != first + 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    a_replica_equals_its_source(FeedRig::Of::host, seed);
    if (HasFatalFailure()) return;
  }
}
