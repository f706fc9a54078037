#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "causeway/async/worker_pool.hpp"
#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/identity/token_authority.hpp"
#include "causeway/boundary/tokens.hpp"
#include "causeway/services/common/external_tokens/authority_gate.hpp"
#include "causeway/services/common/external_tokens/token_memory.hpp"
#include "causeway/services/common/housekeeping.hpp"

namespace causeway::services {

/// Verifies the tokens of an external identity service by asking it, and remembers the answers.
///
/// How long an answer counts: for `fresh` without asking again (in its second half the question is repeated in the background, so
/// that nobody waits who goes on working). After that it is asked again before the token counts; when the service gives no answer,
/// the old one counts for `outage` more, and then requests fail with unavailable, never with unauthenticated. A token that was
/// refused is refused for `refused` without asking. What the service publishes as revoked is forgotten at each poll.
/// The same question is asked once at a time, however many wait for the answer (single flight).
///
/// Lifetime: threads for repeated questions and polls between start() and stop(); collaborators outlive it. Concurrency: any
/// thread; a call waits for the authority's bound at most, and no more than `most_waiting` of them at a time (AuthorityGate).
/// Failures: as boundary::TokenVerifier says.
class ExternalTokenVerifier final : public boundary::TokenVerifier {
 public:
  struct Options {
    std::chrono::milliseconds fresh{30'000};
    std::chrono::milliseconds outage{300'000};
    std::chrono::milliseconds refused{5'000};
    std::chrono::milliseconds poll{5'000};  ///< 0 = revocations are not asked for
    std::size_t remembered = 10'000;
    std::size_t most_waiting = 4;
    std::vector<std::string> service_token_roles{"service"};
  };
  struct Deps {
    boundary::TokenAuthority& authority;
    boundary::Clock& clock;
    boundary::Digests& digests;
    Options options;
  };
  explicit ExternalTokenVerifier(Deps deps);
  ~ExternalTokenVerifier() override;

  void start();
  void stop();
  /// A token with access rules is good for no request that is not known: for those, `admit`.
  Result<domain::Caller> verify(std::string_view token) override;
  Result<domain::Caller> admit(const boundary::PresentedToken& presented) override;
  /// One poll for revocations.
  Result<void> poll_revocations();

 private:
  using Known = std::shared_ptr<const KnownToken>;

  Result<boundary::Expiry> expiry_for(const boundary::PresentedToken& presented);
  Result<Known> resolve(const boundary::TokenQuestion& question);
  /// `before`: what the caller remembered; another answer than that is as good as one of its own.
  Result<Known> ask(const std::string& digest, const boundary::TokenQuestion& question, const Known& before);
  Result<Known> ask_authority(const std::string& digest, const boundary::TokenQuestion& question);
  void repeat_in_background(const boundary::TokenQuestion& question, const Known& before);
  /// An answer to the one question is none to the other.
  TokenMemory& memory_for(const boundary::TokenQuestion& question);
  Result<std::string> digest_of(const boundary::TokenQuestion& question);

  const Deps deps_;
  TokenMemory alone_;      ///< tokens that must not have expired
  TokenMemory passed_on_;  ///< tokens beside which a service's came
  AuthorityGate gate_;

  std::mutex mutex_;  ///< guards the next two
  std::map<std::string, std::shared_future<Result<Known>>> flights_;  ///< questions that are being asked
  std::set<std::string> repeating_;                                    ///< questions that wait to be asked in the background
  std::unique_ptr<async::WorkerPool> background_;
  std::unique_ptr<Housekeeping> polls_;
  Time polled_from_{};
  std::atomic<bool> was_polled_{true};
};

}  // namespace causeway::services
