#pragma once

#include <string>

#include "identity_cloud.hpp"

#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/base/json.hpp"

namespace causeway::test {

struct Answer {
  int status = 0;
  Json body;
  http::Headers headers;
  const Json& operator[](std::string_view name) const {
    static const Json none;
    const Json* found = member(body, name);
    return found != nullptr ? *found : none;
  }
};

/// Keystone over an identity service in memory, asked without a socket.
struct KeystoneCloud : IdentityCloud {
  api::KeystoneApi keystone{identity};
  api::Service service{{{api::keystone_style(), api::keystone_routes(keystone)}}, {&verifier, ids, nullptr}};

  Answer ask(const std::string& method, const std::string& target, const std::string& token = "",
             const std::string& body = "", const std::string& subject = "") {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto query = target.find('?');
    request.path = target.substr(0, query);
    if (query != std::string::npos) request.query = http::Query::parse(target.substr(query + 1));
    request.headers.set("Host", "keystone:5000");
    if (!token.empty()) request.headers.set("X-Auth-Token", token);
    if (!subject.empty()) request.headers.set("X-Subject-Token", subject);
    request.body = body;
    auto response = service.handle(std::move(request));
    Answer answer{response.status, {}, response.headers};
    if (!response.body.empty()) answer.body = must(parse_json(response.body));
    return answer;
  }
  Answer login_with(const std::string& identity_json, const std::string& scope_json = "null") {
    return ask("POST", "/v3/auth/tokens", "",
               R"({"auth":{"identity":)" + identity_json + R"(,"scope":)" + scope_json + "}}");
  }
  std::string admin_token() { return admin().token; }
};

inline std::string text_of(const Json& value, std::string_view name) { return text_member(value, name); }

}  // namespace causeway::test
