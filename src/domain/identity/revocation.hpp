#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// "Tokens like this, issued up to then, are no good any more." A token is meant when every member that is set matches
/// it; a revocation with no member set means none. Replicated to every region, and of no use after `expires_at`, when
/// the last token that it can mean has expired.
struct Revocation {
  static constexpr std::string_view kind = "revocation";
  std::string id;
  std::string audit_id;  ///< one token
  UserId user_id;
  std::string scope;   ///< domain::Scope::key(): "project/<id>", "domain/<id>", "system/all"
  DomainId domain_id;  ///< of the user or of the project: a disabled domain
  std::string application_credential_id;
  Time issued_before{};  ///< inclusive
  Time expires_at{};

  static constexpr auto fields() {
    using R = Revocation;
    return std::tuple{field("id", &R::id),
                      field("audit_id", &R::audit_id),
                      field("user_id", &R::user_id),
                      field("scope", &R::scope),
                      field("domain_id", &R::domain_id),
                      field("application_credential_id", &R::application_credential_id),
                      field("issued_before", &R::issued_before),
                      field("expires_at", &R::expires_at)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
  bool means(const Caller& token) const;
};

/// The key of the scope that a token has; "" when it is unscoped.
std::string scope_key_of(const Caller& token);

/// Many revocations, answered in a few hash look-ups: each is filed under its most selective member.
class RevocationSet {
 public:
  RevocationSet() = default;
  explicit RevocationSet(std::vector<Revocation> revocations);
  bool revokes(const Caller& token) const;

 private:
  bool any_under(const std::string& key, const Caller& token) const;
  std::unordered_map<std::string, std::vector<Revocation>> by_key_;
};

}  // namespace causeway::domain
