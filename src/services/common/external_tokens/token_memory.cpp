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
Value* TokenMemory::Recent<Value>::find(std::string_view key) {
  const auto found = by_key.find(key);
  if (found == by_key.end()) return nullptr;
  entries.splice(entries.begin(), entries, found->second);
  return &found->second->second;
}

template <class Value>
void TokenMemory::Recent<Value>::put(std::string_view key, Value value, std::size_t most) {
  if (Value* present = find(key)) {
    *present = std::move(value);
    return;
  }
  entries.emplace_front(key, std::move(value));
  by_key.emplace(entries.front().first, entries.begin());
  if (entries.size() <= most) return;
  by_key.erase(entries.back().first);
  entries.pop_back();
}

template <class Value>
void TokenMemory::Recent<Value>::erase(std::string_view key) {
  const auto found = by_key.find(key);
  if (found == by_key.end()) return;
  const auto entry = found->second;
  by_key.erase(found);
  entries.erase(entry);
}

std::shared_ptr<const KnownToken> TokenMemory::find(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto* known = good_.find(token);
  return known != nullptr ? *known : nullptr;
}

void TokenMemory::remember(std::string_view token, std::shared_ptr<const KnownToken> known) {
  const std::lock_guard lock(mutex_);
  good_.put(token, std::move(known), most_);
}

void TokenMemory::forget(std::string_view token) {
  const std::lock_guard lock(mutex_);
  good_.erase(token);
}

void TokenMemory::refuse(const std::string& digest, Instant until) {
  const std::lock_guard lock(mutex_);
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
  for (const auto& [token, known] : good_.entries) {
    const auto& caller = known->token.caller;
    if (std::any_of(revoked.begin(), revoked.end(), [&](const auto& revocation) { return means(revocation, caller); })) meant.push_back(token);
  }
  for (const auto& token : meant) good_.erase(token);
  return meant.size();
}

std::size_t TokenMemory::size() const {
  const std::lock_guard lock(mutex_);
  return good_.entries.size() + refused_.entries.size();
}

}  // namespace causeway::services
