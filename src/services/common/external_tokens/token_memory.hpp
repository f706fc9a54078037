#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "causeway/boundary/identity/token_authority.hpp"

namespace causeway::services {

/// A token that was validated, and when.
struct KnownToken {
  boundary::ValidatedToken token;
  std::chrono::steady_clock::time_point validated_at;
};

/// What we know of tokens, by their digest: a bounded LRU of the good ones, and apart from it one of those that are refused, so
/// that a flood of bad tokens drives no good one out. Concurrency: thread-safe, every call short. Never fails.
class TokenMemory {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit TokenMemory(std::size_t most) : most_(most) {}

  std::shared_ptr<const KnownToken> find(const std::string& digest);
  void remember(const std::string& digest, std::shared_ptr<const KnownToken> known);
  /// The token is not good; asking again is no use before then.
  void refuse(const std::string& digest, Instant until);
  bool is_refused(const std::string& digest, Instant now);
  /// Forgets every token that one of these may mean; how many there were.
  std::size_t forget(const std::vector<boundary::PublishedRevocation>& revoked);
  std::size_t size() const;

 private:
  template <class Value>
  struct Recent {
    std::list<std::pair<std::string, Value>> entries;  ///< most recently used first
    std::unordered_map<std::string_view, typename std::list<std::pair<std::string, Value>>::iterator> by_digest;

    Value* find(const std::string& digest);
    void put(const std::string& digest, Value value, std::size_t most);
    void erase(const std::string& digest);
  };

  const std::size_t most_;
  mutable std::mutex mutex_;  ///< guards what follows
  Recent<std::shared_ptr<const KnownToken>> good_;
  Recent<Instant> refused_;
};

}  // namespace causeway::services
