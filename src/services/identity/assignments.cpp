#include "causeway/services/identity/assignments.hpp"

#include <set>

#include "causeway/services/identity/removal.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Actor;
using domain::ActorKind;
using domain::Role;
using domain::RoleAssignment;
using domain::Scope;
using domain::ScopeKind;

namespace {

/// Own assignments and those of the user's groups.
Result<std::vector<RoleAssignment>> assignments_reaching(Reader& reader, const domain::UserId& user) {
  TRY(auto all, boundary::list<RoleAssignment>(reader, By{"actor", Actor{ActorKind::user, user.str()}.key()}));
  TRY(const auto memberships, boundary::list<domain::GroupMember>(reader, By{"user_id", user.str()}));
  for (const auto& membership : memberships) {
    const Actor group{ActorKind::group, membership.group_id.str()};
    TRY(const auto through, boundary::list<RoleAssignment>(reader, By{"actor", group.key()}));
    all.insert(all.end(), through.begin(), through.end());
  }
  return all;
}

Result<void> must_exist(Reader& reader, const Actor& actor) {
  if (actor.kind == ActorKind::user) {
    TRY_VOID(boundary::get<domain::User>(reader, actor.id));
  } else {
    TRY_VOID(boundary::get<domain::Group>(reader, actor.id));
  }
  return {};
}

Result<void> must_exist(Reader& reader, const Scope& scope) {
  if (scope.kind == ScopeKind::project) {
    TRY_VOID(boundary::get<domain::Project>(reader, scope.id));
  } else if (scope.kind == ScopeKind::domain) {
    TRY_VOID(boundary::get<domain::KeystoneDomain>(reader, scope.id));
  }
  return {};
}

Result<std::set<std::string>> scopes_of(Reader& reader, const domain::UserId& user, ScopeKind kind) {
  TRY(const auto assignments, assignments_reaching(reader, user));
  std::set<std::string> ids;
  for (const auto& assignment : assignments) {
    if (assignment.scope_kind == kind) ids.insert(assignment.scope_id);
  }
  return ids;
}

/// The enabled things with these ids.
template <class T>
Result<std::vector<T>> enabled_ones(Reader& reader, const std::set<std::string>& ids) {
  std::vector<T> found;
  for (const auto& id : ids) {
    TRY(auto one, boundary::find<T>(reader, id));
    if (one && one->enabled) found.push_back(*std::move(one));
  }
  return found;
}

}  // namespace

Result<std::vector<std::string>> effective_roles(Reader& reader, const domain::UserId& user, const Scope& scope) {
  TRY(const auto assignments, assignments_reaching(reader, user));
  std::set<std::string> names;
  for (const auto& assignment : assignments) {
    if (assignment.scope().key() != scope.key()) continue;
    TRY(const auto role, boundary::find<Role>(reader, assignment.role_id));
    if (role) names.insert(role->name);
  }
  return domain::with_implied_roles({names.begin(), names.end()});
}

Result<Role> Assignments::create_role(const RoleDraft& draft) {
  TRY_VOID(check_name(draft.name, "role"));
  TRY_VOID(check_text(draft.description, "description"));
  auto created = context_.change([&](Writer& writer) -> Result<Role> {
    Role made{domain::RoleId(context_.new_id()), *draft.name, draft.description.value_or("")};
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
  return explain_clash(std::move(created), "role", *draft.name);
}

Result<Role> Assignments::get_role(const domain::RoleId& id) {
  return context_.view([&](Reader& reader) { return boundary::get<Role>(reader, id); });
}

Result<std::vector<Role>> Assignments::list_roles() {
  return context_.view([&](Reader& reader) { return boundary::list<Role>(reader); });
}

Result<Role> Assignments::update_role(const domain::RoleId& id, const RoleDraft& changes) {
  if (changes.name) TRY_VOID(check_name(changes.name, "role"));
  TRY_VOID(check_text(changes.description, "description"));
  auto updated = context_.change([&](Writer& writer) -> Result<Role> {
    TRY(auto role, boundary::get<Role>(writer, id));
    const bool renamed = changes.name.value_or(role.name) != role.name;
    apply(role.name, changes.name);
    apply(role.description, changes.description);
    TRY_VOID(boundary::put(writer, role));
    if (!renamed) return role;
    // tokens carry names: those that say the old one must go
    TRY(const auto assignments, boundary::list<RoleAssignment>(writer, By{"role_id", id.str()}));
    for (const auto& assignment : assignments) {
      TRY_VOID(revoke_actor(context_, writer, assignment.actor(), assignment.scope()));
    }
    return role;
  });
  return explain_clash(std::move(updated), "role", changes.name.value_or(""));
}

Result<void> Assignments::remove_role(const domain::RoleId& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<Role>(writer, id));
    TRY(const auto assignments, boundary::list<RoleAssignment>(writer, By{"role_id", id.str()}));
    for (const auto& assignment : assignments) TRY_VOID(remove_assignment(context_, writer, assignment));
    TRY_VOID(boundary::erase<Role>(writer, id));
    return {};
  });
}

Result<void> Assignments::grant(const Actor& actor, const Scope& scope, const domain::RoleId& role) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(must_exist(writer, actor));
    TRY_VOID(must_exist(writer, scope));
    TRY_VOID(boundary::get<Role>(writer, role));
    TRY_VOID(boundary::put(writer, RoleAssignment::of(actor, scope, role)));
    return {};
  });
}

Result<void> Assignments::withdraw(const Actor& actor, const Scope& scope, const domain::RoleId& role) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY(const auto gone, boundary::get<RoleAssignment>(writer, RoleAssignment::of(actor, scope, role).id));
    return remove_assignment(context_, writer, gone);
  });
}

Result<void> Assignments::check(const Actor& actor, const Scope& scope, const domain::RoleId& role) {
  return context_.view([&](Reader& reader) -> Result<void> {
    TRY_VOID(boundary::get<RoleAssignment>(reader, RoleAssignment::of(actor, scope, role).id));
    return {};
  });
}

Result<std::vector<Role>> Assignments::roles_of(const Actor& actor, const Scope& scope) {
  return context_.view([&](Reader& reader) -> Result<std::vector<Role>> {
    TRY_VOID(must_exist(reader, actor));
    TRY_VOID(must_exist(reader, scope));
    TRY(const auto assignments, boundary::list<RoleAssignment>(reader, By{"actor", actor.key()}));
    std::vector<Role> roles;
    for (const auto& assignment : assignments) {
      if (assignment.scope().key() != scope.key()) continue;
      TRY(auto role, boundary::get<Role>(reader, assignment.role_id));
      roles.push_back(std::move(role));
    }
    return roles;
  });
}

Result<std::vector<domain::Project>> Assignments::projects_of(const domain::UserId& user) {
  return context_.view([&](Reader& reader) -> Result<std::vector<domain::Project>> {
    TRY(const auto ids, scopes_of(reader, user, ScopeKind::project));
    return enabled_ones<domain::Project>(reader, ids);
  });
}

Result<std::vector<domain::KeystoneDomain>> Assignments::domains_of(const domain::UserId& user) {
  return context_.view([&](Reader& reader) -> Result<std::vector<domain::KeystoneDomain>> {
    TRY(const auto ids, scopes_of(reader, user, ScopeKind::domain));
    return enabled_ones<domain::KeystoneDomain>(reader, ids);
  });
}

}  // namespace causeway::services
