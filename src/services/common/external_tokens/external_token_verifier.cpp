#include "causeway/services/common/external_tokens/external_token_verifier.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"

namespace causeway::services {
namespace {

using boundary::Expiry;
using boundary::TokenQuestion;
using namespace std::chrono_literals;

/// Tokens of Keystone's kinds are 200 to 2,000 bytes; longer ones are not worth a question.
constexpr std::size_t max_token = 8192;
/// By so much may the clock of the identity service be behind ours without a revocation being missed.
constexpr Duration clock_error = 60s;
constexpr std::size_t max_repeats_waiting = 256;
/// Hexadecimal digits of a digest that are kept: 256 bits.
constexpr std::size_t digest_length = 64;

std::unexpected<Error> refused(std::string_view reason, std::string_view why) {
  log::debug("token refused: {}", why);
  return failed(Code::unauthenticated, reason, "The request you have made requires authentication.");
}

bool could_be_a_token(std::string_view text) {
  return !text.empty() && text.size() <= max_token && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

void count(const char* outcome) {
  metrics::counter("causeway_token_questions_total", "Questions to the external identity service about tokens", {{"outcome", outcome}}).add();
}

}  // namespace

ExternalTokenVerifier::ExternalTokenVerifier(Deps deps)
    : deps_(std::move(deps)), alone_(deps_.options.remembered), passed_on_(deps_.options.remembered), gate_(deps_.clock, {.most_waiting = deps_.options.most_waiting}) {}

ExternalTokenVerifier::~ExternalTokenVerifier() { stop(); }

void ExternalTokenVerifier::start() {
  background_ = std::make_unique<async::WorkerPool>("tokens", 2, max_repeats_waiting);
  polled_from_ = deps_.clock.now() - clock_error;
  if (deps_.options.poll == 0ms) return;
  polls_ = std::make_unique<Housekeeping>("revocations", deps_.options.poll, [this] { return poll_revocations(); });
  polls_->start();
}

void ExternalTokenVerifier::stop() {
  if (polls_) polls_->stop();
  if (background_) background_->stop();
}

Result<domain::Caller> ExternalTokenVerifier::verify(std::string_view token) { return admit({.token = token, .service_token = {}, .request = {}, .request_id = {}}); }

Result<domain::Caller> ExternalTokenVerifier::admit(const boundary::PresentedToken& presented) {
  TRY(const Expiry expiry, expiry_for(presented));
  TRY(const Known known, resolve({presented.token, expiry, presented.request_id}));
  const auto& rules = known->token.access_rules;
  // a request that a service passes on is not one that the user chose
  const bool passed_on = expiry == Expiry::may_be_past;
  if (rules && !passed_on && !domain::allowed_by(*rules, presented.request)) {
    return refused("token.access_rules", "no access rule of its application credential allows the request");
  }
  return known->token.caller;
}

Result<Expiry> ExternalTokenVerifier::expiry_for(const boundary::PresentedToken& presented) {
  if (presented.service_token.empty()) return Expiry::must_be_ahead;
  TRY(const Known service, resolve({presented.service_token, Expiry::must_be_ahead, presented.request_id}));
  const auto& wanted = deps_.options.service_token_roles;
  const bool trusted = std::any_of(wanted.begin(), wanted.end(), [&](const std::string& role) { return service->token.caller.has_role(role); });
  return trusted ? Expiry::may_be_past : Expiry::must_be_ahead;
}

Result<ExternalTokenVerifier::Known> ExternalTokenVerifier::resolve(const TokenQuestion& question) {
  const auto now = deps_.clock.steady();
  TokenMemory& memory = memory_for(question);
  const Known known = memory.find(question.token);
  if (!known && !could_be_a_token(question.token)) return refused("token.invalid", "not the text of a token");
  if (known && question.expiry == Expiry::must_be_ahead && deps_.clock.now() >= known->token.caller.expires_at) {
    return refused("token.expired", "expired");
  }
  const auto age = known ? now - known->validated_at : 0ms;
  if (known && age < deps_.options.fresh) {
    if (age * 2 >= deps_.options.fresh) repeat_in_background(question, known);
    return known;
  }
  TRY(const std::string digest, digest_of(question));
  if (!known && memory.is_refused(digest, now)) return refused("token.invalid", "refused a moment ago");
  auto answer = ask(digest, question, known);
  const bool may_go_on = known && age < deps_.options.fresh + deps_.options.outage;
  if (!answer && answer.error().code == Code::unavailable && may_go_on) return known;
  return answer;
}

Result<ExternalTokenVerifier::Known> ExternalTokenVerifier::ask(const std::string& digest, const TokenQuestion& question, const Known& before) {
  TRY(const auto pass, gate_.enter());
  std::promise<Result<Known>> mine;
  std::shared_future<Result<Known>> answer;
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    const auto [at, is_new] = flights_.try_emplace(digest);
    if (is_new) {
      // a flight is remembered before it ends: one that ended since the caller looked has the answer
      const Known meanwhile = memory_for(question).find(question.token);
      if (meanwhile && meanwhile != before) {
        flights_.erase(at);
        return meanwhile;
      }
      at->second = mine.get_future().share();
    }
    answer = at->second;
    first = is_new;
  }
  if (first) mine.set_value(ask_authority(digest, question));
  return answer.get();
}

Result<ExternalTokenVerifier::Known> ExternalTokenVerifier::ask_authority(const std::string& digest, const TokenQuestion& question) {
  const auto asked_at = deps_.clock.steady();
  auto answer = deps_.authority.validate(question);
  Result<Known> outcome;
  if (answer) {
    auto known = std::make_shared<const KnownToken>(*std::move(answer), asked_at);
    memory_for(question).remember(question.token, known);
    outcome = std::move(known);
  } else if (answer.error().code == Code::not_found) {
    memory_for(question).forget(question.token);
    memory_for(question).refuse(digest, deps_.clock.steady() + deps_.options.refused);
    outcome = refused("token.invalid", "the identity service does not know it");
  } else {
    outcome = failed(std::move(answer).error());
  }
  const bool answered = outcome || outcome.error().code == Code::unauthenticated;
  if (answered) {
    gate_.answered();
  } else {
    gate_.unanswered(outcome.error());
    log::warn("{} a token could not be checked: {}", question.request_id, outcome.error().describe());
  }
  count(outcome ? "good" : answered ? "refused" : "unanswered");
  const std::lock_guard lock(mutex_);
  flights_.erase(digest);
  return outcome;
}

void ExternalTokenVerifier::repeat_in_background(const TokenQuestion& question, const Known& before) {
  if (!background_) return;
  const auto made = digest_of(question);
  if (!made) return;
  const std::string& digest = *made;
  {
    const std::lock_guard lock(mutex_);
    if (!repeating_.insert(digest).second) return;
  }
  const bool accepted = background_->try_submit([this, digest = digest, token = std::string(question.token), expiry = question.expiry, before] {
    ignore(ask(digest, {token, expiry, {}}, before), "the old answer counts until it is too old");
    const std::lock_guard lock(mutex_);
    repeating_.erase(digest);
  });
  if (accepted) return;
  const std::lock_guard lock(mutex_);
  repeating_.erase(digest);
}

TokenMemory& ExternalTokenVerifier::memory_for(const TokenQuestion& question) { return question.expiry == Expiry::may_be_past ? passed_on_ : alone_; }

Result<std::string> ExternalTokenVerifier::digest_of(const TokenQuestion& question) {
  TRY(const auto digest, deps_.digests.begin(boundary::DigestKind::sha512));
  digest->update(question.token);
  std::string text = digest->finish();
  text.resize(digest_length);
  // an answer to the one question is none to the other
  text += question.expiry == Expiry::may_be_past ? 'p' : 'a';
  return text;
}

Result<void> ExternalTokenVerifier::poll_revocations() {
  const Time started = deps_.clock.now();
  const auto revoked = deps_.authority.revoked_since(polled_from_);
  if (!revoked) {
    // what is cached is asked for again anyway: a poll that failed makes no difference but in time
    if (was_polled_.exchange(false)) log::warn("revocations are not heard of at the moment: {}", revoked.error().describe());
    return {};
  }
  if (!was_polled_.exchange(true)) log::info("revocations are heard of again");
  gate_.answered();
  polled_from_ = started - clock_error;
  const auto forgotten = alone_.forget(*revoked) + passed_on_.forget(*revoked);
  if (forgotten > 0) log::info("{} tokens are forgotten: revocations were published", forgotten);
  return {};
}

}  // namespace causeway::services
