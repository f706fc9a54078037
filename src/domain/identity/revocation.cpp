#include "causeway/domain/identity/revocation.hpp"

#include "causeway/domain/identity/role.hpp"

namespace causeway::domain {
namespace {

std::string key_for(const Revocation& r) {
  if (!r.audit_id.empty()) return "audit/" + r.audit_id;
  if (!r.application_credential_id.empty()) return "credential/" + r.application_credential_id;
  if (!r.user_id.empty()) return "user/" + r.user_id.str();
  if (!r.scope.empty()) return "scope/" + r.scope;
  return "domain/" + r.domain_id.str();
}

}  // namespace

std::string scope_key_of(const Caller& token) {
  if (!token.project_id.empty()) return Scope::of(token.project_id).key();
  if (!token.domain_id.empty()) return Scope::of(token.domain_id).key();
  return token.system ? Scope::whole_system().key() : "";
}

bool Revocation::means(const Caller& token) const {
  if (audit_id.empty() && user_id.empty() && scope.empty() && domain_id.empty() && application_credential_id.empty()) {
    return false;
  }
  if (token.issued_at > issued_before) return false;
  if (!audit_id.empty() && audit_id != token.audit_id) return false;
  if (!user_id.empty() && user_id != token.user_id) return false;
  if (!scope.empty() && scope != scope_key_of(token)) return false;
  if (!application_credential_id.empty() && application_credential_id != token.application_credential_id) return false;
  return domain_id.empty() || domain_id == token.user_domain_id || domain_id == token.project_domain_id ||
         domain_id == token.domain_id;
}

RevocationSet::RevocationSet(std::vector<Revocation> revocations) {
  for (auto& revocation : revocations) by_key_[key_for(revocation)].push_back(std::move(revocation));
}

bool RevocationSet::any_under(const std::string& key, const Caller& token) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return false;
  for (const auto& revocation : found->second) {
    if (revocation.means(token)) return true;
  }
  return false;
}

bool RevocationSet::revokes(const Caller& token) const {
  if (by_key_.empty()) return false;
  return any_under("audit/" + token.audit_id, token) || any_under("user/" + token.user_id.str(), token) ||
         any_under("scope/" + scope_key_of(token), token) ||
         any_under("credential/" + token.application_credential_id, token) ||
         any_under("domain/" + token.user_domain_id.str(), token) ||
         any_under("domain/" + token.project_domain_id.str(), token) ||
         any_under("domain/" + token.domain_id.str(), token);
}

}  // namespace causeway::domain
