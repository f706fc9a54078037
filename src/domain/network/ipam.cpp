#include "causeway/domain/network/ipam.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace causeway::domain {
namespace {

constexpr std::string_view subnet_prefix = "subnet/";
constexpr std::uint64_t mac_prefix = 0xfa163eULL << 24;
constexpr std::uint64_t huge_pool_end = 0xffff'ffffULL;

unsigned digit_value(char digit) { return digit <= '9' ? unsigned(digit - '0') : unsigned(digit - 'a') + 10; }
char digit_of(unsigned value) { return "0123456789abcdef"[value & 15U]; }

bool bit(const std::string& used, std::uint64_t at) {
  const std::uint64_t digit = at / 4;
  return digit < used.size() && (digit_value(used[digit]) >> (at % 4) & 1U) != 0;
}

void set_bit(std::string& used, std::uint64_t at) {
  const std::uint64_t digit = at / 4;
  if (digit >= used.size()) used.resize(digit + 1, '0');
  used[digit] = digit_of(digit_value(used[digit]) | 1U << (at % 4));
}

void clear_bit(std::string& used, std::uint64_t at) {
  const std::uint64_t digit = at / 4;
  if (digit < used.size()) used[digit] = digit_of(digit_value(used[digit]) & ~(1U << (at % 4)));
}

void end_rest(Lease& lease, Time now) {
  std::erase_if(lease.resting, [&](const Resting& resting) { return resting.until <= now; });
}

/// The first offset in [from, to) that is neither used nor in `resting` (sorted offsets).
std::optional<std::uint64_t> first_free(const Lease& lease, const std::vector<std::uint64_t>& resting,
                                        std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t at = from; at < to;) {
    if (at % 4 == 0 && at / 4 < lease.used.size() && lease.used[at / 4] == 'f') {
      at += 4;
      continue;
    }
    if (!bit(lease.used, at) && !std::binary_search(resting.begin(), resting.end(), at)) return at;
    ++at;
  }
  return std::nullopt;
}

}  // namespace

std::string resource_of(const SubnetId& subnet) { return std::string(subnet_prefix) + subnet.str(); }

std::optional<SubnetId> subnet_of(std::string_view resource) {
  if (!resource.starts_with(subnet_prefix)) return std::nullopt;
  return SubnetId(std::string(resource.substr(subnet_prefix.size())));
}

Mac mac_of(std::uint64_t number) { return Mac::from_number(mac_prefix | (number & 0xff'ffffULL)); }

std::optional<std::uint64_t> number_of(const Mac& mac) {
  if ((mac.number() & ~0xff'ffffULL) != mac_prefix) return std::nullopt;
  return mac.number() & 0xff'ffffULL;
}

std::vector<NumberRange> allocatable(const Subnet& subnet) {
  std::vector<NumberRange> out;
  const auto gateway = subnet.gateway_ip ? subnet.cidr.offset_of(*subnet.gateway_ip) : std::nullopt;
  for (const auto& pool : subnet.allocation_pools) {
    const auto start = subnet.cidr.offset_of(pool.start);
    if (!start) continue;
    std::uint64_t first = *start;
    std::uint64_t last = subnet.cidr.offset_of(pool.end).value_or(std::numeric_limits<std::uint64_t>::max());
    if (subnet.cidr.is_v6() && first == 0) first = 1;  // the subnet-router anycast address, RFC 4291
    if (last - first > huge_pool_end) last = first + huge_pool_end;
    if (first > last) continue;
    if (!gateway || *gateway < first || *gateway > last) {
      out.push_back({first, last});
      continue;
    }
    if (*gateway > first) out.push_back({first, *gateway - 1});
    if (*gateway < last) out.push_back({*gateway + 1, last});
  }
  return out;
}

bool usable(const Subnet& subnet, const IpAddress& address) {
  const auto offset = subnet.cidr.offset_of(address);
  if (!offset || subnet.gateway_ip == address) return false;
  if (subnet.cidr.is_v6()) return *offset != 0;
  return subnet.cidr.prefix_length() >= 31 || (*offset != 0 && address != subnet.cidr.broadcast());
}

std::uint64_t block_size(const Cidr& cidr) { return std::clamp<std::uint64_t>(cidr.size() / 16, 1, 1024); }

std::optional<NumberRange> carve(std::vector<NumberRange> taken, const std::vector<NumberRange>& allowed,
                                 std::uint64_t want) {
  want = std::max<std::uint64_t>(want, 1);
  std::sort(taken.begin(), taken.end());
  for (const auto& range : allowed) {
    std::uint64_t at = range.first;
    auto next = taken.begin();
    while (next != taken.end() && next->first <= at) {
      if (next->last >= at) {
        if (next->last >= range.last) break;
        at = next->last + 1;
      }
      ++next;
    }
    if (next != taken.end() && next->first <= at) continue;  // a block reaches to the end of the range
    const std::uint64_t to_cell_end = want - 1 - at % want;
    std::uint64_t last = range.last - at < to_cell_end ? range.last : at + to_cell_end;
    if (next != taken.end()) last = std::min(last, next->first - 1);
    return NumberRange{at, last};
  }
  return std::nullopt;
}

std::optional<std::uint64_t> allocate(Lease& lease, Time now) {
  end_rest(lease, now);
  std::vector<std::uint64_t> resting;
  resting.reserve(lease.resting.size());
  for (const auto& item : lease.resting) resting.push_back(item.number - lease.first);
  std::sort(resting.begin(), resting.end());
  const std::uint64_t cursor = lease.cursor < lease.count ? lease.cursor : 0;
  auto found = first_free(lease, resting, cursor, lease.count);
  if (!found) found = first_free(lease, resting, 0, cursor);
  if (!found) return std::nullopt;
  set_bit(lease.used, *found);
  lease.cursor = (*found + 1) % lease.count;
  return lease.first + *found;
}

bool take(Lease& lease, std::uint64_t number) {
  if (!covers(lease, number) || bit(lease.used, number - lease.first)) return false;
  std::erase_if(lease.resting, [&](const Resting& resting) { return resting.number == number; });
  set_bit(lease.used, number - lease.first);
  return true;
}

void free_number(Lease& lease, std::uint64_t number, Time now, Duration quarantine) {
  if (!is_used(lease, number)) return;
  end_rest(lease, now);
  clear_bit(lease.used, number - lease.first);
  if (quarantine > Duration::zero()) lease.resting.push_back({number, now + quarantine});
}

bool is_used(const Lease& lease, std::uint64_t number) {
  return covers(lease, number) && bit(lease.used, number - lease.first);
}

std::uint64_t used_count(const Lease& lease) {
  std::uint64_t count = 0;
  for (const char digit : lease.used) count += std::uint64_t(std::popcount(digit_value(digit)));
  return count;
}

std::uint64_t free_count(const Lease& lease, Time now) {
  const auto resting =
      std::count_if(lease.resting.begin(), lease.resting.end(), [&](const Resting& item) { return item.until > now; });
  return lease.count - used_count(lease) - std::uint64_t(resting);
}

LeaseSplit split_out(const Lease& lease, std::uint64_t number) {
  const auto piece = [&](std::uint64_t first, std::uint64_t end) {
    Lease out = lease;
    out.id = {};
    out.first = first;
    out.count = end - first;
    out.used.clear();
    out.cursor = 0;
    for (std::uint64_t at = first; at < end; ++at) {
      if (is_used(lease, at)) set_bit(out.used, at - first);
    }
    std::erase_if(out.resting, [&](const Resting& item) { return item.number < first || item.number >= end; });
    return out;
  };
  LeaseSplit out{piece(number, number + 1), {}};
  if (number > lease.first) out.rest.push_back(piece(lease.first, number));
  if (number + 1 < lease.first + lease.count) out.rest.push_back(piece(number + 1, lease.first + lease.count));
  return out;
}

bool empty(const Lease& lease, Time now) { return free_count(lease, now) == lease.count; }

}  // namespace causeway::domain
