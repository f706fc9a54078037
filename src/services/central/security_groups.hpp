#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services::central {

/// The default group of the project, made now if this is the first need of it. Part of the caller's transaction.
Result<domain::SecurityGroup> default_group(const CentralDeps& deps, boundary::Writer& writer,
                                            const domain::ProjectId& project);

/// Of all groups of the project.
Result<std::size_t> rule_count(boundary::Reader& reader, const domain::ProjectId& project);

/// exhausted "quota.exceeded" when `adding` more than the `used` ones would be more than the project may have: what its own
/// quota says, else `usual` (domain::no_limit = any number).
Result<void> check_limit(boundary::Reader& reader, const domain::ProjectId& project, std::string_view resource,
                         std::size_t used, std::size_t adding, std::int64_t usual);

template <class T>
Result<void> check_quota(boundary::Reader& reader, const domain::ProjectId& project, std::size_t adding,
                         std::int64_t usual) {
  TRY(const auto used, boundary::count<T>(reader, boundary::By{"project_id", project.str()}));
  return check_limit(reader, project, T::kind, used, adding, usual);
}

}  // namespace causeway::services::central
