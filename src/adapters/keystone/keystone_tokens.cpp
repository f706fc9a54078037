#include "causeway/adapters/keystone/keystone_tokens.hpp"

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

/// Without it, Keystone says of a token with access rules that there is no such token: who does not know of them cannot hold to them.
constexpr const char* access_rules_header = "OpenStack-Identity-Access-Rules";
constexpr const char* access_rules_version = "1.0";

std::unexpected<Error> unexpected(const http::Response& answer, std::string_view of) {
  return failed(Code::unavailable, "keystone.refused", "The identity service (Keystone) does not let this service {} (status {}): the service user needs the role service.",
                of, answer.status);
}

}  // namespace

Result<boundary::ValidatedToken> KeystoneTokens::validate(const boundary::TokenQuestion& question) {
  KeystoneSession::Request request;
  request.target = "/auth/tokens?nocatalog";
  if (question.expiry == boundary::Expiry::may_be_past) request.target += "&allow_expired=1";
  request.headers.set("X-Subject-Token", std::string(question.token));
  request.headers.set(access_rules_header, access_rules_version);
  if (!question.request_id.empty()) request.headers.set("X-Openstack-Request-Id", std::string(question.request_id));
  TRY(const auto answer, session_.call(request));
  if (answer.status == 404 || answer.status == 400) return failed(Code::not_found, "token.unknown", "Keystone does not know the token.");
  if (answer.status != 200) return unexpected(answer, "check tokens");
  TRY(const auto document, read_document(answer.body));
  return read_token(document);
}

Result<std::vector<boundary::PublishedRevocation>> KeystoneTokens::revoked_since(Time since) {
  KeystoneSession::Request request;
  request.target = "/OS-REVOKE/events?since=" + percent_encode(iso_time(since));
  TRY(const auto answer, session_.call(request));
  if (answer.status != 200) return unexpected(answer, "read revocations");
  TRY(const auto document, read_document(answer.body));
  return read_revocations(document);
}

}  // namespace causeway::adapters
