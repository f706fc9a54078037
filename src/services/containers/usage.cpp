#include "causeway/services/containers/usage.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"

namespace causeway::services {
namespace {

/// The few members of a container record that counting needs: decoding whole containers for every create would cost ten
/// times more.
struct ContainerFootprint {
  static constexpr std::string_view kind = domain::Container::kind;
  domain::ContainerId id;
  domain::ProjectId project_id;
  domain::HostName host;
  double cpu = 0;
  std::int64_t memory_mib = 0;
  std::optional<std::int64_t> disk_gib;
  bool abandoned = false;
  std::string cpuset;
  domain::ImageRef image_ref;
  domain::CapsuleRole capsule_role = domain::CapsuleRole::none;
  static constexpr auto fields() {
    using C = ContainerFootprint;
    return std::tuple{field("id", &C::id),
                      field("project_id", &C::project_id),
                      field("host", &C::host),
                      field("cpu", &C::cpu),
                      field("memory_mib", &C::memory_mib),
                      field("disk_gib", &C::disk_gib),
                      field("abandoned", &C::abandoned),
                      field("cpuset", &C::cpuset),
                      field("image_ref", &C::image_ref),
                      field("capsule_role", &C::capsule_role)};
  }
  std::vector<domain::IndexEntry> indexes() const { return {}; }
};

}  // namespace

Result<RegionUsage> usage_of(boundary::Reader& reader, const domain::ProjectId& project, const std::string& image_id) {
  TRY(const auto containers, boundary::list<ContainerFootprint>(reader));
  RegionUsage usage;
  for (const auto& container : containers) {
    const auto disk = container.disk_gib.value_or(0);
    // the sandbox is no container of the user's, and stands for the size of all members
    const bool counts = container.capsule_role != domain::CapsuleRole::sandbox;
    const bool has_size = !counts || container.capsule_role == domain::CapsuleRole::none;
    const double cpu = has_size ? container.cpu : 0;
    const std::int64_t memory = has_size ? container.memory_mib : 0;
    if (!container.host.empty()) {
      auto& host = usage.by_host[container.host];
      host.containers += counts;
      host.cpu += cpu;
      host.memory_mib += memory;
      host.disk_gib += disk;
      host.pinned.merge(domain::parse_cpus(container.cpuset));
      host.sharing += container.cpuset.empty();
      host.has_image = host.has_image || (!image_id.empty() && container.image_ref.id == image_id);
    }
    if (container.project_id == project && !container.abandoned) {
      usage.project.containers += counts;
      usage.project.cpu += cpu;
      usage.project.memory += memory;
      usage.project.disk += disk;
    }
  }
  return usage;
}

Result<std::vector<domain::HostCandidate>> host_candidates(boundary::Reader& reader, const RegionUsage& usage) {
  TRY(auto hosts, boundary::list<domain::Host>(reader));
  std::vector<domain::HostCandidate> out;
  for (auto& host : hosts) {
    const auto held = usage.by_host.find(host.id);
    out.push_back({std::move(host), held == usage.by_host.end() ? domain::HostUsage{} : held->second});
  }
  return out;
}

Result<domain::QuotaLimits> class_limits_of(boundary::Reader& reader, const std::string& name,
                                            const domain::QuotaLimits& defaults) {
  TRY(const auto quota_class, boundary::find<domain::ContainerQuotaClass>(reader, name));
  return quota_class ? quota_class->limits.over(defaults) : defaults;
}

Result<domain::QuotaLimits> limits_of(boundary::Reader& reader, const domain::ProjectId& project,
                                      const domain::QuotaLimits& defaults) {
  TRY(const auto usual, class_limits_of(reader, domain::default_quota_class, defaults));
  TRY(const auto quota, boundary::find<domain::ContainerQuota>(reader, project));
  return quota ? quota->limits.over(usual) : usual;
}

}  // namespace causeway::services
