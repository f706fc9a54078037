#include "causeway/adapters/keystone/keystone_session.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// A token that is handed out is good for so long at least.
constexpr Duration still_useful = 60s;
/// A catalog that lacks an endpoint is asked for again when it is older.
constexpr std::chrono::seconds catalog_age = 30s;

std::unexpected<Error> away(const Error& why) {
  if (why.reason == "http.untrusted") {
    return failed(Code::unavailable, "keystone.untrusted", "The identity service (Keystone) is not trusted. {} The operator must check keystone.url and keystone.ca_file.",
                  why.message);
  }
  Error error = fail(Code::unavailable, "keystone.away", "The identity service (Keystone) does not answer; try again.");
  error.context.push_back(why.describe());
  return failed(std::move(error));
}

std::unexpected<Error> failing(const http::Response& answer) {
  Error error = fail(Code::unavailable, "keystone.failing", "The identity service (Keystone) answered with an error ({}); try again.", answer.status);
  error.context.push_back(fmt::format("its request {}", answer.headers.get("X-Openstack-Request-Id")));
  return failed(std::move(error));
}

JsonObject named(std::string_view name) { return {{"name", name}}; }

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

Result<std::unique_ptr<KeystoneSession>> KeystoneSession::open(KeystoneAccount account, boundary::Clock& clock) {
  TRY(auto where, http::ServiceUrl::parse(account.url));
  if (where.endpoint.tls) where.endpoint.tls->ca_file = account.ca_file;
  return std::unique_ptr<KeystoneSession>(new KeystoneSession(std::move(account), std::move(where), clock));
}

KeystoneSession::KeystoneSession(KeystoneAccount account, http::ServiceUrl where, boundary::Clock& clock)
    : account_(std::move(account)), where_(std::move(where)), clock_(clock), client_(where_.endpoint) {}

Result<std::string> KeystoneSession::token() {
  TRY(const Current login, current(deadline()));
  return login->token;
}

void KeystoneSession::refused(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (login_ && login_->token == token) login_.reset();
}

Result<std::string> KeystoneSession::endpoint(const boundary::EndpointQuery& query) {
  const Deadline until = deadline();
  TRY(Current login, current(until));
  const auto find = [&] {
    return std::find_if(login->catalog.begin(), login->catalog.end(), [&](const CatalogLine& line) {
      return line.service_type == query.service_type && line.region == query.region && line.interface == query.interface;
    });
  };
  auto found = find();
  if (found == login->catalog.end() && clock_.steady() - login->made_at > catalog_age) {
    TRY(login, renew(login, until));
    found = find();
  }
  if (found == login->catalog.end()) {
    return failed(Code::not_found, "keystone.no_endpoint", "Keystone's catalog has no {} endpoint of a service of type {} in region {}.", query.interface,
                  query.service_type, query.region);
  }
  return without_slash(found->url);
}

Result<http::Response> KeystoneSession::call(const Request& request) {
  const Deadline until = deadline();
  TRY(Current login, current(until));
  TRY(auto answer, send(request, login->token, until));
  if (answer.status == 401) {
    refused(login->token);
    TRY(login, current(until));
    TRY(answer, send(request, login->token, until));
    if (answer.status == 401) return not_accepted(answer);
  }
  return answer;
}

Result<KeystoneSession::Current> KeystoneSession::current(Deadline until) {
  const Current login = known();
  const Time now = clock_.now();
  if (login && now < login->renew_at) return login;
  if (!login || now + still_useful >= login->expires_at) return renew(login, until);
  const std::unique_lock turn(renewing_, std::try_to_lock);
  if (!turn.owns_lock()) return login;
  auto fresh = log_in(until);
  if (!fresh) log::warn("the service user's token is not renewed yet: {}", fresh.error().describe());
  return fresh ? *std::move(fresh) : login;
}

Result<KeystoneSession::Current> KeystoneSession::renew(const Current& old, Deadline until) {
  const std::unique_lock turn(renewing_, until - clock_.steady());
  if (!turn.owns_lock()) return away(fail(Code::timeout, "keystone.login", "another login has not ended"));
  // another thread did it meanwhile
  if (Current login = known(); login && login != old) return login;
  return log_in(until);
}

Result<KeystoneSession::Current> KeystoneSession::log_in(Deadline until) {
  Request request{"POST", "/auth/tokens", {}, login_body()};
  request.headers.set("Content-Type", "application/json");
  TRY(const auto answer, send(request, "", until));
  if (answer.status != 201) return not_accepted(answer);
  TRY(const auto document, read_document(answer.body));
  TRY(const auto read, read_token(document));
  auto login = std::make_shared<Login>();
  login->token = std::string(answer.headers.get("X-Subject-Token"));
  login->expires_at = read.caller.expires_at;
  login->renew_at = read.caller.expires_at - (read.caller.expires_at - clock_.now()) / 5;
  login->made_at = clock_.steady();
  login->catalog = read_catalog(document);
  const std::lock_guard lock(mutex_);
  login_ = login;
  return login_;
}

std::unexpected<Error> KeystoneSession::not_accepted(const http::Response& answer) const {
  Error error = fail(Code::unavailable, "keystone.refused", "The identity service (Keystone) does not accept the user '{}': the operator must check {}.",
                     account_.username, account_.named_by);
  error.context.push_back(fmt::format("status {}, its request {}", answer.status, answer.headers.get("X-Openstack-Request-Id")));
  return failed(std::move(error));
}

std::string KeystoneSession::login_body() const {
  const JsonObject user{{"name", account_.username}, {"domain", named(account_.user_domain_name)}, {"password", account_.password}};
  const JsonObject scope{{"project", JsonObject{{"name", account_.project_name}, {"domain", named(account_.project_domain_name)}}}};
  const JsonObject identity{{"methods", JsonArray{"password"}}, {"password", JsonObject{{"user", user}}}};
  return to_text(JsonObject{{"auth", JsonObject{{"identity", identity}, {"scope", scope}}}});
}

KeystoneSession::Current KeystoneSession::known() const {
  const std::lock_guard lock(mutex_);
  return login_;
}

KeystoneSession::Deadline KeystoneSession::deadline() const { return clock_.steady() + account_.timeout; }

Result<http::Response> KeystoneSession::send(const Request& request, std::string_view token, Deadline until) {
  http::ClientRequest made;
  made.method = request.method;
  made.target = where_.path + request.target;
  made.headers = request.headers;
  if (!token.empty()) made.headers.set("X-Auth-Token", std::string(token));
  made.body = request.body;
  http::CallOptions options;
  options.timeout = std::max(std::chrono::duration_cast<std::chrono::milliseconds>(until - clock_.steady()), 1ms);
  // on a connection of its own what may not be said twice: one that the server closed meanwhile does not tell whether it was read
  const bool repeatable = request.method != "POST" && request.method != "PATCH";
  auto answer = repeatable ? client_.call(std::move(made), options) : http::Client(where_.endpoint).call(std::move(made), options);
  if (!answer) return away(answer.error());
  if (answer->status >= 500 || answer->status == 429) return failing(*answer);
  return answer;
}

}  // namespace causeway::adapters
