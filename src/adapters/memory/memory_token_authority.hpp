#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/identity/token_authority.hpp"

namespace causeway::adapters {

/// An identity service in memory that holds tokens and revocations, counts its questions, and can be told to fail or to keep its
/// answers back. Thread-safe.
class MemoryTokenAuthority final : public boundary::TokenAuthority {
 public:
  explicit MemoryTokenAuthority(const boundary::Clock& clock) : clock_(clock) {}

  void add(const std::string& token, boundary::ValidatedToken meaning) {
    const std::lock_guard lock(mutex_);
    tokens_[token] = std::move(meaning);
  }
  void remove(const std::string& token) {
    const std::lock_guard lock(mutex_);
    tokens_.erase(token);
  }
  void publish(boundary::PublishedRevocation revocation) {
    const std::lock_guard lock(mutex_);
    revocations_.push_back(std::move(revocation));
  }
  /// What every question fails with from now on; none = it answers.
  void fail_with(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(error);
  }
  /// Answers are kept back until `release`.
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  /// Blocks until so many questions about tokens have come in all.
  void wait_for_questions(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return questions_ >= count; });
  }
  int questions() const {
    const std::lock_guard lock(mutex_);
    return questions_;
  }

  Result<boundary::ValidatedToken> validate(const boundary::TokenQuestion& question) override {
    std::unique_lock lock(mutex_);
    ++questions_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    if (failure_) return failed(*failure_);
    const auto found = tokens_.find(question.token);
    const bool good = found != tokens_.end() && (question.expiry == boundary::Expiry::may_be_past || clock_.now() < found->second.caller.expires_at);
    if (!good) return failed(Code::not_found, "token.unknown", "There is no such token.");
    return found->second;
  }
  Result<std::vector<boundary::PublishedRevocation>> revoked_since(Time since) override {
    const std::lock_guard lock(mutex_);
    if (failure_) return failed(*failure_);
    std::vector<boundary::PublishedRevocation> out;
    for (const auto& each : revocations_) {
      if (each.issued_before >= since) out.push_back(each);
    }
    return out;
  }

 private:
  const boundary::Clock& clock_;
  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::map<std::string, boundary::ValidatedToken, std::less<>> tokens_;
  std::vector<boundary::PublishedRevocation> revocations_;
  std::optional<Error> failure_;
  bool held_ = false;
  int questions_ = 0;
};

}  // namespace causeway::adapters
