#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/capsule/capsule.hpp"
#include "causeway/domain/identity/caller.hpp"

/// Capsules and their members as records, within the caller's transaction.
namespace causeway::services {

/// As find_container: not_found "capsule.not_found" hides foreign ones, conflict "capsule.ambiguous".
Result<domain::Capsule> find_capsule(boundary::Reader& reader, const domain::Caller& who, const std::string& ident);

Result<std::vector<domain::Container>> members_of(boundary::Reader& reader, const std::string& capsule_id);

/// After `container` was erased: its capsule goes with the last member.
Result<void> forget_capsule_without_members(boundary::Writer& writer, const domain::Container& container);

}  // namespace causeway::services
