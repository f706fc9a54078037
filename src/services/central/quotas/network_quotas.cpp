#include "causeway/services/central/quotas/network_quotas.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/services/central/security_groups.hpp"

namespace causeway::services {

using boundary::Reader;
using domain::NetworkQuota;
using domain::ProjectId;

namespace {

Result<std::size_t> used(Reader& reader, std::string_view resource, const ProjectId& project) {
  if (resource == "security_group_rule") return central::rule_count(reader, project);
  return reader.count({std::string(resource), "project_id", project.str(), "", SIZE_MAX});
}

}  // namespace

boundary::NetworkQuotas::Limits CentralNetworkQuotas::usual() const {
  Limits out;
  for (const auto& resource : domain::quota_resources) out[std::string(resource.name)] = resource.usual;
  const auto& options = deps_.options;
  out["network"] = std::int64_t(options.network_quota);
  out["subnet"] = std::int64_t(options.subnet_quota);
  out["port"] = std::int64_t(options.port_quota);
  out["router"] = std::int64_t(options.router_quota);
  out["floatingip"] = std::int64_t(options.floating_ip_quota);
  out["security_group"] = std::int64_t(options.security_group_quota);
  out["security_group_rule"] = std::int64_t(options.security_group_rule_quota);
  return out;
}

boundary::NetworkQuotas::Limits CentralNetworkQuotas::limits_of(const std::optional<NetworkQuota>& quota) const {
  auto out = usual();
  for (auto& [resource, limit] : out) limit = domain::own_limit(quota, resource).value_or(limit);
  return out;
}

Result<std::map<ProjectId, boundary::NetworkQuotas::Limits>> CentralNetworkQuotas::list() {
  TRY(const auto quotas, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<NetworkQuota>(reader); }));
  std::map<ProjectId, Limits> out;
  for (const auto& quota : quotas) out[quota.id] = limits_of(quota);
  return out;
}

Result<boundary::NetworkQuotas::Limits> CentralNetworkQuotas::get(const ProjectId& project) {
  TRY(const auto quota, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<NetworkQuota>(reader, project); }));
  return limits_of(quota);
}

Result<std::map<std::string, boundary::NetworkQuotas::Use>> CentralNetworkQuotas::details(const ProjectId& project) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::map<std::string, Use>> {
    TRY(const auto quota, boundary::find<NetworkQuota>(reader, project));
    std::map<std::string, Use> out;
    for (const auto& [resource, limit] : limits_of(quota)) {
      TRY(const auto count, used(reader, resource, project));
      out[resource] = {limit, count};
    }
    return out;
  });
}

Result<boundary::NetworkQuotas::Limits> CentralNetworkQuotas::set(const ProjectId& project, const Limits& limits, bool only_above_use) {
  return boundary::transact(deps_.store, [&](boundary::Writer& writer) -> Result<Limits> {
    TRY(const auto known, boundary::find<NetworkQuota>(writer, project));
    NetworkQuota quota = known.value_or(NetworkQuota{project, {}});
    for (const auto& [resource, limit] : limits) {
      TRY(const auto count, used(writer, resource, project));
      if (only_above_use && !domain::within(limit, count, 0)) {
        return failed(Code::conflict, "quota.below_use", "Quota limit {} for {} is less than current usage {}.", limit, resource, count);
      }
      quota.limits[resource] = limit;
    }
    TRY_VOID(boundary::put(writer, quota));
    return limits_of(quota);
  });
}

Result<void> CentralNetworkQuotas::reset(const ProjectId& project) {
  return deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY(const bool known, boundary::erase<NetworkQuota>(writer, project));
    if (!known) return failed(Code::not_found, "quota.not_found", "Quota for tenant {} could not be found.", project);
    return {};
  });
}

}  // namespace causeway::services
