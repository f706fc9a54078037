#pragma once

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// What projects may hold of this region: limits of a project over those of the class "default" over the configured ones.
/// A project's are read by itself and administrators; everything else is for administrators. Creates check them inside
/// their own transaction (creation.cpp), and writers of a store are serialised: a limit holds however many ask at once.
/// Lifetime: the store outlives it. Concurrency: no state of its own; callable from many threads.
/// Fails: forbidden "policy.denied".
class Quotas {
 public:
  struct Report {
    domain::QuotaLimits limits;
    domain::QuotaUsage held;
  };
  Quotas(boundary::Store& store, const ContainersOptions& options)
      : store_(store), defaults_(options.default_quota), policy_(options.policy) {}

  Result<Report> show(const domain::Caller& who, const domain::ProjectId& project);
  /// What a project without limits of its own has.
  Result<domain::QuotaLimits> defaults(const domain::Caller& who, const domain::ProjectId& project);
  /// invalid for what is no limit; see domain::parse_quota.
  Result<domain::QuotaLimits> set(const domain::Caller& who, const domain::ProjectId& project,
                                  const JsonObject& wanted);
  /// Back to the defaults; nothing to do is no error.
  Result<void> reset(const domain::Caller& who, const domain::ProjectId& project);

  /// A class that nobody set has the configured limits: there is no not_found.
  Result<domain::QuotaLimits> show_class(const domain::Caller& who, const std::string& name);
  Result<domain::QuotaLimits> set_class(const domain::Caller& who, const std::string& name, const JsonObject& wanted);

 private:
  boundary::Store& store_;
  domain::QuotaLimits defaults_;
  domain::Policy policy_;
};

}  // namespace causeway::services
