#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"

namespace causeway::services {

/// The host that holds the named volumes among `mounts`: where the project's containers that name them are. None when
/// no container names one yet. conflict "mount.volumes_apart" when two of them are on different hosts.
Result<std::optional<domain::HostName>> volume_host(boundary::Reader& reader, const domain::ProjectId& project,
                                                    const std::vector<domain::Mount>& mounts);

}  // namespace causeway::services
