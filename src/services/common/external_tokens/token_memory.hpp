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

/// What we know of tokens: a bounded LRU of the good ones, and apart from it one of those that are refused, so that a flood of bad
/// tokens drives no good one out. Good ones are found by their text, once per request; anybody can send long nonsense, so that
/// refused ones are kept by a digest. Concurrency: thread-safe, every call short. Never fails.
class TokenMemory {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  explicit TokenMemory(std::size_t most) : most_(most) {}

  std::shared_ptr<const KnownToken> find(std::string_view token);
  void remember(std::string_view token, std::shared_ptr<const KnownToken> known);
  void forget(std::string_view token);
  /// The token of this digest is not good; asking again is no use before then.
  void refuse(const std::string& digest, Instant until);
  bool is_refused(const std::string& digest, Instant now);
  /// Forgets every token that one of these may mean; how many there were.
  std::size_t forget(const std::vector<boundary::PublishedRevocation>& revoked);
  std::size_t size() const;

 private:
  template <class Value>
  struct Recent {
    std::list<std::pair<std::string, Value>> entries;  ///< most recently used first
    std::unordered_map<std::string_view, typename std::list<std::pair<std::string, Value>>::iterator> by_key;  ///< views into entries

    Value* find(std::string_view key);
    void put(std::string_view key, Value value, std::size_t most);
    void erase(std::string_view key);
  };

  const std::size_t most_;
  mutable std::mutex mutex_;  ///< guards what follows
  Recent<std::shared_ptr<const KnownToken>> good_;  ///< by text
  Recent<Instant> refused_;                        ///< by digest
};

}  // namespace causeway::services
