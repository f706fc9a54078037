#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

domain::UserId user_of(const Call& call) { return domain::UserId(call.param("user")); }

Result<Reply> list_users(KeystoneApi& api, Call& call) {
  TRY(const auto users, api.identity.users.list());
  return list_reply(call, "users", users);
}

Result<Reply> create_user(KeystoneApi& api, Call& call) {
  TRY(auto draft, draft_of<services::UserDraft>(call, "user"));
  if (!draft.domain_id && !call.caller.project_domain_id.empty()) draft.domain_id = call.caller.project_domain_id;
  TRY(const auto user, api.identity.users.create(draft));
  return item_reply(call, "user", user);
}

Result<Reply> show_user(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_self_or_admin(call, call.param("user")));
  TRY(const auto user, api.identity.users.get(user_of(call)));
  return item_reply(call, "user", user);
}

Result<Reply> update_user(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::UserDraft>(call, "user"));
  TRY(const auto user, api.identity.users.update(user_of(call), changes));
  return item_reply(call, "user", user);
}

Result<Reply> delete_user(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.users.remove(user_of(call)));
  return Reply::empty();
}

struct PasswordChange {
  std::string original_password, password;
  static constexpr auto fields() {
    using P = PasswordChange;
    return std::tuple{field("original_password", &P::original_password), field("password", &P::password)};
  }
};

/// Only one's own: an administrator sets others' passwords by updating the user. Not with an application credential,
/// which would outgrow its restrictions.
Result<Reply> change_password(KeystoneApi& api, Call& call) {
  if (call.caller.user_id != user_of(call) || !call.caller.application_credential_id.empty()) {
    return failed(not_allowed("identity:change_password"));
  }
  TRY(const auto change, draft_of<PasswordChange>(call, "user"));
  TRY_VOID(api.identity.users.change_password(user_of(call), change.original_password, change.password));
  return Reply::empty();
}

Result<Reply> list_groups_of_user(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_self_or_admin(call, call.param("user")));
  TRY(const auto groups, api.identity.users.groups_of(user_of(call)));
  return list_reply(call, "groups", groups);
}

Result<Reply> list_projects_of_user(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_self_or_admin(call, call.param("user")));
  TRY(const auto projects, api.identity.assignments.projects_of(user_of(call)));
  return list_reply(call, "projects", projects);
}

Result<Json> credential_json(KeystoneApi& api, const Call& call, const domain::ApplicationCredential& c) {
  TRY(const auto all_roles, api.identity.assignments.list_roles());
  JsonArray roles;
  for (const auto& role : all_roles) {
    if (std::find(c.roles.begin(), c.roles.end(), role.name) == c.roles.end()) continue;
    roles.push_back(JsonObject{{"id", role.id.str()}, {"name", role.name}, {"domain_id", nullptr}});
  }
  const auto self = fmt::format("{}/v3/users/{}/application_credentials/{}", call.base_url, c.user_id, c.id);
  return JsonObject{{"id", c.id},
                    {"name", c.name},
                    {"description", or_null(c.description)},
                    {"user_id", c.user_id.str()},
                    {"project_id", c.project_id.str()},
                    {"roles", std::move(roles)},
                    {"unrestricted", c.unrestricted},
                    {"expires_at", c.expires_at ? Json(iso_time(*c.expires_at, true)) : Json(nullptr)},
                    {"system", nullptr},
                    {"links", JsonObject{{"self", self}}}};
}

Result<Reply> list_credentials(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_self_or_admin(call, call.param("user")));
  TRY(const auto credentials, api.identity.application_credentials.list(user_of(call)));
  JsonArray items;
  for (const auto& credential : credentials) {
    TRY(auto item, credential_json(api, call, credential));
    items.push_back(std::move(item));
  }
  return list_reply(call, "application_credentials", items);
}

/// Nobody makes one for somebody else.
Result<Reply> create_credential(KeystoneApi& api, Call& call) {
  if (call.caller.user_id != user_of(call)) return failed(not_allowed("identity:create_application_credential"));
  TRY(const auto draft, draft_of<services::ApplicationCredentialDraft>(call, "application_credential"));
  TRY(const auto made, api.identity.application_credentials.create(call.caller, draft));
  TRY(auto json, credential_json(api, call, made.credential));
  json.as_object().emplace("secret", made.secret);
  return Reply::json(JsonObject{{"application_credential", std::move(json)}});
}

Result<Reply> show_credential(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_self_or_admin(call, call.param("user")));
  TRY(const auto credential, api.identity.application_credentials.get(user_of(call), call.param("credential")));
  TRY(auto json, credential_json(api, call, credential));
  return Reply::json(JsonObject{{"application_credential", std::move(json)}});
}

Result<Reply> delete_credential(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_self_or_admin(call, call.param("user")));
  TRY_VOID(api.identity.application_credentials.remove(call.caller, user_of(call), call.param("credential")));
  return Reply::empty();
}

constexpr Route<KeystoneApi> user_routes[] = {
    {"GET", "/v3/users", Access::admin, "identity:list_users", 200, &list_users},
    {"POST", "/v3/users", Access::admin, "identity:create_user", 201, &create_user},
    {"GET", "/v3/users/{user}", Access::any_token, "identity:get_user", 200, &show_user},
    {"PATCH", "/v3/users/{user}", Access::admin, "identity:update_user", 200, &update_user},
    {"DELETE", "/v3/users/{user}", Access::admin, "identity:delete_user", 204, &delete_user},
    {"POST", "/v3/users/{user}/password", Access::any_token, "identity:change_password", 204, &change_password},
    {"GET", "/v3/users/{user}/groups", Access::any_token, "identity:list_groups_for_user", 200, &list_groups_of_user},
    {"GET", "/v3/users/{user}/projects", Access::any_token, "identity:list_user_projects", 200, &list_projects_of_user},
    {"GET", "/v3/users/{user}/application_credentials", Access::any_token, "identity:list_application_credentials", 200,
     &list_credentials},
    {"POST", "/v3/users/{user}/application_credentials", Access::any_token, "identity:create_application_credential",
     201, &create_credential},
    {"GET", "/v3/users/{user}/application_credentials/{credential}", Access::any_token,
     "identity:get_application_credential", 200, &show_credential},
    {"DELETE", "/v3/users/{user}/application_credentials/{credential}", Access::any_token,
     "identity:delete_application_credential", 204, &delete_credential},
};
static_assert(routes_ok(user_routes));

}  // namespace

void add_user_routes(std::vector<BoundRoute>& into, KeystoneApi& api) { bind_routes(into, user_routes, api); }

}  // namespace causeway::api
