#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

Json self_link(std::string_view base, std::string_view collection, std::string_view id) {
  return JsonObject{{"self", fmt::format("{}/v3/{}/{}", base, collection, id)}};
}

JsonArray texts(const std::vector<std::string>& values) {
  JsonArray array;
  for (const auto& value : values) array.emplace_back(value);
  return array;
}

bool is_true(std::string_view text) { return text.empty() || text == "1" || text == "true" || text == "True"; }

bool has_value(const Json& value, std::string_view wanted) {
  if (value.is_string()) return std::string_view(value.get_string()) == wanted;
  if (value.is_bool()) return value.get_bool() == is_true(wanted);
  return value.is_null() && (wanted.empty() || wanted == "None" || wanted == "null");
}

bool passes(const Json& item, const http::Query& query) {
  for (const auto& [name, wanted] : query.all()) {
    const Json* value = member(item, name);
    if (value != nullptr && !value->is_object() && !value->is_array() && !has_value(*value, wanted)) return false;
  }
  return true;
}

}  // namespace

Json or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json to_wire(const domain::KeystoneDomain& d, std::string_view base) {
  return JsonObject{{"id", d.id.str()},
                    {"name", d.name},
                    {"description", d.description},
                    {"enabled", d.enabled},
                    {"tags", JsonArray{}},
                    {"options", JsonObject{}},
                    {"links", self_link(base, "domains", d.id.str())}};
}

Json to_wire(const domain::Project& p, std::string_view base) {
  return JsonObject{{"id", p.id.str()},
                    {"name", p.name},
                    {"domain_id", p.domain_id.str()},
                    {"description", p.description},
                    {"enabled", p.enabled},
                    {"parent_id", p.parent_id},
                    {"is_domain", false},
                    {"tags", texts(p.tags)},
                    {"options", JsonObject{}},
                    {"links", self_link(base, "projects", p.id.str())}};
}

Json to_wire(const domain::User& u, std::string_view base) {
  JsonObject user{{"id", u.id.str()},
                  {"name", u.name},
                  {"domain_id", u.domain_id.str()},
                  {"enabled", u.enabled},
                  {"description", u.description},
                  {"password_expires_at", nullptr},
                  {"options", JsonObject{}},
                  {"links", self_link(base, "users", u.id.str())}};
  if (!u.email.empty()) user.emplace("email", u.email);
  if (!u.default_project_id.empty()) user.emplace("default_project_id", u.default_project_id.str());
  return user;
}

Json to_wire(const domain::Group& g, std::string_view base) {
  return JsonObject{{"id", g.id.str()},
                    {"name", g.name},
                    {"domain_id", g.domain_id.str()},
                    {"description", g.description},
                    {"links", self_link(base, "groups", g.id.str())}};
}

Json to_wire(const domain::Role& r, std::string_view base) {
  return JsonObject{{"id", r.id.str()},        {"name", r.name},
                    {"domain_id", nullptr},    {"description", or_null(r.description)},
                    {"options", JsonObject{}}, {"links", self_link(base, "roles", r.id.str())}};
}

Json to_wire(const domain::CatalogRegion& r, std::string_view base) {
  return JsonObject{{"id", r.id},
                    {"description", r.description},
                    {"parent_region_id", or_null(r.parent_region_id)},
                    {"links", self_link(base, "regions", r.id)}};
}

Json to_wire(const domain::CatalogService& s, std::string_view base) {
  return JsonObject{{"id", s.id},           {"type", s.type},
                    {"name", s.name},       {"description", s.description},
                    {"enabled", s.enabled}, {"links", self_link(base, "services", s.id)}};
}

Json to_wire(const domain::CatalogEndpoint& e, std::string_view base) {
  return JsonObject{{"id", e.id},
                    {"service_id", e.service_id},
                    {"interface", to_name(e.interface)},
                    {"region", or_null(e.region_id)},
                    {"region_id", or_null(e.region_id)},
                    {"url", e.url},
                    {"enabled", e.enabled},
                    {"links", self_link(base, "endpoints", e.id)}};
}

Reply list_reply(const Call& call, std::string_view name, const JsonArray& items) {
  JsonArray kept;
  for (const auto& item : items) {
    if (passes(item, call.request.query)) kept.push_back(item);
  }
  const JsonObject links{{"self", call.base_url + call.request.target}, {"previous", nullptr}, {"next", nullptr}};
  return Reply::json(JsonObject{{name, std::move(kept)}, {"links", links}});
}

Error not_allowed(std::string_view action) {
  return fail(Code::forbidden, "policy.denied", "You are not authorized to perform the requested action: {}.", action);
}

Result<void> allow_self_or_admin(const Call& call, std::string_view user_id) {
  if (call.caller.is_admin() || call.caller.user_id.str() == user_id) return {};
  return failed(not_allowed("what belongs to another user"));
}

}  // namespace causeway::api
