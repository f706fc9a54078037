#pragma once

#include <chrono>
#include <map>
#include <mutex>

#include "causeway/base/result.hpp"
#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// Keeps projects within their number of ports without counting them at every create, which costs more the more there are.
///
/// Remembers an upper bound per project: the last count, and one more for each port admitted since (a create that fails later
/// only makes the bound higher). While the bound is within the limit so is the truth; else, or when the bound is old, it
/// counts. Thread-safe. Ports that arrive from other regions meanwhile are seen at the next count.
class QuotaEstimate {
 public:
  explicit QuotaEstimate(boundary::Clock& clock) : clock_(clock) {}
  /// exhausted "quota.exceeded" when one more port of the project would be over its limit: its own quota's, else the usual.
  Result<void> admit(boundary::Reader& reader, const domain::ProjectId& project, std::size_t usual);

 private:
  struct Bound {
    std::size_t at_most = 0;
    std::chrono::steady_clock::time_point counted{};
  };
  boundary::Clock& clock_;
  std::mutex mutex_;
  std::map<domain::ProjectId, Bound> bounds_;
};

}  // namespace causeway::services
