#include "causeway/services/identity/removal.hpp"
#include "causeway/services/identity/users.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Group;
using domain::GroupMember;
using domain::User;

Result<Group> Users::create_group(const GroupDraft& draft) {
  TRY_VOID(check_name(draft.name, "group", 64));
  TRY_VOID(check_text(draft.description, "description"));
  auto created = context_.change([&](Writer& writer) -> Result<Group> {
    const auto domain_id = draft.domain_id.value_or(domain::default_domain);
    TRY_VOID(boundary::get<domain::KeystoneDomain>(writer, domain_id));
    Group made{domain::GroupId(context_.new_id()), domain_id, *draft.name, draft.description.value_or("")};
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
  return explain_clash(std::move(created), "group", *draft.name);
}

Result<Group> Users::get_group(const domain::GroupId& id) {
  return context_.view([&](Reader& reader) { return boundary::get<Group>(reader, id); });
}

Result<std::vector<Group>> Users::list_groups() {
  return context_.view([&](Reader& reader) { return boundary::list<Group>(reader); });
}

Result<Group> Users::update_group(const domain::GroupId& id, const GroupDraft& changes) {
  if (changes.name) TRY_VOID(check_name(changes.name, "group", 64));
  TRY_VOID(check_text(changes.description, "description"));
  auto updated = context_.change([&](Writer& writer) -> Result<Group> {
    TRY(auto group, boundary::get<Group>(writer, id));
    apply(group.name, changes.name);
    apply(group.description, changes.description);
    TRY_VOID(boundary::put(writer, group));
    return group;
  });
  return explain_clash(std::move(updated), "group", changes.name.value_or(""));
}

Result<void> Users::remove_group(const domain::GroupId& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<Group>(writer, id));
    return services::remove_group(context_, writer, id);
  });
}

Result<void> Users::add_member(const domain::GroupId& group, const domain::UserId& user) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<Group>(writer, group));
    TRY_VOID(boundary::get<User>(writer, user));
    TRY_VOID(boundary::put(writer, GroupMember{GroupMember::id_of(group, user), group, user}));
    return {};
  });
}

Result<void> Users::remove_member(const domain::GroupId& group, const domain::UserId& user) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY(const auto member, boundary::get<GroupMember>(writer, GroupMember::id_of(group, user)));
    return remove_membership(context_, writer, member);
  });
}

Result<bool> Users::is_member(const domain::GroupId& group, const domain::UserId& user) {
  return context_.view([&](Reader& reader) -> Result<bool> {
    TRY(const auto member, boundary::find<GroupMember>(reader, GroupMember::id_of(group, user)));
    return member.has_value();
  });
}

Result<std::vector<User>> Users::members(const domain::GroupId& group) {
  return context_.view([&](Reader& reader) -> Result<std::vector<User>> {
    TRY_VOID(boundary::get<Group>(reader, group));
    TRY(const auto members, boundary::list<GroupMember>(reader, By{"group_id", group.str()}));
    std::vector<User> users;
    for (const auto& member : members) {
      TRY(auto user, boundary::get<User>(reader, member.user_id));
      users.push_back(std::move(user));
    }
    return users;
  });
}

Result<std::vector<Group>> Users::groups_of(const domain::UserId& user) {
  return context_.view([&](Reader& reader) -> Result<std::vector<Group>> {
    TRY_VOID(boundary::get<User>(reader, user));
    TRY(const auto memberships, boundary::list<GroupMember>(reader, By{"user_id", user.str()}));
    std::vector<Group> groups;
    for (const auto& membership : memberships) {
      TRY(auto group, boundary::get<Group>(reader, membership.group_id));
      groups.push_back(std::move(group));
    }
    return groups;
  });
}

}  // namespace causeway::services
