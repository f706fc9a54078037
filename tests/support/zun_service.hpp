#pragma once

#include <map>

#include "causeway/api/kit/service.hpp"
#include "causeway/api/zun/zun_api.hpp"
#include "container_fakes.hpp"

namespace causeway::test {

class FakeTokens final : public boundary::TokenVerifier {
 public:
  explicit FakeTokens(std::map<std::string, domain::Caller, std::less<>> known) : callers(std::move(known)) {}
  std::map<std::string, domain::Caller, std::less<>> callers;
  Result<domain::Caller> verify(std::string_view token) override {
    const auto found = callers.find(token);
    if (found == callers.end())
      return failed(Code::unauthenticated, "token.invalid", "The request you have made requires authentication.");
    return found->second;
  }
};

struct Answer {
  int status = 0;
  http::Headers headers;
  Json body;
  std::string text;
  bool broke_off = false;  ///< the body was a stream that failed
  /// errors[0].<key>
  std::string error(std::string_view key) const {
    const Json* list = member(body, "errors");
    return list != nullptr && list->is_array() && !list->get_array().empty() ? text_member(list->get_array()[0], key)
                                                                             : "";
  }
};

/// The Zun API over a whole fake region, called without sockets. Tokens: "alice" (project p1), "bob" (p2), "admin".
struct ZunService : ContainerRegion {
  using ContainerRegion::ContainerRegion;

  FakeTokens tokens{{{"alice", alice}, {"bob", bob}, {"admin", admin}}};
  services::AnnouncedNetworks announced{store, ids, network};
  services::ActionHistory actions{store};
  api::StreamPumps followers{4, 3};
  api::ZunApi zun{containers, hosts,     quotas,   announced,   actions, registries, data,
                  followers,  commits,   consoles, host_images, images, capsules};
  std::vector<api::BoundRoute> routes = api::zun_routes(zun);
  api::Service service{{api::Mount{api::zun_style("http://identity:5000/v3"), routes}}, {&tokens, ids, {}}};

  struct Sent {
    std::string token = "alice";
    std::string body;
    std::string version = "container 1.40";
    std::string content_type = "application/json";
  };
  Answer send(std::string method, const std::string& target, Sent sent) {
    http::Request request;
    request.method = std::move(method);
    request.target = target;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos)
      request.query = http::Query::parse(std::string_view(target).substr(question + 1));
    request.headers.set("Host", "zun:9517");
    if (!sent.token.empty()) request.headers.set("X-Auth-Token", sent.token);
    if (!sent.version.empty()) request.headers.set("OpenStack-API-Version", sent.version);
    if (!sent.content_type.empty()) request.headers.set("Content-Type", sent.content_type);
    request.body = std::move(sent.body);
    auto response = service.handle(std::move(request));
    Answer answer{response.status, std::move(response.headers), nullptr, std::move(response.body)};
    if (response.source) answer.broke_off = !read_into(answer.text, *response.source);
    if (!answer.text.empty()) answer.body = parse_json(answer.text).value_or(Json(nullptr));
    return answer;
  }
  static bool read_into(std::string& text, http::BodySource& source) {
    std::string piece(1000, '\0');
    while (true) {
      const auto count = source.read(piece);
      if (!count) return false;
      if (*count == 0) return true;
      text.append(piece, 0, *count);
    }
  }
  Answer send(std::string method, const std::string& target) { return send(std::move(method), target, Sent{}); }
  Answer as(std::string token, std::string method, const std::string& target, std::string body = "") {
    return send(std::move(method), target, {.token = std::move(token), .body = std::move(body)});
  }
  /// A container of alice's, running; its uuid.
  std::string running(const std::string& name) {
    const auto made = send("POST", "/v1/containers?run=true", {.body = R"({"image":"nginx","name":")" + name + "\"}"});
    const std::string uuid = text_member(made.body, "uuid");
    const auto became = becomes(domain::ContainerId(uuid), domain::ContainerStatus::running);
    return became ? uuid : "";
  }
};

}  // namespace causeway::test
