#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

domain::GroupId group_of(const Call& call) { return domain::GroupId(call.param("group")); }
domain::UserId member_of(const Call& call) { return domain::UserId(call.param("user")); }

Result<Reply> list_groups(KeystoneApi& api, Call& call) {
  TRY(const auto groups, api.identity.users.list_groups());
  return list_reply(call, "groups", groups);
}

Result<Reply> create_group(KeystoneApi& api, Call& call) {
  TRY(auto draft, draft_of<services::GroupDraft>(call, "group"));
  if (!draft.domain_id && !call.caller.project_domain_id.empty()) draft.domain_id = call.caller.project_domain_id;
  TRY(const auto group, api.identity.users.create_group(draft));
  return item_reply(call, "group", group);
}

Result<Reply> show_group(KeystoneApi& api, Call& call) {
  TRY(const auto group, api.identity.users.get_group(group_of(call)));
  return item_reply(call, "group", group);
}

Result<Reply> update_group(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::GroupDraft>(call, "group"));
  TRY(const auto group, api.identity.users.update_group(group_of(call), changes));
  return item_reply(call, "group", group);
}

Result<Reply> delete_group(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.users.remove_group(group_of(call)));
  return Reply::empty();
}

Result<Reply> list_members(KeystoneApi& api, Call& call) {
  TRY(const auto users, api.identity.users.members(group_of(call)));
  return list_reply(call, "users", users);
}

Result<Reply> add_member(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.users.add_member(group_of(call), member_of(call)));
  return Reply::empty();
}

Result<Reply> remove_member(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.users.remove_member(group_of(call), member_of(call)));
  return Reply::empty();
}

Result<Reply> check_member(KeystoneApi& api, Call& call) {
  TRY(const bool is_member, api.identity.users.is_member(group_of(call), member_of(call)));
  if (!is_member) return failed(Code::not_found, "group.no_member", "The user is not in the group.");
  return Reply::empty();
}

constexpr Route<KeystoneApi> group_routes[] = {
    {"GET", "/v3/groups", Access::admin, "identity:list_groups", 200, &list_groups},
    {"POST", "/v3/groups", Access::admin, "identity:create_group", 201, &create_group},
    {"GET", "/v3/groups/{group}", Access::admin, "identity:get_group", 200, &show_group},
    {"PATCH", "/v3/groups/{group}", Access::admin, "identity:update_group", 200, &update_group},
    {"DELETE", "/v3/groups/{group}", Access::admin, "identity:delete_group", 204, &delete_group},
    {"GET", "/v3/groups/{group}/users", Access::admin, "identity:list_users_in_group", 200, &list_members},
    {"PUT", "/v3/groups/{group}/users/{user}", Access::admin, "identity:add_user_to_group", 204, &add_member},
    {"GET", "/v3/groups/{group}/users/{user}", Access::admin, "identity:check_user_in_group", 204, &check_member},
    {"DELETE", "/v3/groups/{group}/users/{user}", Access::admin, "identity:remove_user_from_group", 204,
     &remove_member},
};
static_assert(routes_ok(group_routes));

}  // namespace

void add_group_routes(std::vector<BoundRoute>& into, KeystoneApi& api) { bind_routes(into, group_routes, api); }

}  // namespace causeway::api
