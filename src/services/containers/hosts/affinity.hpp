#pragma once

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container_spec.hpp"
#include "causeway/domain/host/placement.hpp"

namespace causeway::services {

/// Where the containers are that the hints `same_host` and `different_host` name: uuids or names of the
/// project, several with commas. invalid "hint.unknown_container" and conflict "container.ambiguous", at "hints".
Result<domain::Affinity> affinity_of(boundary::Reader& reader, const domain::ProjectId& project,
                                     const domain::ContainerSpec& spec);

}  // namespace causeway::services
