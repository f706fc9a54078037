#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "causeway/adapters/keystone/keystone_session.hpp"
#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/base/json.hpp"
#include "causeway/http/server.hpp"

namespace causeway::testing {

/// A Keystone that holds regions, services, endpoints, domains, projects, users, roles and assignments in memory, behind a real HTTP
/// server on loopback. Its one administrator is user admin, password "words". It can be told to fail. Thread-safe.
class FakeKeystone final : public http::Handler {
 public:
  explicit FakeKeystone(adapters::ManualClock& clock) : clock_(clock), server_({.name = "keystone", .worker_threads = 4}) {
    const std::string domain = add("domains", {{"name", "Default"}});
    add("projects", {{"name", "admin"}, {"domain_id", domain}});
    add("users", {{"name", "admin"}, {"domain_id", domain}, {"password", "words"}});
    add("roles", {{"name", "admin"}});
    http::Listen where;
    where.address = "127.0.0.1";
    EXPECT_TRUE(server_.listen(std::move(where), *this));
    EXPECT_TRUE(server_.start());
  }
  ~FakeKeystone() override { server_.stop(); }

  adapters::KeystoneAccount account(const std::string& user = "admin", const std::string& project = "admin") const {
    adapters::KeystoneAccount out;
    out.url = fmt::format("http://127.0.0.1:{}/v3", server_.port());
    out.username = user;
    out.password = "words";
    out.project_name = project;
    return out;
  }

  /// Makes one of a kind ("users"); its id.
  std::string add(const std::string& kind, JsonObject body) {
    const std::lock_guard lock(mutex_);
    return add_locked(kind, std::move(body));
  }
  std::vector<JsonObject> all(const std::string& kind) {
    const std::lock_guard lock(mutex_);
    return held_[kind];
  }
  void change(const std::string& kind, const std::string& name, const std::string& member, const std::string& value) {
    const std::lock_guard lock(mutex_);
    for (auto& each : held_[kind]) {
      if (text_of(each, "name") == name) each[member] = value;
    }
  }
  std::vector<std::string> assignments() {
    const std::lock_guard lock(mutex_);
    return {assignments_.begin(), assignments_.end()};
  }
  /// All tokens that were handed out are good no more.
  void forget_tokens() {
    const std::lock_guard lock(mutex_);
    tokens_.clear();
  }
  /// Every request is answered with this status; 0 = no more.
  void fail_with(int status) {
    const std::lock_guard lock(mutex_);
    failing_ = status;
  }
  /// "POST /v3/auth/tokens", as they came.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  /// Those that change something, logins left out.
  std::vector<std::string> changes() {
    auto out = asked();
    std::erase_if(out, [](const std::string& line) { return line.starts_with("GET ") || line.starts_with("HEAD ") || line.ends_with("/auth/tokens"); });
    return out;
  }
  int logins() {
    const auto lines = asked();
    return int(std::ranges::count(lines, "POST /v3/auth/tokens"));
  }
  void add_catalog_line(JsonObject service) {
    const std::lock_guard lock(mutex_);
    catalog_.push_back(std::move(service));
  }

  http::Response handle(http::Request request) override {
    const std::lock_guard lock(mutex_);
    asked_.push_back(request.method + " " + request.path);
    if (failing_ != 0) return answer(failing_, JsonObject{});
    if (request.path == "/v3/auth/tokens") return log_in(request);
    const auto who = tokens_.find(std::string(request.headers.get("X-Auth-Token")));
    if (who == tokens_.end()) return answer(401, refusal("The request you have made requires authentication."));
    if (who->second != "admin") return answer(403, refusal("You are not authorized to perform the requested action."));
    return serve(request, split(std::string_view(request.path).substr(4), '/'));
  }

 private:
  static std::string text_of(const JsonObject& object, std::string_view name) { return text_member(Json(object), name); }
  static JsonObject refusal(const std::string& words) { return {{"error", JsonObject{{"message", words}}}}; }
  static http::Response answer(int status, const Json& body) {
    http::Response out;
    out.status = status;
    if (status != 204) out.body = to_text(body);
    return out;
  }
  static std::string one_of(const std::string& kind) { return kind.substr(0, kind.size() - 1); }

  std::string add_locked(const std::string& kind, JsonObject body) {
    if (!body.contains("id")) body["id"] = fmt::format("{}-{}", one_of(kind), ++made_);
    if (kind == "endpoints" && !body.contains("region")) body["region"] = body["region_id"];
    held_[kind].push_back(body);
    return text_of(body, "id");
  }

  http::Response log_in(const http::Request& request) {
    const auto wish = parse_json(request.body);
    const auto& identity = wish->at("auth").at("identity").at("password").at("user");
    const std::string user = text_member(identity, "name"), project = text_member(wish->at("auth").at("scope").at("project"), "name");
    const auto known = std::ranges::find_if(held_["users"], [&](const auto& each) { return text_of(each, "name") == user; });
    const bool has_project = std::ranges::any_of(held_["projects"], [&](const auto& each) { return text_of(each, "name") == project; });
    if (known == held_["users"].end() || text_of(*known, "password") != text_member(identity, "password") || !has_project) {
      return answer(401, refusal("The request you have made requires authentication."));
    }
    const std::string token = fmt::format("token-{}", ++made_);
    tokens_[token] = user;
    const JsonObject said{{"user", JsonObject{{"id", text_of(*known, "id")}, {"name", user}}}, {"issued_at", iso_time(clock_.now())},
                          {"expires_at", iso_time(clock_.now() + std::chrono::hours(1))}, {"catalog", catalog_}};
    auto made = answer(201, JsonObject{{"token", said}});
    made.headers.set("X-Subject-Token", token);
    return made;
  }

  http::Response serve(const http::Request& request, const std::vector<std::string_view>& words) {
    const std::string kind(words.front());
    if (words.size() > 2) return assign(request);
    auto& held = held_[kind];
    if (request.method == "POST") {
      const auto wish = parse_json(request.body);
      const std::string id = add_locked(kind, wish->at(one_of(kind)).get_object());
      return answer(201, JsonObject{{one_of(kind), JsonObject{{"id", id}}}});
    }
    if (words.size() == 1) return list(request, kind);
    const auto found = std::ranges::find_if(held, [&](const auto& each) { return text_of(each, "id") == words[1]; });
    if (found == held.end()) return answer(404, refusal("Could not find it."));
    if (request.method == "PATCH") {
      const auto wish = parse_json(request.body);
      for (const auto& [name, value] : wish->at(one_of(kind)).get_object()) (*found)[name] = value;
    }
    return answer(200, JsonObject{{one_of(kind), *found}});
  }

  http::Response list(const http::Request& request, const std::string& kind) {
    JsonArray out;
    for (const auto& each : held_[kind]) {
      const bool fits = std::ranges::all_of(request.query.all(), [&](const auto& wanted) { return text_of(each, wanted.first) == wanted.second; });
      if (fits) out.push_back(each);
    }
    return answer(200, JsonObject{{kind, out}});
  }

  http::Response assign(const http::Request& request) {
    if (request.method == "PUT") assignments_.insert(request.path);
    return answer(assignments_.contains(request.path) ? 204 : 404, refusal("Could not find it."));
  }

  adapters::ManualClock& clock_;
  std::mutex mutex_;  ///< guards what follows
  std::map<std::string, std::vector<JsonObject>> held_;
  std::set<std::string> assignments_;
  std::map<std::string, std::string> tokens_;  ///< who they are
  JsonArray catalog_;
  std::vector<std::string> asked_;
  int made_ = 0, failing_ = 0;
  http::Server server_;  ///< last: it calls until it is gone
};

}  // namespace causeway::testing
