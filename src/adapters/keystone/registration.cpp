#include "causeway/adapters/keystone/registration.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

std::string what_it_said(const http::Response& answer) {
  const auto document = parse_json(answer.body);
  const Json* error = document ? member(*document, "error") : nullptr;
  return error != nullptr ? text_member(*error, "message") : answer.body.substr(0, 200);
}

const JsonArray& array_in(const Json& document, std::string_view name) {
  static const JsonArray none;
  const Json* found = member(document, name);
  return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string id_in(const Json& document, std::string_view name) {
  const Json* found = member(document, name);
  return found != nullptr ? text_member(*found, "id") : "";
}

}  // namespace

Registrar::Registrar(KeystoneSession& administrator, boundary::Clock& clock, RegistrationMode mode, Say say)
    : administrator_(administrator), clock_(clock), mode_(mode), say_(std::move(say)) {}

Result<void> Registrar::run(const Registration& wanted) {
  for (const auto& region : wanted.regions) TRY_VOID(ensure_region(region));
  TRY_VOID(ensure_endpoints(wanted));
  return ensure_user(wanted);
}

void Registrar::step(const std::string& what) {
  ++steps_;
  say_((mode_ == RegistrationMode::dry_run ? "would " : "") + what);
}

Result<Json> Registrar::ask(const std::string& method, const std::string& target, const Json& body) {
  KeystoneSession::Request request;
  request.method = method;
  request.target = target;
  if (!body.is_null()) {
    request.body = to_text(body);
    request.headers.set("Content-Type", "application/json");
  }
  TRY(const auto answer, administrator_.call(request));
  if (answer.status == 404) return failed(Code::not_found, "keystone.not_found", "{}", what_it_said(answer));
  if (answer.status == 403) {
    return failed(Code::forbidden, "keystone.not_admin", "Keystone does not let this user do {} {}: it needs the role admin. ({})", method, target,
                  what_it_said(answer));
  }
  if (answer.status >= 300) {
    return failed(Code::conflict, "keystone.register", "Keystone refused {} {} ({}): {}", method, target, answer.status, what_it_said(answer));
  }
  if (answer.body.empty()) return Json(nullptr);
  return read_document(answer.body);
}

Result<std::string> Registrar::find(const Named& kind, const std::string& query) {
  TRY(const auto listed, ask("GET", std::string(kind.path) + "?" + query));
  const auto& all = array_in(listed, kind.list);
  return all.empty() ? std::string() : text_member(all.front(), "id");
}

Result<std::string> Registrar::make(const Named& kind, const std::string& what, const JsonObject& body) {
  step("make " + what);
  if (mode_ == RegistrationMode::dry_run) return std::string();
  TRY(const auto made, ask("POST", kind.path, JsonObject{{kind.one, body}}));
  return id_in(made, kind.one);
}

Result<void> Registrar::ensure_region(const std::string& name) {
  const auto present = ask("GET", "/regions/" + percent_encode(name));
  if (present) return {};
  if (present.error().code != Code::not_found) return failed(present.error());
  TRY_VOID(make({"/regions", "regions", "region"}, "region " + name, {{"id", name}}));
  return {};
}

Result<std::string> Registrar::ensure_service(const domain::KnownService& known) {
  TRY(auto id, find({"/services", "services", "service"}, fmt::format("type={}", known.type)));
  if (!id.empty()) return id;
  return make({"/services", "services", "service"}, fmt::format("service {} of type {}", known.name, known.type),
              {{"type", known.type}, {"name", known.name}, {"description", known.description}});
}

Result<void> Registrar::ensure_endpoints(const Registration& wanted) {
  for (const auto& known : domain::known_services) {
    const bool has_one = std::any_of(wanted.services.begin(), wanted.services.end(), [&](const auto& each) { return each.service_type == known.type; });
    if (!has_one) continue;
    TRY(const auto service, ensure_service(known));
    Json present = JsonObject();
    if (!service.empty()) {
      TRY(present, ask("GET", "/endpoints?service_id=" + service));
    }
    for (const auto& address : wanted.services) {
      if (address.service_type == known.type) TRY_VOID(ensure_endpoint(service, array_in(present, "endpoints"), address));
    }
  }
  return {};
}

Result<void> Registrar::ensure_endpoint(const std::string& service, const JsonArray& present, const domain::ServiceAddress& address) {
  const std::string interface(to_name(address.interface));
  const std::string what = fmt::format("{} endpoint of {} in {}", interface, address.service_type, address.region);
  const auto found = std::find_if(present.begin(), present.end(), [&](const Json& each) {
    return text_member(each, "interface") == interface && text_member(each, "region_id") == address.region;
  });
  if (found == present.end()) {
    const JsonObject endpoint{{"service_id", service}, {"interface", interface}, {"region_id", address.region}, {"url", address.url}};
    TRY_VOID(make({"/endpoints", "endpoints", "endpoint"}, what + ": " + address.url, endpoint));
    return {};
  }
  const std::string old = text_member(*found, "url");
  if (old == address.url || address.service_type == "identity") return {};
  step(fmt::format("change the {} from {} to {}", what, old, address.url));
  if (mode_ == RegistrationMode::dry_run) return {};
  TRY_VOID(ask("PATCH", "/endpoints/" + text_member(*found, "id"), JsonObject{{"endpoint", JsonObject{{"url", address.url}}}}));
  return {};
}

Result<std::string> Registrar::domain_id(const std::string& name) {
  TRY(auto id, find({"/domains", "domains", "domain"}, "name=" + percent_encode(name)));
  if (id.empty()) return failed(Code::not_found, "keystone.register", "Keystone has no domain '{}' (keystone.user_domain_name, keystone.project_domain_name).", name);
  return id;
}

Result<void> Registrar::ensure_user(const Registration& wanted) {
  const KeystoneAccount& account = wanted.service_user;
  TRY(const auto project_domain, domain_id(account.project_domain_name));
  TRY(const auto user_domain, domain_id(account.user_domain_name));
  const Named projects{"/projects", "projects", "project"};
  TRY(auto project, find(projects, fmt::format("name={}&domain_id={}", percent_encode(account.project_name), project_domain)));
  if (project.empty()) {
    TRY(project, make(projects, "project " + account.project_name, {{"name", account.project_name}, {"domain_id", project_domain}}));
  }
  TRY(const auto user, ensure_account(account, user_domain));
  for (const auto& role : wanted.service_roles) TRY_VOID(ensure_role(role, project, user));
  if (mode_ == RegistrationMode::dry_run) return {};
  // what was made must work for who uses it
  TRY(const auto session, KeystoneSession::open(account, clock_));
  if (session->token()) return {};
  step("set the password of user " + account.username);
  TRY_VOID(ask("PATCH", "/users/" + user, JsonObject{{"user", JsonObject{{"password", account.password}, {"enabled", true}}}}));
  TRY_VOID(session->token());
  return {};
}

Result<std::string> Registrar::ensure_account(const KeystoneAccount& account, const std::string& domain) {
  const Named users{"/users", "users", "user"};
  TRY(auto user, find(users, fmt::format("name={}&domain_id={}", percent_encode(account.username), domain)));
  if (!user.empty()) return user;
  return make(users, "user " + account.username, {{"name", account.username}, {"domain_id", domain}, {"password", account.password}});
}

Result<void> Registrar::ensure_role(const std::string& role, const std::string& project, const std::string& user) {
  const Named roles{"/roles", "roles", "role"};
  TRY(auto id, find(roles, "name=" + percent_encode(role)));
  if (id.empty()) {
    TRY(id, make(roles, "role " + role, {{"name", role}}));
  }
  const std::string assignment = fmt::format("/projects/{}/users/{}/roles/{}", project, user, id);
  if (!id.empty() && !project.empty() && !user.empty()) {
    const auto present = ask("HEAD", assignment);
    if (present) return {};
    if (present.error().code != Code::not_found) return failed(present.error());
  }
  step(fmt::format("give the service user the role {} in its project", role));
  if (mode_ == RegistrationMode::dry_run) return {};
  TRY_VOID(ask("PUT", assignment));
  return {};
}

}  // namespace causeway::adapters
