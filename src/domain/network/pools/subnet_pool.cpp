#include "causeway/domain/network/pools/subnet_pool.hpp"

#include <algorithm>
#include <limits>

namespace causeway::domain {
namespace {

constexpr int min_prefixlen_of(int ip_version) { return ip_version == 4 ? 8 : 64; }
constexpr int bits_of(int ip_version) { return ip_version == 4 ? 32 : 128; }

/// The block of this length behind the last address of `block`; none behind the last of all.
std::optional<Cidr> next_after(const Cidr& block, int prefixlen) {
  const IpAddress last = block.broadcast();
  std::vector<std::uint8_t> bytes(last.bytes().begin(), last.bytes().end());
  for (std::size_t i = bytes.size(); i-- > 0;) {
    if (++bytes[i] != 0) return Cidr(*IpAddress::from_bytes(bytes), prefixlen);
  }
  return std::nullopt;
}

std::vector<Cidr> compacted(std::vector<Cidr> prefixes) {
  for (bool joined = true; joined;) {
    joined = false;
    std::sort(prefixes.begin(), prefixes.end());
    for (std::size_t i = 1; i < prefixes.size() && !joined; ++i) {
      const Cidr first = prefixes[i - 1], second = prefixes[i];
      if (first.contains(second)) {
        prefixes.erase(prefixes.begin() + std::ptrdiff_t(i));
        joined = true;
      } else if (first.prefix_length() == second.prefix_length() && first.prefix_length() > 0) {
        const Cidr both(first.network(), first.prefix_length() - 1);
        if (!both.contains(second)) continue;
        prefixes[i - 1] = both;
        prefixes.erase(prefixes.begin() + std::ptrdiff_t(i));
        joined = true;
      }
    }
  }
  return prefixes;
}

std::unexpected<Error> bad_bounds(std::string_view what, int length, std::string_view than, int other) {
  return failed(fail(Code::invalid, "subnetpool.bad_bounds", "Illegal prefix bounds: {}={}, {}={}.", what, length, than, other)
                    .at(std::string(what)));
}

}  // namespace

Result<SubnetPool> completed_pool(SubnetPool pool) {
  if (pool.prefixes.empty()) {
    return failed(fail(Code::invalid, "subnetpool.no_prefix", "Unspecified subnet pool: a prefix is required.").at("prefixes"));
  }
  pool.ip_version = pool.prefixes.front().version();
  for (const auto& prefix : pool.prefixes) {
    if (prefix.version() == pool.ip_version) continue;
    return failed(fail(Code::invalid, "subnetpool.mixed_versions", "Cannot mix IPv4 and IPv6 prefixes in a subnet pool.").at("prefixes"));
  }
  pool.prefixes = compacted(std::move(pool.prefixes));
  if (pool.min_prefixlen == 0) pool.min_prefixlen = min_prefixlen_of(pool.ip_version);
  if (pool.max_prefixlen == 0) pool.max_prefixlen = bits_of(pool.ip_version);
  if (pool.default_prefixlen == 0) pool.default_prefixlen = pool.min_prefixlen;
  if (pool.max_prefixlen > bits_of(pool.ip_version)) return bad_bounds("max_prefixlen", pool.max_prefixlen, "ip_version", pool.ip_version);
  if (pool.min_prefixlen > pool.max_prefixlen) return bad_bounds("min_prefixlen", pool.min_prefixlen, "max_prefixlen", pool.max_prefixlen);
  if (pool.default_prefixlen < pool.min_prefixlen) {
    return bad_bounds("default_prefixlen", pool.default_prefixlen, "min_prefixlen", pool.min_prefixlen);
  }
  if (pool.default_prefixlen > pool.max_prefixlen) {
    return bad_bounds("default_prefixlen", pool.default_prefixlen, "max_prefixlen", pool.max_prefixlen);
  }
  return pool;
}

std::optional<Cidr> free_block(const SubnetPool& pool, const std::vector<Subnet>& subnets, int prefixlen) {
  for (const auto& prefix : pool.prefixes) {
    if (prefix.prefix_length() > prefixlen) continue;
    // each step passes one taken block, so it ends after as many as there are
    std::optional<Cidr> candidate = Cidr(prefix.network(), prefixlen);
    while (candidate && prefix.contains(*candidate)) {
      const auto taken = std::find_if(subnets.begin(), subnets.end(), [&](const Subnet& subnet) { return subnet.cidr.overlaps(*candidate); });
      if (taken == subnets.end()) return candidate;
      candidate = next_after(taken->cidr.contains(*candidate) ? taken->cidr : *candidate, prefixlen);
    }
  }
  return std::nullopt;
}

Result<void> check_length(const SubnetPool& pool, int prefixlen) {
  if (prefixlen < pool.min_prefixlen) {
    return failed(fail(Code::invalid, "subnetpool.too_short",
                       "Unable to allocate subnet with prefix length {}, minimum allowed prefix is {}.", prefixlen, pool.min_prefixlen)
                      .at("prefixlen"));
  }
  if (prefixlen > pool.max_prefixlen) {
    return failed(fail(Code::invalid, "subnetpool.too_long",
                       "Unable to allocate subnet with prefix length {}, maximum allowed prefix is {}.", prefixlen, pool.max_prefixlen)
                      .at("prefixlen"));
  }
  return {};
}

Result<void> check_block(const SubnetPool& pool, const std::vector<Subnet>& subnets, const Cidr& block) {
  TRY_VOID(check_length(pool, block.prefix_length()));
  const bool offered = std::any_of(pool.prefixes.begin(), pool.prefixes.end(), [&](const Cidr& prefix) { return prefix.contains(block); });
  const bool taken = std::any_of(subnets.begin(), subnets.end(), [&](const Subnet& subnet) { return subnet.cidr.overlaps(block); });
  if (offered && !taken) return {};
  return failed(fail(Code::conflict, "subnetpool.not_available",
                     "Failed to allocate subnet: Cannot allocate requested subnet from the available set of prefixes.")
                    .at("cidr"));
}

std::uint64_t quota_use(const std::vector<Cidr>& blocks) {
  std::uint64_t sum = 0;
  for (const auto& block : blocks) {
    const int unit = block.is_v4() ? 32 : 64;
    const int spare = unit - block.prefix_length();
    const std::uint64_t use = spare <= 0 ? 1 : spare >= 63 ? std::numeric_limits<std::int64_t>::max() : std::uint64_t{1} << unsigned(spare);
    sum = sum > std::numeric_limits<std::uint64_t>::max() - use ? std::numeric_limits<std::uint64_t>::max() : sum + use;
  }
  return sum;
}

}  // namespace causeway::domain
