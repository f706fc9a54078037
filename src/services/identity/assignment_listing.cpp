#include "causeway/services/identity/assignments.hpp"

namespace causeway::services {
namespace {

using boundary::By;
using boundary::Reader;
using domain::ActorKind;
using domain::RoleAssignment;
using domain::ScopeKind;

/// The index that narrows most; the rest is compared.
std::optional<By> best_index(const AssignmentFilter& filter) {
  // an effective listing finds a user's assignments at the groups, too
  if (filter.actor && !(filter.effective && filter.actor->kind == ActorKind::user))
    return By{"actor", filter.actor->key()};
  if (filter.scope) return By{"scope", filter.scope->key()};
  if (!filter.role_id.empty()) return By{"role_id", filter.role_id.str()};
  return std::nullopt;
}

bool fits(const RoleAssignment& assignment, const AssignmentFilter& filter) {
  return (!filter.actor || filter.actor->key() == assignment.actor().key()) &&
         (!filter.scope || filter.scope->key() == assignment.scope().key()) &&
         (filter.role_id.empty() || filter.role_id == assignment.role_id);
}

/// The assignment, or what it is to each member when it is a group's and the listing is effective.
Result<std::vector<AssignmentView>> expand(Reader& reader, const RoleAssignment& assignment, bool effective) {
  if (!effective || assignment.actor_kind == ActorKind::user)
    return std::vector{AssignmentView{.assignment = assignment}};
  std::vector<AssignmentView> views;
  TRY(const auto members, boundary::list<domain::GroupMember>(reader, By{"group_id", assignment.actor_id}));
  for (const auto& member : members) {
    const domain::Actor user{ActorKind::user, member.user_id.str()};
    views.push_back({.assignment = RoleAssignment::of(user, assignment.scope(), assignment.role_id),
                     .via_group_id = assignment.actor_id});
  }
  return views;
}

template <class T>
Result<void> name_it(Reader& reader, const std::string& id, std::string& name, std::string& domain_id,
                     std::string& domain_name) {
  TRY(const auto thing, boundary::find<T>(reader, id));
  if (!thing) return {};
  name = thing->name;
  domain_id = thing->domain_id.str();
  TRY(const auto domain, boundary::find<domain::KeystoneDomain>(reader, thing->domain_id));
  if (domain) domain_name = domain->name;
  return {};
}

Result<void> add_names(Reader& reader, AssignmentView& view) {
  const auto& a = view.assignment;
  TRY(const auto role, boundary::find<domain::Role>(reader, a.role_id));
  if (role) view.role_name = role->name;
  const auto name_actor = a.actor_kind == ActorKind::user ? &name_it<domain::User> : &name_it<domain::Group>;
  TRY_VOID(name_actor(reader, a.actor_id, view.actor_name, view.actor_domain_id, view.actor_domain_name));
  if (a.scope_kind == ScopeKind::project) {
    return name_it<domain::Project>(reader, a.scope_id, view.scope_name, view.scope_domain_id, view.scope_domain_name);
  }
  TRY(const auto domain, boundary::find<domain::KeystoneDomain>(reader, a.scope_id));
  if (domain) view.scope_name = domain->name;
  return {};
}

}  // namespace

Result<std::vector<AssignmentView>> Assignments::list(const AssignmentFilter& filter) {
  return context_.view([&](Reader& reader) -> Result<std::vector<AssignmentView>> {
    TRY(const auto candidates, boundary::list<RoleAssignment>(reader, best_index(filter)));
    std::vector<AssignmentView> out;
    for (const auto& candidate : candidates) {
      TRY(auto views, expand(reader, candidate, filter.effective));
      for (auto& view : views) {
        if (!fits(view.assignment, filter)) continue;
        TRY_VOID(add_names(reader, view));
        out.push_back(std::move(view));
      }
    }
    return out;
  });
}

}  // namespace causeway::services
