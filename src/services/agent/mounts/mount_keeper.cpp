#include "causeway/services/agent/mounts/mount_keeper.hpp"

#include <set>

#include "causeway/base/base64.hpp"
#include "causeway/base/log.hpp"

namespace causeway::services {

boundary::EngineVolume engine_volume_of(const domain::Container& container, std::size_t index) {
  const auto& mount = container.mounts[index];
  if (mount.source.empty()) {
    return {fmt::format("causeway-{}-{}", container.id, index), {{boundary::volume_label, container.id.str()}}};
  }
  const auto& project = container.project_id;
  return {fmt::format("causeway-{}-{}", project, mount.source),
          {{boundary::volume_label, fmt::format("{}/{}", project, mount.source)}}};
}

Result<std::vector<boundary::EngineMount>> MountKeeper::ensure(const domain::Container& container) {
  std::vector<boundary::EngineMount> out;
  for (std::size_t i = 0; i < container.mounts.size(); ++i) {
    const auto& mount = container.mounts[i];
    if (mount.type == "bind") {
      const auto content = from_base64(mount.content);
      if (!content) return failed(Code::invalid, "mount.bad_content", "The content of {} is not base64.", mount.destination);
      TRY(auto path, files_.ensure(container.id.str(), std::to_string(i), *content));
      out.push_back({boundary::EngineMountKind::file, std::move(path), mount.destination, mount.read_only});
    } else {
      auto volume = engine_volume_of(container, i);
      TRY_VOID(volumes_.ensure_volume(volume));
      out.push_back({boundary::EngineMountKind::volume, std::move(volume.name), mount.destination, mount.read_only});
    }
  }
  return out;
}

Result<void> MountKeeper::sweep(const Wanted& wanted) {
  // what exists is listed first: what is made after this is not looked at, so that nothing new is taken for left over
  TRY(const auto owners, files_.owners());
  TRY(const auto volumes, volumes_.list_volumes());
  std::set<std::string> living, named;
  const bool known = wanted([&](const domain::Container& container) {
    living.insert(container.id.str());
    for (std::size_t i = 0; i < container.mounts.size(); ++i) {
      if (container.mounts[i].type != "bind") named.insert(engine_volume_of(container, i).name);
    }
  });
  if (!known) return {};
  Result<void> outcome;
  for (const auto& owner : owners) {
    if (living.contains(owner)) continue;
    if (auto gone = files_.remove(owner); !gone) outcome = std::move(gone);
  }
  for (const auto& volume : volumes) {
    if (named.contains(volume.name)) continue;
    auto gone = volumes_.remove_volume(volume.name);
    if (gone) log::info("volume {} is removed: no container wants it", volume.name);
    if (!gone && gone.error().reason != "engine.volume_in_use") outcome = std::move(gone);
  }
  return outcome;
}

}  // namespace causeway::services
