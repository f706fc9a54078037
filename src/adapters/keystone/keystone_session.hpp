#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/adapters/keystone/token_document.hpp"
#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/identity/service_identity.hpp"
#include "causeway/http/service_url.hpp"

namespace causeway::adapters {

/// A Keystone, and who we are there.
struct KeystoneAccount {
  std::string url;      ///< with /v3
  std::string ca_file;  ///< "" = the system's authorities
  std::string username, password, user_domain_name = "Default";
  std::string project_name, project_domain_name = "Default";
  std::string named_by = "keystone.username and keystone.password";  ///< for who must correct it
  std::chrono::milliseconds timeout{3'000};  ///< of a whole call, a login before it included
};

/// A user's session with a Keystone: logs in when that is needed first, again in the last fifth of the token's life, and when
/// Keystone refuses the token before that (revoked, or signed by a key that is gone).
///
/// A renewal that fails is no failure while the old token is good. One thread renews; those that have a good token do not wait for
/// it. Lifetime: the clock outlives it. Concurrency: thread-safe; calls block for the account's timeout at most.
/// Failures: as boundary::ServiceIdentity says; `call` succeeds with any answer below 500 but 401.
class KeystoneSession final : public boundary::ServiceIdentity {
 public:
  static Result<std::unique_ptr<KeystoneSession>> open(KeystoneAccount account, boundary::Clock& clock);

  Result<std::string> token() override;
  void refused(std::string_view token) override;
  Result<std::string> endpoint(const boundary::EndpointQuery& query) override;

  struct Request {
    std::string method = "GET";
    std::string target;  ///< behind the account's URL: "/auth/tokens"
    http::Headers headers;
    std::string body;
  };
  /// As us; logs in again and repeats once when our token is refused.
  Result<http::Response> call(const Request& request);

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  /// What a login gave. Immutable.
  struct Login {
    std::string token;
    Time renew_at{}, expires_at{};
    Deadline made_at;
    std::vector<CatalogLine> catalog;
  };
  using Current = std::shared_ptr<const Login>;

  KeystoneSession(KeystoneAccount account, http::ServiceUrl where, boundary::Clock& clock);
  Result<Current> current(Deadline deadline);
  Result<Current> renew(const Current& old, Deadline deadline);
  Result<Current> log_in(Deadline deadline);
  std::unexpected<Error> not_accepted(const http::Response& answer) const;
  std::string login_body() const;
  Current known() const;
  Deadline deadline() const;
  Result<http::Response> send(const Request& request, std::string_view token, Deadline deadline);

  const KeystoneAccount account_;
  const http::ServiceUrl where_;
  boundary::Clock& clock_;
  http::Client client_;
  std::timed_mutex renewing_;
  mutable std::mutex mutex_;  ///< guards login_
  Current login_;
};

}  // namespace causeway::adapters
