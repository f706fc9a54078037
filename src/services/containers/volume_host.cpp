#include "causeway/services/containers/volume_host.hpp"

#include <map>

#include "causeway/boundary/collection.hpp"

namespace causeway::services {
namespace {

/// The few members of a container record that the search needs.
struct Holder {
  static constexpr std::string_view kind = domain::Container::kind;
  domain::ContainerId id;
  domain::HostName host;
  std::vector<domain::Mount> mounts;
  static constexpr auto fields() {
    return std::tuple{field("id", &Holder::id), field("host", &Holder::host), field("mounts", &Holder::mounts)};
  }
  std::vector<domain::IndexEntry> indexes() const { return {}; }
};

}  // namespace

Result<std::optional<domain::HostName>> volume_host(boundary::Reader& reader, const domain::ProjectId& project,
                                                    const std::vector<domain::Mount>& mounts) {
  std::map<std::string, domain::HostName> places;
  for (const auto& mount : mounts) {
    if (!mount.source.empty()) places.emplace(mount.source, domain::HostName());
  }
  if (places.empty()) return std::nullopt;
  TRY(const auto holders, boundary::list<Holder>(reader, boundary::By{"project_id", project.str()}));
  for (const auto& holder : holders) {
    if (holder.host.empty()) continue;
    for (const auto& mount : holder.mounts) {
      if (const auto place = places.find(mount.source); place != places.end()) place->second = holder.host;
    }
  }
  std::optional<domain::HostName> chosen;
  for (const auto& [name, host] : places) {
    if (host.empty()) continue;
    if (chosen && *chosen != host) {
      return failed(fail(Code::conflict, "mount.volumes_apart",
                         "The volumes are on different hosts ({} is on another one): no container can mount them all.", name)
                        .at("mounts"));
    }
    chosen = host;
  }
  return chosen;
}

}  // namespace causeway::services
