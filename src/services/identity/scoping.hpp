#pragma once

#include "causeway/domain/identity/caller.hpp"
#include "causeway/services/identity/tokens.hpp"

/// Finding what a login names, and giving a token its scope. All failures are "auth.failed", see refused_login().
namespace causeway::services {

/// The one answer to every failed login; `why` goes to the debug log.
Error refused_login(std::string_view why);

Result<std::optional<domain::KeystoneDomain>> find_domain(boundary::Reader& reader, const DomainReference& reference);
Result<std::optional<domain::User>> find_user(boundary::Reader& reader, const ScopedReference& reference);
Result<std::optional<domain::Project>> find_project(boundary::Reader& reader, const ScopedReference& reference);

/// Fills in the caller's user, when it and its domain are enabled.
Result<domain::User> admit_user(boundary::Reader& reader, const domain::UserId& id, domain::Caller& caller);
/// Fills in the caller's scope and roles, when the user has any there.
Result<void> give_scope(boundary::Reader& reader, const domain::User& user, const WantedScope& wanted,
                        domain::Caller& caller);

}  // namespace causeway::services
