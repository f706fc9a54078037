#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"

namespace causeway::boundary {

/// What projects may have, and have. Who may ask is the API's policy.
class NetworkQuotas {
 public:
  using Limits = std::map<std::string, std::int64_t>;
  struct Use {
    std::int64_t limit = 0;  ///< domain::no_limit = none
    std::size_t used = 0;
  };
  virtual ~NetworkQuotas() = default;
  virtual Limits usual() const = 0;
  /// The projects whose limits are not the usual ones; every limit of them.
  virtual Result<std::map<domain::ProjectId, Limits>> list() = 0;
  virtual Result<Limits> get(const domain::ProjectId& project) = 0;
  virtual Result<std::map<std::string, Use>> details(const domain::ProjectId& project) = 0;
  /// Changes the limits that are named, and answers all. With `only_above_use`, conflict "quota.below_use" for one that is
  /// less than what the project has.
  virtual Result<Limits> set(const domain::ProjectId& project, const Limits& limits, bool only_above_use) = 0;
  /// Back to the usual. not_found "quota.not_found" when it is that already.
  virtual Result<void> reset(const domain::ProjectId& project) = 0;
};

}  // namespace causeway::boundary
