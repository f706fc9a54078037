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
  candidate.host.cpus = 1;
  candidate.host.memory_mib = 1000;
  candidate.host.runtimes = {"runc"};
  return candidate;
}
Result<HostName> choose(const ContainerSpec& spec, const std::vector<HostCandidate>& hosts, Footprint needs = {}) {
  return place(spec, needs, hosts, {});
}
std::string refusal(const ContainerSpec& spec, const std::vector<HostCandidate>& hosts, Footprint needs = {}) {
  const auto chosen = choose(spec, hosts, needs);
  return chosen ? "" : chosen.error().context.front();
}

TEST(Placement, spreads_over_the_least_loaded) {
  auto a = a_host("a"), b = a_host("b"), c = a_host("c");
  EXPECT_EQ(choose({}, {b, a, c})->str(), "a");
  a.usage = {2, 1, 100, 0};
  b.usage = {1, 1, 700, 0};
  c.usage = {1, 1, 600, 0};
  EXPECT_EQ(choose({}, {a, b, c})->str(), "c");
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
  EXPECT_EQ(refusal(spec, {disabled, silent, forced, full, far}), "zone 1, disabled 1, down 2, capacity 1");
  EXPECT_EQ(refusal(spec, {}), "no hosts");
  const auto none = choose(spec, {far});
  EXPECT_EQ(none.error().message, "There are not enough hosts available.");
  EXPECT_EQ(none.error().reason, "placement.no_host");
}

TEST(Placement, promises_more_than_there_is_but_not_without_bound) {
  auto host = a_host("a");
  host.usage = {3, 15.0, 1000, 0};
  EXPECT_TRUE(choose({}, {host}, {1.0, 500}));
  EXPECT_EQ(refusal({}, {host}, {1.0, 501}), "capacity 1");
  EXPECT_EQ(refusal({}, {host}, {1.1, 100}), "capacity 1");
}

TEST(Placement, heeds_host_runtime_labels_and_cpu_policy) {
  auto a = a_host("a"), b = a_host("b");
  b.host.labels["disk"] = "ssd";
  b.host.runtimes.push_back("kata");
  ContainerSpec spec;
  spec.host = "b";
  EXPECT_EQ(choose(spec, {a, b})->str(), "b");
  spec = {};
  spec.runtime = "kata";
  EXPECT_EQ(choose(spec, {a, b})->str(), "b");
  spec = {};
  spec.hints = {{"label:disk", "ssd"}, {"group", "ignored"}};
  EXPECT_EQ(choose(spec, {a, b})->str(), "b");
  spec = {};
  spec.cpu_policy = "dedicated";
  EXPECT_EQ(refusal(spec, {a, b}), "cpu policy 2");
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
  reported.cpus = 8;
  set.down = true;
  EXPECT_FALSE(heard_from(set, reported, RegionName("RegionOne"), "u2", noon, 3).down) << "who speaks is up";
  set.down = false;
  EXPECT_TRUE(inventory_differs(set, heard_from(set, reported, RegionName("RegionOne"), "u2", noon)));
}

}  // namespace
}  // namespace causeway::domain
