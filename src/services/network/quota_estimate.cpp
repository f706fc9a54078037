#include "causeway/services/network/quota_estimate.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"

namespace causeway::services {
namespace {

constexpr std::chrono::seconds good_for{10};

}  // namespace

Result<void> QuotaEstimate::admit(boundary::Reader& reader, const domain::ProjectId& project, std::size_t usual) {
  TRY(const auto quota, boundary::find<domain::NetworkQuota>(reader, project));
  const auto own = domain::own_limit(quota, domain::Port::kind);
  if (own && *own < 0) return {};
  const std::size_t limit = own ? std::size_t(*own) : usual;
  const std::lock_guard lock(mutex_);
  Bound& bound = bounds_[project];
  const auto now = clock_.steady();
  const bool known = bound.counted != std::chrono::steady_clock::time_point{} && now - bound.counted < good_for;
  if (!known || bound.at_most >= limit) {
    TRY(bound.at_most, boundary::count<domain::Port>(reader, boundary::By{"project_id", project.str()}));
    bound.counted = now;
  }
  if (bound.at_most >= limit) return failed(Code::exhausted, "quota.exceeded", "Quota exceeded for resources: ['port'].");
  ++bound.at_most;
  return {};
}

}  // namespace causeway::services
