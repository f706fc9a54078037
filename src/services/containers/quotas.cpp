#include "causeway/services/containers/quotas.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/policy.hpp"
#include "causeway/services/containers/usage.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::ContainerQuota;
using domain::ContainerQuotaClass;

Result<Quotas::Report> Quotas::show(const domain::Caller& who, const domain::ProjectId& project) {
  if (!who.sees(project)) return denied("quota:get");
  return boundary::view(store_, [&](Reader& reader) -> Result<Report> {
    TRY(const auto limits, limits_of(reader, project, defaults_));
    TRY(const auto usage, usage_of(reader, project));
    return Report{limits, usage.project};
  });
}

Result<domain::QuotaLimits> Quotas::defaults(const domain::Caller& who, const domain::ProjectId& project) {
  if (!who.sees(project)) return denied("quota:get_default");
  return boundary::view(store_, [&](Reader& reader) {
    return class_limits_of(reader, domain::default_quota_class, defaults_);
  });
}

Result<domain::QuotaLimits> Quotas::set(const domain::Caller& who, const domain::ProjectId& project,
                                        const JsonObject& wanted) {
  TRY_VOID(policy_.check("quota:update", who));
  return boundary::transact(store_, [&](Writer& writer) -> Result<domain::QuotaLimits> {
    TRY(const auto known, boundary::find<ContainerQuota>(writer, project));
    ContainerQuota quota = known.value_or(ContainerQuota{project, {}});
    TRY(quota.limits, domain::parse_quota(quota.limits, wanted));
    TRY_VOID(boundary::put(writer, quota));
    return limits_of(writer, project, defaults_);
  });
}

Result<void> Quotas::reset(const domain::Caller& who, const domain::ProjectId& project) {
  TRY_VOID(policy_.check("quota:delete", who));
  return store_.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<ContainerQuota>(writer, project));
    return {};
  });
}

Result<domain::QuotaLimits> Quotas::show_class(const domain::Caller& who, const std::string& name) {
  TRY_VOID(policy_.check("quota_class:get", who));
  return boundary::view(store_, [&](Reader& reader) { return class_limits_of(reader, name, defaults_); });
}

Result<domain::QuotaLimits> Quotas::set_class(const domain::Caller& who, const std::string& name,
                                              const JsonObject& wanted) {
  TRY_VOID(policy_.check("quota_class:update", who));
  constexpr std::size_t longest_name = 255;
  if (name.size() > longest_name || !is_valid_utf8(name)) {
    return failed(Code::invalid, "quota.bad_class", "The name of a quota class is text of at most {} bytes.",
                  longest_name);
  }
  return boundary::transact(store_, [&](Writer& writer) -> Result<domain::QuotaLimits> {
    TRY(const auto known, boundary::find<ContainerQuotaClass>(writer, name));
    ContainerQuotaClass quota_class = known.value_or(ContainerQuotaClass{name, {}});
    TRY(quota_class.limits, domain::parse_quota(quota_class.limits, wanted));
    TRY_VOID(boundary::put(writer, quota_class));
    return class_limits_of(writer, name, defaults_);
  });
}

}  // namespace causeway::services
