#pragma once

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// What projects may hold of this region. Reading is for the project itself and administrators, changing for
/// administrators. Lifetime: the store outlives it. Concurrency: no state of its own; callable from many threads.
/// Fails: forbidden "policy.denied".
class Quotas {
 public:
  struct Report {
    domain::QuotaLimits limits;
    domain::QuotaUsage held;
  };
  Quotas(boundary::Store& store, const ContainersOptions& options) : store_(store), defaults_(options.default_quota) {}

  Result<Report> show(const domain::Caller& who, const domain::ProjectId& project);
  const domain::QuotaLimits& defaults() const { return defaults_; }
  /// invalid for what is no limit; see domain::parse_quota.
  Result<domain::QuotaLimits> set(const domain::Caller& who, const domain::ProjectId& project,
                                  const JsonObject& wanted);
  /// Back to the defaults; nothing to do is no error.
  Result<void> reset(const domain::Caller& who, const domain::ProjectId& project);

 private:
  boundary::Store& store_;
  domain::QuotaLimits defaults_;
};

}  // namespace causeway::services
