#include "causeway/services/central/direct/direct_maker.hpp"

#include "../network/cloud.hpp"
#include "causeway/services/central/central_families.hpp"

namespace causeway::services {
namespace {

const domain::Caller alice = a_caller("alice");
const domain::Caller bob = a_caller("bob");
const domain::Caller admin = a_caller("admin", {"admin"});
const domain::NetworkId first("ffffffff-ffff-4fff-8fff-ffffffffff01"), second("ffffffff-ffff-4fff-8fff-ffffffffff02");

struct Making : Centre {
  CentralFamilies families{deps};
  DirectMaker maker{deps, networks};

  domain::SubnetPool a_pool(const domain::Caller& who, const std::string& name, const std::string& prefix, bool is_default = false) {
    domain::SubnetPool pool;
    pool.project_id = who.project_id;
    pool.name = name;
    pool.prefixes = {*domain::Cidr::parse(prefix)};
    pool.default_prefixlen = pool.prefixes.front().is_v4() ? 24 : 64;
    pool.is_default = is_default;
    pool.shared = is_default;
    auto made = families.subnet_pools.create(who, {pool});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  static boundary::DirectPoolWish wish(const std::string& pool, int ip_version = 4, const char* cidr = nullptr, std::optional<int> prefixlen = std::nullopt) {
    boundary::DirectPoolWish out{alice.project_id, ip_version, pool, std::nullopt, prefixlen};
    if (cidr != nullptr) out.cidr = *domain::Cidr::parse(cidr);
    return out;
  }
  std::string cidr_of(const boundary::DirectPoolWish& asked) {
    const auto out = maker.hold(asked);
    return out ? out->cidr.to_string() : out.error().reason;
  }
  boundary::DirectHold held(const boundary::DirectPoolWish& asked) {
    const auto out = maker.hold(asked);
    EXPECT_TRUE(out) << out.error().describe();
    return out.value_or(boundary::DirectHold());
  }
  static boundary::DirectDraft draft(const domain::NetworkId& id, const std::vector<boundary::DirectHold>& holds) {
    boundary::DirectDraft out{alice.project_id, id, "town", {}};
    for (const auto& hold : holds) out.subnets.push_back({hold.cidr, std::nullopt, hold.id, hold.subnetpool_id});
    return out;
  }
  std::size_t holds() {
    return boundary::view(store, [](boundary::Reader& reader) { return boundary::list<domain::BlockHold>(reader); })->size();
  }
};

TEST(DirectMaker, holds_a_prefix_until_the_network_is_made_with_it) {
  Making centre;
  const auto pool = centre.a_pool(alice, "corp", "10.40.0.0/16");
  const auto hold = centre.held(Making::wish("corp"));
  EXPECT_EQ(hold.cidr.to_string(), "10.40.0.0/24");
  EXPECT_EQ(centre.cidr_of(Making::wish(pool.id.str(), 4, nullptr, 26)), "10.40.1.0/26") << "what is held is nobody else's";
  EXPECT_EQ(centre.cidr_of(Making::wish("corp", 4, "10.40.0.0/24")), "subnetpool.not_available");
  EXPECT_EQ(reason_of(centre.families.subnet_pools.remove(alice, pool.id.str(), std::nullopt)), "subnetpool.in_use");
  ASSERT_TRUE(centre.maker.create(Making::draft(first, {hold})));
  ASSERT_TRUE(centre.maker.create(Making::draft(first, {hold}))) << "the answer was lost, and it is asked again";
  const auto subnets = *centre.networks.list_subnets(alice, {});
  ASSERT_EQ(subnets.size(), 1u);
  EXPECT_EQ(subnets.front().subnetpool_id, pool.id);
  EXPECT_EQ(subnets.front().network_id, first);
  EXPECT_EQ(centre.holds(), 1u);
  ASSERT_TRUE(centre.maker.remove(alice.project_id, first));
  EXPECT_EQ(centre.cidr_of(Making::wish("corp")), "10.40.0.0/24") << "it came back with the network";
}

TEST(DirectMaker, what_is_given_back_or_forgotten_is_free_again) {
  Making centre;
  const auto pool = centre.a_pool(alice, "corp", "10.40.0.0/24");
  const auto hold = centre.held(Making::wish("corp"));
  EXPECT_EQ(centre.cidr_of(Making::wish("corp")), "subnetpool.exhausted");
  ASSERT_TRUE(centre.maker.give_back(bob.project_id, hold.id));  // not his: nothing happens
  EXPECT_EQ(centre.cidr_of(Making::wish("corp")), "subnetpool.exhausted");
  ASSERT_TRUE(centre.maker.give_back(alice.project_id, hold.id));
  ASSERT_TRUE(centre.maker.give_back(alice.project_id, hold.id));
  EXPECT_EQ(centre.cidr_of(Making::wish("corp")), "10.40.0.0/24");
  ASSERT_TRUE(centre.maker.sweep());
  EXPECT_EQ(centre.holds(), 1u);
  centre.clock.advance(std::chrono::seconds(301));
  const auto late = centre.held(Making::wish("corp"));
  EXPECT_EQ(late.cidr.to_string(), "10.40.0.0/24");
  ASSERT_TRUE(centre.maker.sweep());
  EXPECT_EQ(centre.holds(), 1u);
  centre.clock.advance(std::chrono::seconds(301));
  EXPECT_TRUE(centre.maker.create(Making::draft(first, {late}))) << "late, but nobody else took it";
  EXPECT_EQ(centre.holds(), 0u);
  EXPECT_EQ(reason_of(centre.maker.create(Making::draft(second, {{"gone", late.cidr, pool.id}}))), "subnetpool.not_available");
  EXPECT_EQ(centre.networks.list_networks(alice, {})->size(), 1u) << "a network that could not be made whole is not made";
}

TEST(DirectMaker, finds_pools_by_id_name_and_default_of_the_ip_version) {
  Making centre;
  EXPECT_EQ(centre.cidr_of(Making::wish("")), "subnetpool.no_default");
  const auto six = centre.a_pool(admin, "usual", "fd40::/48", true);
  EXPECT_EQ(centre.cidr_of(Making::wish("")), "subnetpool.no_default");
  EXPECT_EQ(centre.cidr_of(Making::wish("", 6)), "fd40::/64");
  EXPECT_EQ(centre.cidr_of(Making::wish("none")), "subnetpool.not_found");
  centre.a_pool(bob, "his", "10.50.0.0/16");
  EXPECT_EQ(centre.cidr_of(Making::wish("his")), "subnetpool.not_found");
  centre.a_pool(alice, "corp", "10.40.0.0/16");
  // Docker repeats the options of IPv4 for IPv6: a pool of the other version says nothing
  EXPECT_EQ(centre.cidr_of(Making::wish("corp", 6)), "fd40:0:0:1::/64");
  const auto plain = centre.held(Making::wish("corp", 6, "fd99::/64"));
  EXPECT_EQ(plain.cidr.to_string(), "fd99::/64");
  EXPECT_TRUE(plain.id.empty());
  EXPECT_EQ(centre.cidr_of(Making::wish(six.id.str(), 6, "fd40:0:0:9::/64")), "fd40:0:0:9::/64");
  centre.a_pool(alice, "corp", "fd41::/48");
  EXPECT_EQ(centre.cidr_of(Making::wish("corp", 6)), "fd41::/64");
  centre.a_pool(alice, "corp", "10.41.0.0/16");
  EXPECT_EQ(centre.cidr_of(Making::wish("corp")), "subnetpool.ambiguous");
  EXPECT_EQ(centre.cidr_of(Making::wish("usual", 6, nullptr, 40)), "subnetpool.too_short");
}

TEST(DirectMaker, is_held_to_quotas_as_the_project_is) {
  Making centre;
  auto pool = centre.a_pool(alice, "corp", "10.40.0.0/16");
  ASSERT_TRUE(centre.families.subnet_pools.update(alice, pool.id.str(), [](domain::SubnetPool& p) -> Result<void> {
    p.default_quota = 256;
    return {};
  }, std::nullopt));
  const auto hold = centre.held(Making::wish("corp"));
  EXPECT_EQ(centre.cidr_of(Making::wish("corp")), "subnetpool.quota");
  ASSERT_TRUE(centre.families.quotas.set(alice.project_id, {{"subnet", 1}}, false));
  centre.a_pool(alice, "more", "10.60.0.0/16");
  EXPECT_EQ(centre.cidr_of(Making::wish("more")), "quota.exceeded") << "what is held counts";
  ASSERT_TRUE(centre.families.quotas.set(alice.project_id, {{"network", 0}}, false));
  EXPECT_EQ(reason_of(centre.maker.create(Making::draft(first, {hold}))), "quota.exceeded");
  EXPECT_EQ(centre.holds(), 1u) << "refused as a whole";
}

TEST(DirectMaker, takes_no_id_that_is_somebody_elses) {
  Making centre;
  EXPECT_EQ(reason_of(centre.maker.create(Making::draft(domain::NetworkId("no-uuid"), {}))), "network.bad_id");
  ASSERT_TRUE(centre.maker.create({bob.project_id, first, "his", {}}));
  EXPECT_EQ(reason_of(centre.maker.create(Making::draft(first, {}))), "network.exists");
  EXPECT_EQ(reason_of(centre.maker.remove(alice.project_id, first)), "network.not_found");
}

}  // namespace
}  // namespace causeway::services
