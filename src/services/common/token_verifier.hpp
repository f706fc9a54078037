#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/signer.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/boundary/tokens.hpp"
#include "causeway/domain/identity/revocation.hpp"

namespace causeway::services {

/// Verifies our own tokens out of this process's store, central or a region's replica: no network, no secret.
///
/// Job: signature (keys: kind "signing_key"), expiry, revocation (kind "revocation"). A token that was verified once is
/// remembered, under its whole text, in a bounded LRU; remembering it again costs a look-up.
/// Freshness: exact with respect to this store. A commit marks the rules stale; the next verification rereads them if
/// the commit touched one. A region that is cut off from the centre keeps answering with the last revocations it heard
/// of. Lifetime: store, signer and clock outlive it. Concurrency: any thread. Failures: unauthenticated as the boundary
/// says; unavailable when the store cannot be read or holds no key yet.
class StoreTokenVerifier final : public boundary::TokenVerifier {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Signer& signer;
    boundary::Clock& clock;
    std::size_t remembered = 10'000;  ///< tokens, about 1 KiB each
  };
  explicit StoreTokenVerifier(Deps deps);
  Result<domain::Caller> verify(std::string_view token) override;

 private:
  using PublicKeys = std::map<std::string, std::string, std::less<>>;
  /// What decides about tokens; immutable, replaced as a whole.
  struct Rules {
    PublicKeys keys;
    domain::RevocationSet revocations;
  };

  Result<std::shared_ptr<const Rules>> current_rules();
  Result<bool> rules_changed(boundary::Reader& reader, boundary::Revision& seen) const;
  Result<void> reload_if_changed();
  void adopt(std::shared_ptr<const Rules> rules);
  Result<domain::Caller> prove(const Rules& rules, std::string_view token) const;
  std::shared_ptr<const domain::Caller> recall(std::string_view token);
  void remember(std::string_view token, const domain::Caller& caller, const std::shared_ptr<const Rules>& under);

  const Deps deps_;
  std::mutex reloading_;  ///< one reload at a time
  /// What the rules are as of; moved on only after they are in place, so that no thread goes by the old ones meanwhile.
  std::atomic<boundary::Revision> seen_{-1};

  std::mutex mutex_;  ///< guards what follows
  std::shared_ptr<const Rules> rules_;
  using Entry = std::pair<std::string, std::shared_ptr<const domain::Caller>>;
  std::list<Entry> recent_;                                                    ///< most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_token_;  ///< views into recent_
};

}  // namespace causeway::services
