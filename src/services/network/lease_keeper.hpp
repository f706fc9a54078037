#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/lease_book.hpp"
#include "causeway/services/network/network_deps.hpp"

namespace causeway::services {

/// The leases of a region: gets them, keeps them in force, gives back what is too much.
///
/// Nothing is ever owned twice because (1) a lease is in our store before it is used, (2) what we give up is marked
/// surrendered, durably and for good, before the centre hears of it, so that no late answer brings it back to life, and
/// (3) nothing is allocated in a lease that is not in force. Lifetime: as its deps. Concurrency: any thread. Fails:
/// with what the centre says ("unavailable" when it is away) and the store.
class LeaseKeeper {
 public:
  explicit LeaseKeeper(const NetworkDeps& deps) : deps_(deps) {}

  /// For one transaction; `save` what changed in it.
  domain::LeaseBook book(boundary::Reader& reader) const;
  static Result<void> save(boundary::Writer& writer, const domain::LeaseBook& book);
  /// Writes down leases that the centre granted; those we know already are left alone.
  Result<void> adopt(boundary::Writer& writer, const std::vector<domain::Lease>& leases) const;

  /// Asks the centre to end one of the shortages, tried in order. `want`: how many numbers would be good.
  Result<void> acquire(const std::vector<domain::Shortage>& shortages, std::uint64_t want);
  /// In the background: more, when the resource is low. Nothing when the centre has lately had no more.
  Result<void> refill(const std::string& resource);
  /// Extends every lease; forgets what the centre says is not ours.
  Result<void> renew();
  /// Gives back empty leases beyond what the next creates need.
  Result<void> return_surplus();
  /// Marks the leases of a resource as given up. Part of the caller's transaction; the caller knows that nothing is
  /// used.
  Result<void> surrender_all(boundary::Writer& writer, const std::string& resource) const;
  /// Forgets those given-up leases of a resource.
  Result<void> erase_surrendered(boundary::Writer& writer, const std::string& resource) const;

 private:
  using Steady = std::chrono::steady_clock::time_point;
  Result<std::vector<domain::Lease>> held(boundary::Reader& reader, const std::string& resource) const;
  Result<std::uint64_t> reserve_of(boundary::Reader& reader, const std::string& resource) const;
  Result<std::vector<domain::LeaseId>> surrender_surplus(boundary::Writer& writer);
  Result<void> apply_renewal(boundary::Writer& writer, const std::vector<domain::LeaseId>& asked,
                             const std::vector<domain::Lease>& renewed) const;
  bool paused(const std::string& resource);

  const NetworkDeps& deps_;
  std::mutex mutex_;                         ///< guards what follows
  std::map<std::string, Steady> exhausted_;  ///< when the centre had no more
  std::map<domain::LeaseId, Steady> empty_since_;
};

}  // namespace causeway::services
