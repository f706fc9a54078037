#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/ipam.hpp"

namespace causeway::domain {

/// What a holder lacks: any number of a resource, or this very one.
struct Shortage {
  std::string resource;
  std::optional<std::uint64_t> number;
};

/// The leases of one holder, during one transaction: numbers are allocated in it and freed, then the leases that
/// changed are written back.
///
/// Job: reads the leases of a resource when it is first needed, once; skips those that are not in force; notes what was
/// lacking, so that the caller can ask for it outside of the transaction and try again. With `grow`, it asks for more
/// itself. Lifetime: one transaction. Concurrency: none. Fails: what loading fails with, and as said at each function.
class LeaseBook {
 public:
  using Load = std::function<Result<std::vector<Lease>>(const std::string& resource)>;
  /// New leases that meet the shortage, already recorded.
  using Grow = std::function<Result<std::vector<Lease>>(const Shortage& shortage)>;
  LeaseBook(Time now, Load load, Grow grow = {}) : now_(now), load_(std::move(load)), grow_(std::move(grow)) {}

  /// exhausted "ipam.pool_exhausted".
  Result<std::uint64_t> any(const std::string& resource);
  /// conflict "ipam.address_in_use"; exhausted "ipam.pool_exhausted" when no lease in force has the number.
  Result<void> take(const std::string& resource, std::uint64_t number);
  /// A number outside of all leases (they went back, or expired and were forgotten) is nothing to free.
  Result<void> free(const std::string& resource, std::uint64_t number, Duration quarantine);

  std::vector<Lease> changed() const;
  const std::vector<Shortage>& shortages() const { return shortages_; }
  /// The resources touched of which less than a quarter is left. Blocks too small to have a quarter are never low.
  std::vector<std::string> low() const;

 private:
  struct Shelf {
    std::vector<Lease> leases;
    std::vector<bool> changed;
  };
  Result<Shelf*> shelf(const std::string& resource);
  Result<bool> grow(Shelf& shelf, const Shortage& shortage);

  const Time now_;
  const Load load_;
  const Grow grow_;
  std::map<std::string, Shelf> shelves_;
  std::vector<Shortage> shortages_;
};

/// Less than a quarter of what the holder may use is free.
bool is_low(const std::vector<Lease>& leases, Time now);

}  // namespace causeway::domain
