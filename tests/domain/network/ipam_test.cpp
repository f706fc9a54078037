#include "causeway/domain/network/ipam.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "causeway/domain/network/lease_book.hpp"
#include "causeway/domain/network/port_addresses.hpp"
#include "causeway/domain/network/subnet_rules.hpp"

namespace causeway::domain {
namespace {

using std::chrono::seconds;

constexpr Time start{std::chrono::days(20'000)};

Lease a_lease(std::uint64_t first, std::uint64_t count) {
  Lease lease;
  lease.id = LeaseId("l");
  lease.resource = "subnet/s";
  lease.first = first;
  lease.count = count;
  lease.expires_at = start + seconds(3600);
  return lease;
}

Subnet a_subnet(std::string_view cidr) {
  Subnet subnet;
  subnet.id = SubnetId("s");
  subnet.network_id = NetworkId("n");
  subnet.cidr = *Cidr::parse(cidr);
  subnet.ip_version = subnet.cidr.version();
  subnet.gateway_ip = default_gateway(subnet.cidr);
  subnet.allocation_pools = default_pools(subnet.cidr, subnet.gateway_ip);
  return subnet;
}

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

TEST(Ipam, gives_numbers_in_turn_and_comes_back_to_freed_ones_last) {
  auto lease = a_lease(10, 3);
  EXPECT_EQ(allocate(lease, start), 10u);
  EXPECT_EQ(allocate(lease, start), 11u);
  free_number(lease, 10, start, seconds(0));
  EXPECT_EQ(allocate(lease, start), 12u);
  EXPECT_EQ(allocate(lease, start), 10u);
  EXPECT_EQ(allocate(lease, start), std::nullopt);
}

TEST(Ipam, lets_a_freed_number_rest) {
  auto lease = a_lease(1, 1);
  ASSERT_EQ(allocate(lease, start), 1u);
  free_number(lease, 1, start, seconds(60));
  EXPECT_EQ(free_count(lease, start), 0u);
  EXPECT_FALSE(empty(lease, start));
  EXPECT_EQ(allocate(lease, start + seconds(59)), std::nullopt);
  EXPECT_TRUE(empty(lease, start + seconds(60)));
  EXPECT_EQ(allocate(lease, start + seconds(60)), 1u);
}

TEST(Ipam, takes_a_named_number_once_even_while_it_rests) {
  auto lease = a_lease(8, 8);
  EXPECT_TRUE(take(lease, 12));
  EXPECT_FALSE(take(lease, 12));
  EXPECT_FALSE(take(lease, 7));
  EXPECT_FALSE(take(lease, 16));
  free_number(lease, 12, start, seconds(60));
  EXPECT_TRUE(take(lease, 12));
  EXPECT_TRUE(lease.resting.empty());
}

TEST(Ipam, freeing_what_is_not_used_changes_nothing) {
  auto lease = a_lease(0, 8);
  free_number(lease, 3, start, seconds(60));
  free_number(lease, 99, start, seconds(60));
  EXPECT_TRUE(lease.resting.empty());
  EXPECT_EQ(free_count(lease, start), 8u);
}

TEST(Ipam, random_use_never_gives_a_number_twice_or_before_its_rest_is_over) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  auto lease = a_lease(100, 37);
  std::set<std::uint64_t> used;
  std::map<std::uint64_t, Time> rests_until;
  Time now = start;
  for (int i = 0; i < 20'000; ++i) {
    now += seconds(random() % 3);
    if (random() % 2 == 0 || used.empty()) {
      const auto number = allocate(lease, now);
      if (!number) {
        std::size_t resting = 0;
        for (const auto& [n, until] : rests_until) resting += until > now ? 1 : 0;
        ASSERT_EQ(used.size() + resting, lease.count) << "refused although something is free";
        continue;
      }
      ASSERT_TRUE(covers(lease, *number));
      ASSERT_TRUE(used.insert(*number).second) << *number;
      ASSERT_LE(rests_until[*number], now) << *number;
    } else {
      const auto victim = *std::next(used.begin(), long(random() % used.size()));
      free_number(lease, victim, now, seconds(20));
      used.erase(victim);
      rests_until[victim] = now + seconds(20);
    }
    ASSERT_EQ(used_count(lease), used.size());
  }
}

TEST(Ipam, a_number_is_cut_out_of_its_lease_with_what_was_known_of_each) {
  Lease lease;
  lease.id = LeaseId("l");
  lease.resource = "mac";
  lease.first = 10;
  lease.count = 10;
  const Time now{};
  for (const std::uint64_t number : {10, 14, 15, 19}) ASSERT_TRUE(take(lease, number));
  free_number(lease, 19, now, seconds(60));
  for (const std::uint64_t at : {10, 14, 19}) {
    const auto split = split_out(lease, at);
    EXPECT_EQ(range_of(split.single), (NumberRange{at, at}));
    EXPECT_EQ(is_used(split.single, at), is_used(lease, at));
    std::uint64_t numbers = 1;
    std::size_t resting = split.single.resting.size();
    for (const auto& part : split.rest) {
      EXPECT_FALSE(covers(part, at));
      EXPECT_TRUE(part.id.empty());
      numbers += part.count;
      resting += part.resting.size();
      for (std::uint64_t number = part.first; number < part.first + part.count; ++number)
        EXPECT_EQ(is_used(part, number), is_used(lease, number)) << number;
    }
    EXPECT_EQ(numbers, lease.count);
    EXPECT_EQ(resting, 1u);
  }
  EXPECT_TRUE(split_out(split_out(lease, 14).single, 14).rest.empty());
}

TEST(Ipam, block_size_adapts_to_the_subnet) {
  EXPECT_EQ(block_size(*Cidr::parse("10.0.0.0/29")), 1u);
  EXPECT_EQ(block_size(*Cidr::parse("10.0.0.0/24")), 16u);
  EXPECT_EQ(block_size(*Cidr::parse("10.0.0.0/16")), 1024u);
  EXPECT_EQ(block_size(*Cidr::parse("fd00::/64")), 1024u);
}

TEST(Ipam, carves_lowest_first_along_the_grid) {
  const std::vector<NumberRange> allowed{{2, 254}};
  EXPECT_EQ(carve({}, allowed, 16), (NumberRange{2, 15}));
  EXPECT_EQ(carve({{2, 15}}, allowed, 16), (NumberRange{16, 31}));
  EXPECT_EQ(carve({{2, 15}, {20, 20}}, allowed, 16), (NumberRange{16, 19}));
  EXPECT_EQ(carve({{2, 253}}, allowed, 16), (NumberRange{254, 254}));
  EXPECT_EQ(carve({{0, 300}}, allowed, 16), std::nullopt);
  EXPECT_EQ(carve({{2, 254}}, {{2, 254}, {400, 401}}, 16), (NumberRange{400, 401}));
}

TEST(Ipam, random_carving_covers_everything_once) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    const std::vector<NumberRange> allowed{{3, 90}, {120, 120}, {200, 333}};
    std::vector<NumberRange> taken;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 5; ++i) {  // claims, anywhere
      const std::uint64_t n = random() % 340;
      if (seen.insert(n).second) taken.push_back({n, n});
    }
    const auto claimed = seen;
    const std::uint64_t want = 1 + random() % 40;
    for (int i = 0; i < 1'000; ++i) {
      const auto block = carve(taken, allowed, want);
      if (!block) break;
      ASSERT_LE(block->last - block->first + 1, want);
      for (auto n = block->first; n <= block->last; ++n) ASSERT_TRUE(seen.insert(n).second) << n;
      const bool in_one = std::any_of(allowed.begin(), allowed.end(),
                                      [&](const auto& r) { return r.first <= block->first && block->last <= r.last; });
      ASSERT_TRUE(in_one);
      taken.push_back(*block);
    }
    for (const auto& range : allowed) {
      for (auto n = range.first; n <= range.last; ++n) ASSERT_TRUE(seen.contains(n)) << n;
    }
  }
}

TEST(Ipam, macs_are_numbers_under_the_prefix) {
  EXPECT_EQ(mac_of(1).to_string(), "fa:16:3e:00:00:01");
  EXPECT_EQ(number_of(*Mac::parse("fa:16:3e:ff:ff:ff")), 0xffffffu);
  EXPECT_EQ(number_of(*Mac::parse("02:00:00:00:00:01")), std::nullopt);
}

TEST(Ipam, allocatable_leaves_out_the_gateway_and_what_no_host_may_have) {
  auto subnet = a_subnet("10.0.0.0/24");
  EXPECT_EQ(allocatable(subnet), (std::vector<NumberRange>{{2, 254}}));
  subnet.gateway_ip = ip("10.0.0.9");
  subnet.allocation_pools = {{ip("10.0.0.4"), ip("10.0.0.20")}};
  EXPECT_EQ(allocatable(subnet), (std::vector<NumberRange>{{4, 8}, {10, 20}}));
  EXPECT_FALSE(usable(subnet, ip("10.0.0.9")));
  EXPECT_FALSE(usable(subnet, ip("10.0.0.0")));
  EXPECT_FALSE(usable(subnet, ip("10.0.0.255")));
  EXPECT_TRUE(usable(subnet, ip("10.0.0.77")));
}

TEST(Ipam, huge_subnets_are_leased_from_below) {
  const auto subnet = a_subnet("fd00::/64");
  const auto ranges = allocatable(subnet);
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(ranges[0].first, 2u);
  EXPECT_EQ(carve({}, ranges, 1024)->first, 2u);
  auto wide = a_subnet("fd00::/16");
  EXPECT_EQ(allocatable(wide).front().first, 2u);
}

TEST(SubnetRules, name_what_is_wrong) {
  const auto reason = [](Subnet subnet) {
    const auto checked = check_subnet(subnet, {});
    return checked ? std::string("ok") : checked.error().reason;
  };
  auto good = a_subnet("10.0.0.0/24");
  EXPECT_EQ(reason(good), "ok");
  auto subnet = good;
  subnet.gateway_ip = ip("10.0.0.20");
  EXPECT_EQ(reason(subnet), "subnet.gateway_in_pool");
  subnet = good;
  subnet.gateway_ip = ip("10.0.1.1");
  EXPECT_EQ(reason(subnet), "subnet.bad_gateway");
  subnet = good;
  subnet.allocation_pools = {{ip("10.0.0.20"), ip("10.0.0.10")}};
  EXPECT_EQ(reason(subnet), "subnet.bad_pool");
  subnet.allocation_pools = {{ip("10.0.0.20"), ip("10.0.1.10")}};
  EXPECT_EQ(reason(subnet), "subnet.pool_out_of_bounds");
  subnet.allocation_pools = {{ip("10.0.0.20"), ip("10.0.0.40")}, {ip("10.0.0.10"), ip("10.0.0.20")}};
  EXPECT_EQ(reason(subnet), "subnet.pools_overlap");
  subnet = good;
  subnet.ip_version = 6;
  EXPECT_EQ(reason(subnet), "subnet.bad_cidr");
  subnet = good;
  subnet.dns_nameservers.assign(6, ip("1.1.1.1"));
  EXPECT_EQ(reason(subnet), "subnet.too_many");
}

TEST(SubnetRules, overlap_names_the_other_subnet) {
  auto other = a_subnet("10.0.0.0/16");
  other.id = SubnetId("other");
  const auto checked = check_no_overlap(a_subnet("10.0.3.0/24"), {other});
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("other"), std::string::npos);
  EXPECT_TRUE(check_no_overlap(a_subnet("10.1.0.0/24"), {other}));
}

struct Shelves {
  std::map<std::string, std::vector<Lease>> leases;
  LeaseBook book() const {
    return {start, [this](const std::string& resource) -> Result<std::vector<Lease>> {
              const auto found = leases.find(resource);
              return found == leases.end() ? std::vector<Lease>() : found->second;
            }};
  }
};

TEST(PortAddresses, one_of_each_version_by_default) {
  Shelves shelves;
  auto six = a_subnet("fd00::/64");
  six.id = SubnetId("six");
  shelves.leases["subnet/s"] = {a_lease(2, 14)};
  shelves.leases["subnet/six"] = {a_lease(2, 14)};
  auto book = shelves.book();
  const auto ips = assign_addresses({a_subnet("10.0.0.0/24"), six}, std::nullopt, {}, book, seconds(60));
  ASSERT_TRUE(ips) << ips.error().describe();
  ASSERT_EQ(ips->size(), 2u);
  EXPECT_EQ((*ips)[0].ip_address.to_string(), "10.0.0.2");
  EXPECT_EQ((*ips)[1].ip_address.to_string(), "fd00::2");
}

TEST(PortAddresses, a_change_keeps_what_it_can_and_frees_the_rest) {
  Shelves shelves;
  shelves.leases["subnet/s"] = {a_lease(2, 14)};
  auto book = shelves.book();
  const std::vector<Subnet> subnets{a_subnet("10.0.0.0/24")};
  const auto before = assign_addresses(subnets, {{{SubnetId("s"), std::nullopt}, {std::nullopt, ip("10.0.0.7")}}}, {},
                                       book, seconds(60));
  ASSERT_TRUE(before);
  const auto after = assign_addresses(subnets, {{{std::nullopt, ip("10.0.0.7")}, {std::nullopt, ip("10.0.0.9")}}},
                                      *before, book, seconds(60));
  ASSERT_TRUE(after) << after.error().describe();
  EXPECT_EQ((*after)[0].ip_address.to_string(), "10.0.0.7");
  const auto changed = book.changed();
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(used_count(changed[0]), 2u);
  EXPECT_EQ(changed[0].resting.size(), 1u);
}

TEST(PortAddresses, refuses_what_cannot_be) {
  Shelves shelves;
  shelves.leases["subnet/s"] = {a_lease(2, 14)};
  const std::vector<Subnet> subnets{a_subnet("10.0.0.0/24")};
  const auto reason = [&](const AddressWish& wish) {
    auto book = shelves.book();
    const auto got = assign_addresses(subnets, {{wish, wish}}, {}, book, seconds(60));
    return got ? std::string("ok") : got.error().reason;
  };
  EXPECT_EQ(reason({std::nullopt, ip("10.9.0.1")}), "ipam.invalid_ip_for_network");
  EXPECT_EQ(reason({SubnetId("s"), ip("10.9.0.1")}), "ipam.invalid_ip_for_subnet");
  EXPECT_EQ(reason({SubnetId("s"), ip("10.0.0.1")}), "ipam.invalid_ip_for_subnet");
  EXPECT_EQ(reason({SubnetId("x"), std::nullopt}), "port.bad_subnet");
  EXPECT_EQ(reason({std::nullopt, ip("10.0.0.5")}), "ipam.address_in_use");  // twice
  EXPECT_EQ(reason({std::nullopt, ip("10.0.0.50")}), "ipam.pool_exhausted");
}

TEST(LeaseBook, does_not_allocate_from_a_lease_that_is_over) {
  Shelves shelves;
  auto lease = a_lease(2, 14);
  lease.expires_at = start;
  shelves.leases["subnet/s"] = {lease};
  auto book = shelves.book();
  EXPECT_FALSE(book.any("subnet/s"));
  EXPECT_FALSE(book.take("subnet/s", 3));
  ASSERT_EQ(book.shortages().size(), 2u);
  EXPECT_EQ(book.shortages()[1].number, 3u);
}

}  // namespace
}  // namespace causeway::domain
