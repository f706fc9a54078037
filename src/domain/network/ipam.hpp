#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/domain/network/lease.hpp"
#include "causeway/domain/network/subnet.hpp"

/// Numbers in leases, as pure functions. The owner of a lease allocates in it, next-fit, so that a number that was
/// freed comes back as late as possible; the centre carves blocks for new leases. The layout of Lease::used:
///
///   numbers  first+0 +1 +2 +3 | +4 +5 +6 +7 | ...
///   bits            1  2  4  8     1  2  4  8        one hex digit per four numbers
namespace causeway::domain {

// ------------------------------------------------------------------------------------------------ resources

inline constexpr std::string_view mac_resource = "mac";
inline constexpr std::string_view vni_resource = "vni";
std::string resource_of(const SubnetId& subnet);
/// None when the resource is no subnet.
std::optional<SubnetId> subnet_of(std::string_view resource);

/// fa:16:3e:xx:xx:xx.
Mac mac_of(std::uint64_t number);
/// None for a MAC under another prefix: nobody leases those.
std::optional<std::uint64_t> number_of(const Mac& mac);

/// Both ends belong to it.
struct NumberRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  auto operator<=>(const NumberRange&) const = default;
};

/// The offsets that may be leased without being asked for by number: the allocation pools less the gateway. Of huge
/// (IPv6) pools only the first 2^32.
std::vector<NumberRange> allocatable(const Subnet& subnet);
/// May a port have it: within the block and neither the gateway nor IPv4's network and broadcast address.
bool usable(const Subnet& subnet, const IpAddress& address);
/// How many numbers one lease of the resource has: a sixteenth of the subnet within [1, 1024].
std::uint64_t block_size(const Cidr& cidr);
inline constexpr std::uint64_t mac_block_size = 4096;
inline constexpr std::uint64_t vni_block_size = 256;

/// The next block that nobody has: the lowest free numbers of `allowed` that lie in one range and in one cell of the
/// grid of `want` numbers (so blocks tend to be aligned and gaps are filled first). 1..want numbers; none when all are
/// taken.
std::optional<NumberRange> carve(std::vector<NumberRange> taken, const std::vector<NumberRange>& allowed,
                                 std::uint64_t want);

// --------------------------------------------------------------------------------------------- inside a lease

inline bool covers(const Lease& lease, std::uint64_t number) {
  return number >= lease.first && number - lease.first < lease.count;
}
inline NumberRange range_of(const Lease& lease) { return {lease.first, lease.first + (lease.count - 1)}; }

/// A lease that its holder has given up for good: it waits for the centre to hear of it, and never allocates again.
inline bool surrendered(const Lease& lease) { return lease.expires_at == Time{}; }
inline void surrender(Lease& lease) { lease.expires_at = Time{}; }
inline bool in_force(const Lease& lease, Time now) { return lease.expires_at > now; }

/// The next free number after the last one given; none when all are used or resting. Does not look at the expiry.
std::optional<std::uint64_t> allocate(Lease& lease, Time now);
/// Exactly this number; false when it is used. One that rests is given: who names it knows what it was.
bool take(Lease& lease, std::uint64_t number);
/// Gives it back, to rest for `quarantine`. A number that was not used is left alone.
void free_number(Lease& lease, std::uint64_t number, Time now, Duration quarantine);
bool is_used(const Lease& lease, std::uint64_t number);
std::uint64_t used_count(const Lease& lease);
/// What `allocate` could give now.
std::uint64_t free_count(const Lease& lease, Time now);
/// A lease cut so that one of its numbers is a lease of its own. What is used and what rests goes with the numbers. `rest` are the
/// numbers before and after it, none to two blocks. The ids are the caller's to give.
struct LeaseSplit {
  Lease single;
  std::vector<Lease> rest;
};
LeaseSplit split_out(const Lease& lease, std::uint64_t number);
/// Nothing is used, nothing rests.
bool empty(const Lease& lease, Time now);

}  // namespace causeway::domain
