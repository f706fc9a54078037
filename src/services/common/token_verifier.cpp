#include "causeway/services/common/token_verifier.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/identity/token.hpp"

namespace causeway::services {
namespace {

/// More changes than this at once: rereading the rules is cheaper than looking through them.
constexpr std::size_t look_through = 256;

std::unexpected<Error> invalid_token(std::string_view why) {
  log::debug("token refused: {}", why);
  return failed(Code::unauthenticated, "token.invalid", "The request you have made requires authentication.");
}

std::unexpected<Error> expired_token() {
  return failed(Code::unauthenticated, "token.expired", "The request you have made requires authentication.");
}

}  // namespace

StoreTokenVerifier::StoreTokenVerifier(Deps deps) : deps_(deps) {}

Result<domain::Caller> StoreTokenVerifier::verify(std::string_view token) {
  TRY(const auto rules, current_rules());
  if (const auto known = recall(token)) {
    if (deps_.clock.now() >= known->expires_at) return expired_token();
    return *known;
  }
  TRY(auto caller, prove(*rules, token));
  remember(token, caller, rules);
  return caller;
}

Result<std::shared_ptr<const StoreTokenVerifier::Rules>> StoreTokenVerifier::current_rules() {
  if (seen_ < deps_.store.revision() || seen_ < 0) {
    const std::lock_guard lock(reloading_);
    if (auto reloaded = reload_if_changed(); !reloaded) {
      log::warn("tokens cannot be checked: {}", reloaded.error().describe());
      return failed(Code::unavailable, "token.undecided", "Tokens cannot be checked at the moment.");
    }
  }
  const std::lock_guard lock(mutex_);
  if (!rules_ || rules_->keys.empty()) {
    return failed(Code::unavailable, "token.no_keys", "Tokens cannot be checked yet: no signing key has arrived.");
  }
  return rules_;
}

Result<bool> StoreTokenVerifier::rules_changed(boundary::Reader& reader, boundary::Revision& seen) const {
  const auto after = seen;
  TRY(seen, reader.revision());
  TRY(const auto complete_from, reader.oldest_complete());
  if (after < 0 || after < complete_from) return true;
  TRY(const auto changes, reader.changes(after, look_through));
  if (changes.size() == look_through) return true;
  for (const auto& change : changes) {
    const auto& kind = change.record.kind;
    if (kind == domain::SigningKey::kind || kind == domain::Revocation::kind) return true;
  }
  return false;
}

Result<void> StoreTokenVerifier::reload_if_changed() {
  if (seen_ >= 0 && seen_ >= deps_.store.revision()) return {};  // another thread did it meanwhile
  boundary::Revision seen = seen_;
  auto rules = boundary::view(deps_.store, [&](boundary::Reader& reader) -> Result<std::shared_ptr<const Rules>> {
    seen = seen_;
    TRY(const bool changed, rules_changed(reader, seen));
    if (!changed) return nullptr;
    TRY(const auto keys, boundary::list<domain::SigningKey>(reader));
    TRY(auto revocations, boundary::list<domain::Revocation>(reader));
    auto fresh = std::make_shared<Rules>();
    for (const auto& key : keys) fresh->keys.emplace(key.id, from_base64url(key.public_key).value_or(""));
    fresh->revocations = domain::RevocationSet(std::move(revocations));
    return fresh;
  });
  if (!rules) return std::unexpected(std::move(rules).error());
  if (*rules) adopt(*std::move(rules));
  seen_ = seen;
  return {};
}

void StoreTokenVerifier::adopt(std::shared_ptr<const Rules> rules) {
  const std::lock_guard lock(mutex_);
  const bool same_keys = rules_ && rules_->keys == rules->keys;
  rules_ = std::move(rules);
  for (auto entry = recent_.begin(); entry != recent_.end();) {
    if (same_keys && !rules_->revocations.revokes(*entry->second)) {
      ++entry;
      continue;
    }
    by_token_.erase(entry->first);
    entry = recent_.erase(entry);
  }
}

Result<domain::Caller> StoreTokenVerifier::prove(const Rules& rules, std::string_view token) const {
  const auto parts = domain::split_token(token);
  if (!parts) return invalid_token("not of our form");
  const auto key = rules.keys.find(parts->key_id);
  if (key == rules.keys.end()) return invalid_token("signed by an unknown key");
  if (!deps_.signer.verify(key->second, parts->payload, parts->signature)) return invalid_token("bad signature");
  auto caller = domain::read_claims(parts->claims);
  if (!caller) return invalid_token(caller.error().message);
  if (deps_.clock.now() >= caller->expires_at) return expired_token();
  if (rules.revocations.revokes(*caller)) {
    return failed(Code::unauthenticated, "token.revoked", "The request you have made requires authentication.");
  }
  return caller;
}

std::shared_ptr<const domain::Caller> StoreTokenVerifier::recall(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto found = by_token_.find(token);
  if (found == by_token_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

void StoreTokenVerifier::remember(std::string_view token, const domain::Caller& caller,
                                  const std::shared_ptr<const Rules>& under) {
  const std::lock_guard lock(mutex_);
  // proved under rules that have changed since: prove it again next time
  if (rules_ != under || by_token_.contains(token)) return;
  recent_.emplace_front(token, std::make_shared<const domain::Caller>(caller));
  by_token_.emplace(recent_.front().first, recent_.begin());
  if (recent_.size() > deps_.remembered) {
    by_token_.erase(recent_.back().first);
    recent_.pop_back();
  }
}

}  // namespace causeway::services
