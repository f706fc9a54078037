#include "causeway/services/containers/quotas.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/policy.hpp"
#include "causeway/services/containers/usage.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::ContainerQuota;

Result<Quotas::Report> Quotas::show(const domain::Caller& who, const domain::ProjectId& project) {
  if (!who.sees(project)) return denied("quota:get");
  return boundary::view(store_, [&](Reader& reader) -> Result<Report> {
    TRY(const auto limits, limits_of(reader, project, defaults_));
    TRY(const auto usage, usage_of(reader, project));
    return Report{limits, usage.project};
  });
}

Result<domain::QuotaLimits> Quotas::set(const domain::Caller& who, const domain::ProjectId& project,
                                        const JsonObject& wanted) {
  TRY_VOID(need_admin(who, "quota:update"));
  return boundary::transact(store_, [&](Writer& writer) -> Result<domain::QuotaLimits> {
    TRY(auto known, boundary::find<ContainerQuota>(writer, project));
    ContainerQuota quota = known ? *std::move(known) : ContainerQuota{};
    quota.id = project;
    TRY(quota, domain::parse_quota(std::move(quota), wanted));
    TRY_VOID(boundary::put(writer, quota));
    return quota.over(defaults_);
  });
}

Result<void> Quotas::reset(const domain::Caller& who, const domain::ProjectId& project) {
  TRY_VOID(need_admin(who, "quota:delete"));
  return store_.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<ContainerQuota>(writer, project));
    return {};
  });
}

}  // namespace causeway::services
