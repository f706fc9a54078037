#include "causeway/services/common/presented_tokens.hpp"

namespace causeway::services {

Result<domain::Caller> PresentedTokens::verify(std::string_view token) {
  TRY(auto who, verifier_.verify(token));
  remember(who.audit_id, token);
  return who;
}

Result<domain::Caller> PresentedTokens::admit(const boundary::PresentedToken& presented) {
  TRY(auto who, verifier_.admit(presented));
  remember(who.audit_id, presented.token);
  return who;
}

void PresentedTokens::remember(const std::string& audit_id, std::string_view token) {
  if (audit_id.empty()) return;
  const std::lock_guard lock(mutex_);
  if (const auto known = by_audit_id_.find(audit_id); known != by_audit_id_.end()) {
    known->second->second = token;
    recent_.splice(recent_.begin(), recent_, known->second);
    return;
  }
  recent_.emplace_front(audit_id, token);
  by_audit_id_.emplace(audit_id, recent_.begin());
  if (recent_.size() <= remembered_) return;
  by_audit_id_.erase(recent_.back().first);
  recent_.pop_back();
}

Result<std::string> PresentedTokens::token_of(const domain::Caller& who) {
  const std::lock_guard lock(mutex_);
  const auto known = by_audit_id_.find(who.audit_id);
  if (known == by_audit_id_.end()) {
    return failed(Code::unauthenticated, "token.unknown", "The request's token is not known any more; send the request again.");
  }
  return known->second->second;
}

}  // namespace causeway::services
