#pragma once

#include <vector>

#include "causeway/domain/identity/directory.hpp"
#include "causeway/services/identity/context.hpp"
#include "causeway/services/identity/drafts.hpp"

namespace causeway::services {

/// Users, their passwords, and groups of users. Thread-safe; each function is one transaction, passwords are hashed
/// before it begins. Disabling, deleting, a new password and a change of groups revoke the user's tokens. Failures:
/// not_found, conflict "identity.duplicate", invalid input; unauthenticated for a wrong old password.
class Users {
 public:
  explicit Users(IdentityContext& context) : context_(context) {}

  Result<domain::User> create(const UserDraft& draft);
  Result<domain::User> get(const domain::UserId& id);
  Result<std::vector<domain::User>> list();
  Result<domain::User> update(const domain::UserId& id, const UserDraft& changes);
  /// By the user, who proves to know the old one.
  Result<void> change_password(const domain::UserId& id, std::string_view old_password, std::string_view new_password);
  Result<void> remove(const domain::UserId& id);

  Result<domain::Group> create_group(const GroupDraft& draft);
  Result<domain::Group> get_group(const domain::GroupId& id);
  Result<std::vector<domain::Group>> list_groups();
  Result<domain::Group> update_group(const domain::GroupId& id, const GroupDraft& changes);
  Result<void> remove_group(const domain::GroupId& id);
  /// Idempotent.
  Result<void> add_member(const domain::GroupId& group, const domain::UserId& user);
  /// not_found when the user is no member.
  Result<void> remove_member(const domain::GroupId& group, const domain::UserId& user);
  Result<bool> is_member(const domain::GroupId& group, const domain::UserId& user);
  Result<std::vector<domain::User>> members(const domain::GroupId& group);
  Result<std::vector<domain::Group>> groups_of(const domain::UserId& user);

 private:
  IdentityContext& context_;
};

}  // namespace causeway::services
