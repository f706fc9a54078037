#include "causeway/services/identity/removal.hpp"

namespace causeway::services {

using boundary::By;
using boundary::erase;
using boundary::list;
using boundary::Writer;

Result<void> revoke(IdentityContext& context, Writer& writer, domain::Revocation what) {
  what.id = context.new_id();
  what.issued_before = context.stamp();
  what.expires_at = what.issued_before + context.deps.token_lifetime;
  TRY_VOID(boundary::put(writer, what));
  return {};
}

Result<void> revoke_actor(IdentityContext& context, Writer& writer, const domain::Actor& actor,
                          const std::optional<domain::Scope>& scope) {
  const std::string scope_key = scope ? scope->key() : "";
  if (actor.kind == domain::ActorKind::user) {
    return revoke(context, writer, {.user_id = domain::UserId(actor.id), .scope = scope_key});
  }
  TRY(const auto members, list<domain::GroupMember>(writer, By{"group_id", actor.id}));
  for (const auto& member : members) {
    TRY_VOID(revoke(context, writer, {.user_id = member.user_id, .scope = scope_key}));
  }
  return {};
}

Result<void> remove_assignment(IdentityContext& context, Writer& writer, const domain::RoleAssignment& gone) {
  TRY_VOID(erase<domain::RoleAssignment>(writer, gone.id));
  return revoke_actor(context, writer, gone.actor(), gone.scope());
}

Result<void> remove_membership(IdentityContext& context, Writer& writer, const domain::GroupMember& gone) {
  TRY_VOID(erase<domain::GroupMember>(writer, gone.id));
  return revoke(context, writer, {.user_id = gone.user_id});
}

Result<void> remove_credential(IdentityContext& context, Writer& writer, const domain::ApplicationCredential& gone) {
  TRY_VOID(erase<domain::ApplicationCredential>(writer, gone.id));
  return revoke(context, writer, {.application_credential_id = gone.id});
}

Result<void> remove_user(IdentityContext& context, Writer& writer, const domain::UserId& id) {
  const domain::Actor actor{domain::ActorKind::user, id.str()};
  TRY(const auto assignments, list<domain::RoleAssignment>(writer, By{"actor", actor.key()}));
  for (const auto& assignment : assignments) TRY_VOID(erase<domain::RoleAssignment>(writer, assignment.id));
  TRY(const auto memberships, list<domain::GroupMember>(writer, By{"user_id", id.str()}));
  for (const auto& membership : memberships) TRY_VOID(erase<domain::GroupMember>(writer, membership.id));
  TRY(const auto credentials, list<domain::ApplicationCredential>(writer, By{"user_id", id.str()}));
  for (const auto& credential : credentials) TRY_VOID(erase<domain::ApplicationCredential>(writer, credential.id));
  TRY_VOID(erase<domain::UserPassword>(writer, id));
  TRY_VOID(erase<domain::User>(writer, id));
  return revoke(context, writer, {.user_id = id});
}

Result<void> remove_group(IdentityContext& context, Writer& writer, const domain::GroupId& id) {
  const domain::Actor actor{domain::ActorKind::group, id.str()};
  TRY_VOID(revoke_actor(context, writer, actor));
  TRY(const auto assignments, list<domain::RoleAssignment>(writer, By{"actor", actor.key()}));
  for (const auto& assignment : assignments) TRY_VOID(erase<domain::RoleAssignment>(writer, assignment.id));
  TRY(const auto memberships, list<domain::GroupMember>(writer, By{"group_id", id.str()}));
  for (const auto& membership : memberships) TRY_VOID(erase<domain::GroupMember>(writer, membership.id));
  TRY_VOID(erase<domain::Group>(writer, id));
  return {};
}

Result<void> remove_project(IdentityContext& context, Writer& writer, const domain::ProjectId& id) {
  const auto scope = domain::Scope::of(id);
  TRY(const auto assignments, list<domain::RoleAssignment>(writer, By{"scope", scope.key()}));
  for (const auto& assignment : assignments) TRY_VOID(erase<domain::RoleAssignment>(writer, assignment.id));
  TRY(const auto credentials, list<domain::ApplicationCredential>(writer, By{"project_id", id.str()}));
  for (const auto& credential : credentials) TRY_VOID(erase<domain::ApplicationCredential>(writer, credential.id));
  TRY_VOID(erase<domain::Project>(writer, id));
  return revoke(context, writer, {.scope = scope.key()});
}

Result<std::size_t> remove_expired_revocations(IdentityContext& context, Writer& writer) {
  const Time now = context.deps.clock.now();
  std::size_t removed = 0;
  TRY(const auto revocations, list<domain::Revocation>(writer));
  for (const auto& revocation : revocations) {
    if (revocation.expires_at > now) continue;
    TRY_VOID(erase<domain::Revocation>(writer, revocation.id));
    ++removed;
  }
  return removed;
}

}  // namespace causeway::services
