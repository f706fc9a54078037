#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/keystone/login_request.hpp"
#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

JsonArray catalog_json(const std::vector<services::CatalogEntry>& catalog) {
  JsonArray entries;
  for (const auto& entry : catalog) {
    JsonArray endpoints;
    for (const auto& e : entry.endpoints) {
      endpoints.push_back(JsonObject{{"id", e.id},
                                     {"interface", to_name(e.interface)},
                                     {"region", or_null(e.region_id)},
                                     {"region_id", or_null(e.region_id)},
                                     {"url", e.url}});
    }
    entries.push_back(JsonObject{{"id", entry.service.id},
                                 {"type", entry.service.type},
                                 {"name", entry.service.name},
                                 {"endpoints", std::move(endpoints)}});
  }
  return entries;
}

Result<JsonArray> roles_json(KeystoneApi& api, const domain::Caller& caller) {
  TRY(const auto roles, api.identity.assignments.list_roles());
  JsonArray out;
  for (const auto& role : roles) {
    if (caller.has_role(role.name)) out.push_back(JsonObject{{"id", role.id.str()}, {"name", role.name}});
  }
  return out;
}

Result<void> add_scope(KeystoneApi& api, const domain::Caller& caller, JsonObject& token) {
  if (!caller.project_id.empty()) {
    const JsonObject home{{"id", caller.project_domain_id.str()}, {"name", caller.project_domain_name}};
    token.emplace("is_domain", false);
    token.emplace("project",
                  JsonObject{{"id", caller.project_id.str()}, {"name", caller.project_name}, {"domain", home}});
  } else if (!caller.domain_id.empty()) {
    TRY(const auto domain, api.identity.projects.get_domain(caller.domain_id));
    token.emplace("domain", JsonObject{{"id", domain.id.str()}, {"name", domain.name}});
  } else if (caller.system) {
    token.emplace("system", JsonObject{{"all", true}});
  }
  return {};
}

Result<void> add_credential(KeystoneApi& api, const domain::Caller& caller, JsonObject& token) {
  if (caller.application_credential_id.empty()) return {};
  TRY(const auto credential,
      api.identity.application_credentials.get(caller.user_id, caller.application_credential_id));
  token.emplace("application_credential",
                JsonObject{{"id", credential.id}, {"name", credential.name}, {"restricted", !credential.unrestricted}});
  return {};
}

bool is_scoped(const domain::Caller& caller) {
  return !caller.project_id.empty() || !caller.domain_id.empty() || caller.system;
}

/// {"token": {...}}
Result<Json> token_json(KeystoneApi& api, const Call& call, const domain::Caller& caller) {
  JsonArray methods;
  for (const auto& method : caller.methods) methods.emplace_back(method);
  const JsonObject home{{"id", caller.user_domain_id.str()}, {"name", caller.user_domain_name}};
  JsonObject token{{"methods", std::move(methods)},
                   {"user", JsonObject{{"id", caller.user_id.str()},
                                       {"name", caller.user_name},
                                       {"domain", home},
                                       {"password_expires_at", nullptr}}},
                   {"audit_ids", JsonArray{Json(caller.audit_id)}},
                   {"issued_at", iso_time(caller.issued_at, true)},
                   {"expires_at", iso_time(caller.expires_at, true)}};
  TRY_VOID(add_scope(api, caller, token));
  TRY_VOID(add_credential(api, caller, token));
  const bool scoped = is_scoped(caller);
  if (scoped) {
    TRY(auto roles, roles_json(api, caller));
    token.emplace("roles", std::move(roles));
  }
  if (scoped && !call.request.query.find("nocatalog")) {
    TRY(const auto catalog, api.identity.catalog.build(caller));
    token.emplace("catalog", catalog_json(catalog));
  }
  return JsonObject{{"token", std::move(token)}};
}

/// The token in X-Subject-Token: one's own, or anybody's for administrators.
Result<domain::Caller> subject_of(KeystoneApi& api, const Call& call) {
  const auto text = call.request.headers.get("X-Subject-Token");
  if (text.empty()) return failed(Code::invalid, "token.no_subject", "The header X-Subject-Token is missing.");
  TRY(auto subject, api.identity.tokens.inspect(text));
  if (!call.caller.is_admin() && subject.user_id != call.caller.user_id)
    return failed(not_allowed("identity:validate_token"));
  return subject;
}

Result<Reply> issue_token(KeystoneApi& api, Call& call) {
  TRY(const auto login, read_login(call.body));
  TRY(const auto issued, api.identity.tokens.authenticate(login));
  TRY(auto body, token_json(api, call, issued.caller));
  auto reply = Reply::json(std::move(body));
  reply.headers.set("X-Subject-Token", issued.token);
  return reply;
}

Result<Reply> show_token(KeystoneApi& api, Call& call) {
  TRY(const auto subject, subject_of(api, call));
  TRY(auto body, token_json(api, call, subject));
  auto reply = Reply::json(std::move(body));
  reply.headers.set("X-Subject-Token", std::string(call.request.headers.get("X-Subject-Token")));
  return reply;
}

Result<Reply> revoke_token(KeystoneApi& api, Call& call) {
  TRY(const auto subject, subject_of(api, call));
  TRY_VOID(api.identity.tokens.revoke(subject));
  return Reply::empty();
}

Result<Reply> show_catalog(KeystoneApi& api, Call& call) {
  if (!is_scoped(call.caller)) {
    return failed(not_allowed("identity:get_auth_catalog without a scope"));
  }
  TRY(const auto catalog, api.identity.catalog.build(call.caller));
  return list_reply(call, "catalog", catalog_json(catalog));
}

Result<Reply> list_own_projects(KeystoneApi& api, Call& call) {
  TRY(const auto projects, api.identity.assignments.projects_of(call.caller.user_id));
  return list_reply(call, "projects", projects);
}

Result<Reply> list_own_domains(KeystoneApi& api, Call& call) {
  TRY(const auto domains, api.identity.assignments.domains_of(call.caller.user_id));
  return list_reply(call, "domains", domains);
}

constexpr Route<KeystoneApi> token_routes[] = {
    {"POST", "/v3/auth/tokens", Access::open, "identity:authenticate", 201, &issue_token},
    {"GET", "/v3/auth/tokens", Access::any_token, "identity:validate_token", 200, &show_token},
    {"DELETE", "/v3/auth/tokens", Access::any_token, "identity:revoke_token", 204, &revoke_token},
    {"GET", "/v3/auth/catalog", Access::any_token, "identity:get_auth_catalog", 200, &show_catalog},
    {"GET", "/v3/auth/projects", Access::any_token, "identity:get_auth_projects", 200, &list_own_projects},
    {"GET", "/v3/auth/domains", Access::any_token, "identity:get_auth_domains", 200, &list_own_domains},
};
static_assert(routes_ok(token_routes));

}  // namespace

void add_token_routes(std::vector<BoundRoute>& into, KeystoneApi& api) { bind_routes(into, token_routes, api); }

}  // namespace causeway::api
