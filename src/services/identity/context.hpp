#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/password_hasher.hpp"
#include "causeway/boundary/signer.hpp"
#include "causeway/boundary/tokens.hpp"

namespace causeway::services {

struct IdentityDeps {
  boundary::Store& store;
  boundary::TokenVerifier& verifier;  ///< of the tokens that this service issued (StoreTokenVerifier)
  boundary::Signer& signer;
  boundary::PasswordHasher& passwords;
  boundary::Clock& clock;
  boundary::IdSource& ids;
  std::chrono::seconds token_lifetime{3600};
};

/// What the parts of Identity share: the store, time and ids, and the order between changes and tokens.
///
/// A revocation means the tokens issued up to its stamp. For that to be exact, a token must never carry a later stamp
/// than a change that it did not see: changes hold the gate alone from stamp to commit, issuing holds it shared from
/// stamp to read; and stamps strictly grow, whatever the clock does. (Several processes over one database have no
/// common gate; between them the exactness is that of their clocks.) Thread-safe.
class IdentityContext {
 public:
  explicit IdentityContext(const IdentityDeps& dependencies) : deps(dependencies) {}

  /// Runs a change of identity data in one transaction.
  template <class Function>
  auto change(Function&& function) {
    const std::unique_lock gate(gate_);
    return boundary::transact(deps.store, std::forward<Function>(function));
  }
  template <class Function>
  auto view(Function&& function) {
    return boundary::view(deps.store, std::forward<Function>(function));
  }
  /// Runs `function(reader, stamp)`; the stamp is good as a token's time of issue for what the reader sees.
  template <class Function>
  auto view_stamped(Function&& function) {
    const std::shared_lock gate(gate_);
    const Time now = stamp();
    return boundary::view(deps.store, [&](boundary::Reader& reader) { return function(reader, now); });
  }

  /// Now, and later than every stamp before.
  Time stamp() {
    auto last = last_stamp_.load();
    while (true) {
      const auto next = std::max(deps.clock.now().time_since_epoch().count(), last + 1);
      if (last_stamp_.compare_exchange_weak(last, next)) return Time(Time::duration(next));
    }
  }
  /// At start: stamps go on after those of an earlier run, even if the clock was set back since.
  void continue_after(Time time) {
    auto last = last_stamp_.load();
    while (last < time.time_since_epoch().count() &&
           !last_stamp_.compare_exchange_weak(last, time.time_since_epoch().count())) {
    }
  }

  /// 32 hexadecimal digits, the form in which Keystone's clients expect ids.
  std::string new_id() {
    auto id = deps.ids.uuid();
    std::erase(id, '-');
    return id;
  }

  const IdentityDeps deps;

 private:
  std::shared_mutex gate_;
  std::atomic<Time::rep> last_stamp_{0};
};

}  // namespace causeway::services
