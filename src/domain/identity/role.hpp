#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

/// Who may do what where.
namespace causeway::domain {

struct Role {
  static constexpr std::string_view kind = "role";
  RoleId id;
  std::string name;
  std::string description;

  static constexpr auto fields() {
    using R = Role;
    return std::tuple{field("id", &R::id), field("name", &R::name), field("description", &R::description)};
  }
  std::vector<IndexEntry> indexes() const { return {{"name", name, true}}; }
};

enum class ActorKind { user, group };
constexpr auto names_of(ActorKind) {
  using N = std::pair<ActorKind, std::string_view>;
  return std::array{N{ActorKind::user, "user"}, N{ActorKind::group, "group"}};
}

enum class ScopeKind { project, domain, system };
constexpr auto names_of(ScopeKind) {
  using N = std::pair<ScopeKind, std::string_view>;
  return std::array{N{ScopeKind::project, "project"}, N{ScopeKind::domain, "domain"}, N{ScopeKind::system, "system"}};
}

/// A user or a group.
struct Actor {
  ActorKind kind = ActorKind::user;
  std::string id;
  std::string key() const { return std::string(to_name(kind)) + "/" + id; }
};

/// Where roles hold: in a project, in a domain, or in the whole system (id "all").
struct Scope {
  ScopeKind kind = ScopeKind::project;
  std::string id;
  std::string key() const { return std::string(to_name(kind)) + "/" + id; }
  static Scope of(const ProjectId& project) { return {ScopeKind::project, project.str()}; }
  static Scope of(const DomainId& domain) { return {ScopeKind::domain, domain.str()}; }
  static Scope whole_system() { return {ScopeKind::system, "all"}; }
};

/// "This actor has that role in that scope"; id = "<actor key>/<scope key>/<role>".
struct RoleAssignment {
  static constexpr std::string_view kind = "role_assignment";
  std::string id;
  ActorKind actor_kind = ActorKind::user;
  std::string actor_id;
  ScopeKind scope_kind = ScopeKind::project;
  std::string scope_id;
  RoleId role_id;

  static RoleAssignment of(const Actor& actor, const Scope& scope, const RoleId& role) {
    return {actor.key() + "/" + scope.key() + "/" + role.str(), actor.kind, actor.id, scope.kind, scope.id, role};
  }
  Actor actor() const { return {actor_kind, actor_id}; }
  Scope scope() const { return {scope_kind, scope_id}; }

  static constexpr auto fields() {
    using A = RoleAssignment;
    return std::tuple{field("id", &A::id),
                      field("actor_kind", &A::actor_kind),
                      field("actor_id", &A::actor_id),
                      field("scope_kind", &A::scope_kind),
                      field("scope_id", &A::scope_id),
                      field("role_id", &A::role_id)};
  }
  std::vector<IndexEntry> indexes() const {
    return {{"actor", actor().key()}, {"scope", scope().key()}, {"role_id", role_id.str()}};
  }
};

/// What a stronger role brings along, as Keystone's own bootstrap has it: admin implies member, member implies reader.
inline std::vector<std::string> with_implied_roles(std::vector<std::string> names) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> implies{
      {{"admin", "member"}, {"member", "reader"}}};
  const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  for (const auto& [prior, implied] : implies) {
    if (has(prior) && !has(implied)) names.emplace_back(implied);
  }
  return names;
}

/// A secret with which a program acts as its user, in one project, with at most the roles named here.
struct ApplicationCredential {
  static constexpr std::string_view kind = "application_credential";
  std::string id;
  UserId user_id;
  ProjectId project_id;
  std::string name;
  std::string description;
  std::vector<std::string> roles;  ///< names
  bool unrestricted = false;       ///< may itself manage application credentials
  std::optional<Time> expires_at;
  std::string secret_hash;

  static constexpr auto fields() {
    using A = ApplicationCredential;
    return std::tuple{field("id", &A::id),
                      field("user_id", &A::user_id),
                      field("project_id", &A::project_id),
                      field("name", &A::name),
                      field("description", &A::description),
                      field("roles", &A::roles),
                      field("unrestricted", &A::unrestricted),
                      field("expires_at", &A::expires_at),
                      field("secret_hash", &A::secret_hash)};
  }
  std::vector<IndexEntry> indexes() const {
    return {
        {"user_name", user_id.str() + "/" + name, true}, {"user_id", user_id.str()}, {"project_id", project_id.str()}};
  }
};

}  // namespace causeway::domain
