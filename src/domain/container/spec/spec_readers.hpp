#pragma once

#include <vector>

#include "causeway/base/json.hpp"
#include "causeway/domain/container/container_spec.hpp"

/// The fields of the create body that are lists and objects with rules of their own. null and empty ones mean nothing.
/// Errors are those of spec_values.hpp.
namespace causeway::domain::spec {

inline constexpr std::size_t max_mounts = 16;
inline constexpr std::size_t max_exposed_ports = 64;
/// Of all files of a container together, as base64: they travel inside of its record.
inline constexpr std::size_t max_file_bytes = 256 << 10;

Result<std::vector<RequestedNet>> nets(const Json& value);
/// Volumes are named by what Docker takes for a name; uuids are refused, because they would be meant for a block storage
/// service, and there is none.
Result<std::vector<Mount>> mounts(const Json& value);
/// Keys "80", "80/tcp", "53/udp"; the values mean nothing.
Result<std::vector<ExposedPort>> exposed_ports(const Json& value);

}  // namespace causeway::domain::spec
