#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/domain/identity/directory.hpp"
#include "causeway/domain/identity/role.hpp"
#include "causeway/services/identity/context.hpp"
#include "causeway/services/identity/drafts.hpp"

namespace causeway::services {

/// Which assignments to list; what is not set does not restrict.
struct AssignmentFilter {
  std::optional<domain::Actor> actor;
  std::optional<domain::Scope> scope;
  domain::RoleId role_id;
  bool effective = false;  ///< a group's assignments as those of its members
};

/// An assignment with the names of what it connects.
struct AssignmentView {
  domain::RoleAssignment assignment;
  std::string via_group_id;  ///< effective: the group that the user has it from
  std::string role_name;
  std::string actor_name;
  std::string actor_domain_id, actor_domain_name;
  std::string scope_name;  ///< of a project or a domain
  std::string scope_domain_id, scope_domain_name;
};

/// The names of the roles that a user has in a scope: own and through groups, with what they imply.
Result<std::vector<std::string>> effective_roles(boundary::Reader& reader, const domain::UserId& user,
                                                 const domain::Scope& scope);

/// Roles, and who has which where. Thread-safe; each function is one transaction. Taking a role away revokes the tokens
/// that hold it. Failures: not_found, conflict "identity.duplicate", invalid input.
class Assignments {
 public:
  explicit Assignments(IdentityContext& context) : context_(context) {}

  Result<domain::Role> create_role(const RoleDraft& draft);
  Result<domain::Role> get_role(const domain::RoleId& id);
  Result<std::vector<domain::Role>> list_roles();
  Result<domain::Role> update_role(const domain::RoleId& id, const RoleDraft& changes);
  Result<void> remove_role(const domain::RoleId& id);

  /// Idempotent; actor, scope and role must exist.
  Result<void> grant(const domain::Actor& actor, const domain::Scope& scope, const domain::RoleId& role);
  Result<void> withdraw(const domain::Actor& actor, const domain::Scope& scope, const domain::RoleId& role);
  /// not_found when it is not so.
  Result<void> check(const domain::Actor& actor, const domain::Scope& scope, const domain::RoleId& role);
  /// Directly granted ones.
  Result<std::vector<domain::Role>> roles_of(const domain::Actor& actor, const domain::Scope& scope);
  Result<std::vector<AssignmentView>> list(const AssignmentFilter& filter);

  /// Enabled projects in which the user has a role, also through groups.
  Result<std::vector<domain::Project>> projects_of(const domain::UserId& user);
  Result<std::vector<domain::KeystoneDomain>> domains_of(const domain::UserId& user);

 private:
  IdentityContext& context_;
};

}  // namespace causeway::services
