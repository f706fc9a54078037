#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A number that was freed and rests before it is used again: somebody may still remember its former owner.
struct Resting {
  std::uint64_t number = 0;
  Time until{};
  static constexpr auto fields() { return std::tuple{field("number", &Resting::number), field("until", &Resting::until)}; }
};

/// A block of numbers that the centre handed to one region, which allocates inside it without asking.
///
///   resource            number means
///   "subnet/<uuid>"     offset of an address from the subnet's network address
///   "mac"               the low 24 bits of a MAC under the prefix fa:16:3e
///   "vni"               a VXLAN network identifier
///
/// Blocks of one resource never overlap, whoever holds them. The centre's record says who holds the block; the holder's
/// record (the same id, in the holder's store, on disk before the first use) also says which numbers are taken.
struct Lease {
  static constexpr std::string_view kind = "lease";
  LeaseId id;
  std::string resource;
  RegionName region;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  std::int64_t epoch = 0;      ///< grows with each grant of the resource; fences an older holder
  Time expires_at{};           ///< the holder stops allocating here; renewed while the regions talk
  std::string used;            ///< bitmap, one bit per number, hex digits, lowest number first; "" = none (holder only)
  std::vector<Resting> resting;  ///< holder only
  std::uint64_t cursor = 0;    ///< where the next search starts, relative to `first` (holder only)

  static constexpr auto fields() {
    using L = Lease;
    return std::tuple{field("id", &L::id), field("resource", &L::resource), field("region", &L::region),
                      field("first", &L::first), field("count", &L::count), field("epoch", &L::epoch),
                      field("expires_at", &L::expires_at), field("used", &L::used), field("resting", &L::resting),
                      field("cursor", &L::cursor)};
  }
  std::vector<IndexEntry> indexes() const {
    return {{"resource", resource}, {"region", region.str()}, {"holding", holding(region, resource)}};
  }
  /// The value of the index "holding": what one region holds of one resource.
  static std::string holding(const RegionName& region, const std::string& resource) { return region.str() + "/" + resource; }
};

}  // namespace causeway::domain
