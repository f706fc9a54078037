#pragma once

#include "causeway/domain/identity/directory.hpp"
#include "causeway/domain/identity/revocation.hpp"
#include "causeway/domain/identity/role.hpp"
#include "causeway/services/identity/context.hpp"

/// Taking away: each removes what hangs on a thing and revokes the tokens that stood on it, in the caller's
/// transaction.
namespace causeway::services {

/// Revokes the tokens issued until now that `what` means; its id, stamp and expiry are filled in.
Result<void> revoke(IdentityContext& context, boundary::Writer& writer, domain::Revocation what);
/// The tokens of the actor (of every member, when it is a group) in that scope, or in all when it is none.
Result<void> revoke_actor(IdentityContext& context, boundary::Writer& writer, const domain::Actor& actor,
                          const std::optional<domain::Scope>& scope = std::nullopt);

Result<void> remove_assignment(IdentityContext& context, boundary::Writer& writer, const domain::RoleAssignment& gone);
Result<void> remove_membership(IdentityContext& context, boundary::Writer& writer, const domain::GroupMember& gone);
Result<void> remove_credential(IdentityContext& context, boundary::Writer& writer,
                               const domain::ApplicationCredential& gone);
Result<void> remove_user(IdentityContext& context, boundary::Writer& writer, const domain::UserId& id);
Result<void> remove_group(IdentityContext& context, boundary::Writer& writer, const domain::GroupId& id);
Result<void> remove_project(IdentityContext& context, boundary::Writer& writer, const domain::ProjectId& id);
/// Also revocations that mean no live token any more. Returns how many went.
Result<std::size_t> remove_expired_revocations(IdentityContext& context, boundary::Writer& writer);

}  // namespace causeway::services
