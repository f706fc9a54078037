#include "causeway/services/common/external_tokens/token_memory.hpp"

#include <algorithm>

namespace causeway::services {
namespace {

/// A member that is not set means any token; one that the token does not have means it not.
bool fits(const std::string& wanted, const std::string& has) { return wanted.empty() || wanted == has; }

bool means(const boundary::PublishedRevocation& revocation, const domain::Caller& token) {
  const bool of_domain = revocation.domain_id.empty() || revocation.domain_id == token.user_domain_id.str() ||
                         revocation.domain_id == token.project_domain_id.str() || revocation.domain_id == token.domain_id.str();
  return token.issued_at <= revocation.issued_before && of_domain && fits(revocation.audit_id, token.audit_id) &&
         fits(revocation.user_id, token.user_id.str()) && fits(revocation.project_id, token.project_id.str());
}

}  // namespace

template <class Value>
Value* TokenMemory::Recent<Value>::find(const std::string& digest) {
  const auto found = by_digest.find(digest);
  if (found == by_digest.end()) return nullptr;
  entries.splice(entries.begin(), entries, found->second);
  return &found->second->second;
}

template <class Value>
void TokenMemory::Recent<Value>::put(const std::string& digest, Value value, std::size_t most) {
  if (Value* present = find(digest)) {
    *present = std::move(value);
    return;
  }
  entries.emplace_front(digest, std::move(value));
  by_digest.emplace(entries.front().first, entries.begin());
  if (entries.size() <= most) return;
  by_digest.erase(entries.back().first);
  entries.pop_back();
}

template <class Value>
void TokenMemory::Recent<Value>::erase(const std::string& digest) {
  const auto found = by_digest.find(digest);
  if (found == by_digest.end()) return;
  const auto entry = found->second;
  by_digest.erase(found);
  entries.erase(entry);
}

std::shared_ptr<const KnownToken> TokenMemory::find(const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto* known = good_.find(digest);
  return known != nullptr ? *known : nullptr;
}

void TokenMemory::remember(const std::string& digest, std::shared_ptr<const KnownToken> known) {
  const std::lock_guard lock(mutex_);
  refused_.erase(digest);
  good_.put(digest, std::move(known), most_);
}

void TokenMemory::refuse(const std::string& digest, Instant until) {
  const std::lock_guard lock(mutex_);
  good_.erase(digest);
  refused_.put(digest, until, most_);
}

bool TokenMemory::is_refused(const std::string& digest, Instant now) {
  const std::lock_guard lock(mutex_);
  const Instant* until = refused_.find(digest);
  if (until == nullptr) return false;
  if (now < *until) return true;
  refused_.erase(digest);
  return false;
}

std::size_t TokenMemory::forget(const std::vector<boundary::PublishedRevocation>& revoked) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> meant;
  for (const auto& [digest, known] : good_.entries) {
    const auto& caller = known->token.caller;
    if (std::any_of(revoked.begin(), revoked.end(), [&](const auto& revocation) { return means(revocation, caller); })) meant.push_back(digest);
  }
  for (const auto& digest : meant) good_.erase(digest);
  return meant.size();
}

std::size_t TokenMemory::size() const {
  const std::lock_guard lock(mutex_);
  return good_.entries.size() + refused_.entries.size();
}

}  // namespace causeway::services
