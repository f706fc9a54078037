#include "causeway/adapters/keystone/token_document.hpp"

namespace causeway::adapters {
namespace {

/// What is in an array, or nothing.
const JsonArray& items(const Json& owner, std::string_view name) {
  static const JsonArray none;
  const Json* value = member(owner, name);
  return value != nullptr && value->is_array() ? value->get_array() : none;
}

const Json& inner(const Json& owner, std::string_view name) {
  static const Json none(nullptr);
  const Json* value = member(owner, name);
  return value != nullptr ? *value : none;
}

template <class Id>
Id id_of(const Json& owner) {
  return Id(text_member(owner, "id"));
}

void read_scope(const Json& token, domain::Caller& caller) {
  const Json& project = inner(token, "project");
  caller.project_id = id_of<domain::ProjectId>(project);
  caller.project_name = text_member(project, "name");
  caller.project_domain_id = id_of<domain::DomainId>(inner(project, "domain"));
  caller.project_domain_name = text_member(inner(project, "domain"), "name");
  caller.domain_id = id_of<domain::DomainId>(inner(token, "domain"));
  const Json& all = inner(inner(token, "system"), "all");
  caller.system = all.is_bool() && all.get_bool();
}

void read_user(const Json& token, domain::Caller& caller) {
  const Json& user = inner(token, "user");
  caller.user_id = id_of<domain::UserId>(user);
  caller.user_name = text_member(user, "name");
  caller.user_domain_id = id_of<domain::DomainId>(inner(user, "domain"));
  caller.user_domain_name = text_member(inner(user, "domain"), "name");
  for (const auto& role : items(token, "roles")) caller.roles.push_back(text_member(role, "name"));
  for (const auto& method : items(token, "methods")) {
    if (method.is_string()) caller.methods.push_back(to_std(method.get_string()));
  }
  const auto& audit_ids = items(token, "audit_ids");
  if (!audit_ids.empty() && audit_ids.front().is_string()) caller.audit_id = to_std(audit_ids.front().get_string());
}

/// None when the credential has no rules; no rule at all allows nothing.
std::optional<std::vector<domain::AccessRule>> read_access_rules(const Json& credential) {
  const Json& rules = inner(credential, "access_rules");
  if (!rules.is_array()) return std::nullopt;
  std::vector<domain::AccessRule> out;
  for (const auto& rule : rules.get_array()) {
    out.push_back({text_member(rule, "service"), text_member(rule, "method"), text_member(rule, "path")});
  }
  return out;
}

}  // namespace

Result<Json> read_document(const std::string& body) {
  auto document = parse_json(body);
  if (document) return document;
  return failed(Code::unavailable, "keystone.failing", "The identity service (Keystone) gave an answer that is not JSON; try again.");
}

Result<boundary::ValidatedToken> read_token(const Json& document) {
  const Json& token = inner(document, "token");
  boundary::ValidatedToken out;
  read_user(token, out.caller);
  read_scope(token, out.caller);
  const auto issued = parse_time(text_member(token, "issued_at"));
  const auto expires = parse_time(text_member(token, "expires_at"));
  if (out.caller.user_id.empty() || !issued || !expires) {
    return failed(Code::unavailable, "keystone.failing", "The identity service (Keystone) gave an answer about a token that cannot be read.");
  }
  out.caller.issued_at = *issued;
  out.caller.expires_at = *expires;
  const Json& credential = inner(token, "application_credential");
  out.caller.application_credential_id = text_member(credential, "id");
  out.access_rules = read_access_rules(credential);
  return out;
}

std::vector<CatalogLine> read_catalog(const Json& document) {
  std::vector<CatalogLine> out;
  for (const auto& service : items(inner(document, "token"), "catalog")) {
    for (const auto& endpoint : items(service, "endpoints")) {
      const std::string region = text_member(endpoint, "region_id");
      out.push_back({text_member(service, "type"), region.empty() ? text_member(endpoint, "region") : region, text_member(endpoint, "interface"),
                     text_member(endpoint, "url")});
    }
  }
  return out;
}

std::vector<boundary::PublishedRevocation> read_revocations(const Json& document) {
  std::vector<boundary::PublishedRevocation> out;
  for (const auto& event : items(document, "events")) {
    const auto before = parse_time(text_member(event, "issued_before"));
    if (!before) continue;
    out.push_back({text_member(event, "audit_id"), text_member(event, "user_id"), text_member(event, "project_id"), text_member(event, "domain_id"), *before});
  }
  return out;
}

}  // namespace causeway::adapters
