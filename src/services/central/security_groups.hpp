#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services::central {

/// The default group of the project, made now if this is the first need of it. Part of the caller's transaction.
Result<domain::SecurityGroup> default_group(const CentralDeps& deps, boundary::Writer& writer,
                                            const domain::ProjectId& project);

/// conflict "quota.exceeded" when `adding` more records of a project would be more than `limit`.
template <class T>
Result<void> check_quota(boundary::Reader& reader, const domain::ProjectId& project, std::size_t adding,
                         std::size_t limit) {
  TRY(const auto used, boundary::count<T>(reader, boundary::By{"project_id", project.str()}));
  if (used + adding <= limit) return {};
  return failed(Code::exhausted, "quota.exceeded", "Quota exceeded for resources: ['{}'].", T::kind);
}

}  // namespace causeway::services::central
