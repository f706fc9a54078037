#include "causeway/domain/host/placement.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/host/inventory.hpp"

namespace causeway::domain {
namespace {

using namespace std::chrono_literals;
constexpr Time noon{std::chrono::days(20'000)};

HostCandidate a_host(const char* name) {
  HostCandidate candidate;
  candidate.host.id = HostName(name);
  candidate.host.cpus = 4;
  candidate.host.memory_mib = 1000;
  candidate.host.disk_gib = 100;
  candidate.host.runtimes = {"runc"};
  return candidate;
}
Result<Placement> choose(const ContainerSpec& spec, const std::vector<HostCandidate>& hosts, Footprint needs = {},
                         const Affinity& affinity = {}) {
  return place(spec, needs, affinity, hosts, {});
}
std::string chosen(const ContainerSpec& spec, const std::vector<HostCandidate>& hosts, Footprint needs = {},
                   const Affinity& affinity = {}) {
  const auto placed = choose(spec, hosts, needs, affinity);
  return placed ? placed->host.str() : placed.error().message;
}
std::string refused(const std::string& by) { return "There are not enough hosts available. Hosts refused: " + by + "."; }

TEST(Placement, spreads_over_the_least_loaded) {
  auto a = a_host("a"), b = a_host("b"), c = a_host("c");
  EXPECT_EQ(chosen({}, {b, a, c}), "a");
  a.usage.containers = 2;
  b.usage.containers = c.usage.containers = 1;
  a.usage.memory_mib = 100;
  b.usage.memory_mib = 700;
  c.usage.memory_mib = 600;
  EXPECT_EQ(chosen({}, {a, b, c}), "c");
  b.usage.memory_mib = 600;
  EXPECT_EQ(chosen({}, {a, b, c}), "b");
  c.usage.has_image = true;
  EXPECT_EQ(chosen({}, {a, b, c}), "c") << "where the image is already";
}

TEST(Placement, says_how_many_hosts_each_filter_refused) {
  auto disabled = a_host("a"), silent = a_host("b"), forced = a_host("c"), full = a_host("d"), far = a_host("e");
  disabled.host.disabled = true;
  silent.host.down = true;
  forced.host.forced_down = true;
  full.usage.memory_mib = 1000;
  far.host.availability_zone = "other";
  ContainerSpec spec;
  spec.availability_zone = "nova";
  EXPECT_EQ(chosen(spec, {disabled, silent, forced, full, far}), refused("zone 1, disabled 1, down 2, memory 1"));
  EXPECT_EQ(chosen(spec, {}), "There are not enough hosts available. There is no host at all.");
  EXPECT_EQ(choose(spec, {far}).error().reason, "placement.no_host");
}

TEST(Placement, promises_more_than_there_is_but_not_without_bound) {
  auto host = a_host("a");
  host.usage.cpu = 63.0;
  host.usage.memory_mib = 1000;
  host.usage.disk_gib = 60;
  EXPECT_EQ(chosen({}, {host}, {1.0, 500}), "a");
  EXPECT_EQ(chosen({}, {host}, {1.0, 501}), refused("memory 1"));
  EXPECT_EQ(chosen({}, {host}, {1.1, 100}), refused("cpu 1"));
  EXPECT_EQ(chosen({}, {host}, {1.0, 100, 40}), "a");
  EXPECT_EQ(chosen({}, {host}, {1.0, 100, 41}), refused("disk 1"));
}

TEST(Placement, heeds_host_runtime_and_labels) {
  auto a = a_host("a"), b = a_host("b");
  b.host.labels["disk"] = "ssd";
  b.host.runtimes.push_back("kata");
  ContainerSpec spec;
  spec.host = "b";
  EXPECT_EQ(chosen(spec, {a, b}), "b");
  spec = {};
  spec.runtime = "kata";
  EXPECT_EQ(chosen(spec, {a, b}), "b");
  spec = {};
  spec.hints = {{"label:disk", "ssd"}, {"group", "ignored"}};
  EXPECT_EQ(chosen(spec, {a, b}), "b");
  EXPECT_EQ(chosen(spec, {a}), refused("labels 1"));
}

TEST(Placement, heeds_where_other_containers_are) {
  const auto a = a_host("a"), b = a_host("b"), c = a_host("c");
  EXPECT_EQ(chosen({}, {a, b, c}, {}, {std::set{HostName("b"), HostName("c")}, {}}), "b");
  EXPECT_EQ(chosen({}, {a, b, c}, {}, {std::nullopt, {HostName("a"), HostName("b")}}), "c");
  EXPECT_EQ(chosen({}, {a, b}, {}, {std::set{HostName("a")}, {HostName("a")}}),
            refused("same_host 1, different_host 1"));
  EXPECT_EQ(chosen({}, {a}, {}, {std::set<HostName>(), {}}), refused("same_host 1")) << "those named have no host";
}

TEST(Placement, gives_cpus_of_its_own_to_who_asks_and_leaves_one_to_those_who_share) {
  ContainerSpec dedicated;
  dedicated.cpu_policy = "dedicated";
  auto plain = a_host("a"), pins = a_host("b");
  EXPECT_EQ(chosen(dedicated, {plain}), refused("cpu policy 1"));
  pins.host.cpu_pinning = true;
  pins.usage.pinned = {0, 2};
  const auto placed = choose(dedicated, {plain, pins}, {1.5, 4});
  EXPECT_EQ(placed->host.str(), "b");
  EXPECT_EQ(placed->cpuset, "1,3");
  pins.usage.sharing = 1;
  EXPECT_EQ(chosen(dedicated, {pins}, {1.5, 4}), refused("cpu policy 1"));
  EXPECT_EQ(choose(dedicated, {pins}, {1.0, 4})->cpuset, "1");
  EXPECT_EQ(choose({}, {pins}, {1.0, 4})->cpuset, "");
  pins.usage.pinned = {0, 1, 2, 3};
  EXPECT_EQ(chosen({}, {pins}, {1.0, 4}), refused("cpu policy 1")) << "no CPU is left to share";
}

TEST(HostInventory, keeps_what_the_operator_said) {
  Host reported = a_host("a").host;
  const Host first = heard_from(std::nullopt, reported, RegionName("RegionOne"), "u1", noon);
  EXPECT_EQ(first.uuid, "u1");
  EXPECT_EQ(first.created_at, noon);
  Host set = first;
  set.disabled = true;
  set.disabled_reason = "repair";
  reported.disabled = false;
  reported.forced_down = true;
  const Host again = heard_from(set, reported, RegionName("RegionOne"), "u2", noon + 5s);
  EXPECT_EQ(again.uuid, "u1");
  EXPECT_TRUE(again.disabled);
  EXPECT_FALSE(again.forced_down);
  EXPECT_EQ(again.last_seen, noon + 5s);
  EXPECT_EQ(again.report_count, 2);
  EXPECT_FALSE(inventory_differs(set, again));
  set.down = true;
  EXPECT_FALSE(heard_from(set, reported, RegionName("RegionOne"), "u2", noon, 3).down) << "who speaks is up";
  set.down = false;
  reported.cpus = 8;
  EXPECT_TRUE(inventory_differs(set, heard_from(set, reported, RegionName("RegionOne"), "u2", noon)));
}

}  // namespace
}  // namespace causeway::domain
