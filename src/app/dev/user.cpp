#include "causeway/app/dev/user.hpp"

#include "causeway/http/service_url.hpp"

namespace causeway::app {

Result<void> User::login(const std::string& password) {
  const Json body = JsonObject{
      {"auth",
       JsonObject{{"identity", JsonObject{{"methods", JsonArray{"password"}},
                                          {"password", JsonObject{{"user", JsonObject{{"name", "admin"}, {"domain", JsonObject{{"id", "default"}}},
                                                                                      {"password", password}}}}}}},
                  {"scope", JsonObject{{"project", JsonObject{{"name", "admin"}, {"domain", JsonObject{{"id", "default"}}}}}}}}}};
  TRY(const auto identity, http::ServiceUrl::parse(identity_url_));
  http::ClientRequest request;
  request.method = "POST";
  request.target = identity.path + "/auth/tokens";
  request.headers.set("Content-Type", "application/json");
  request.body = to_text(body);
  TRY(const auto answer, exchange(identity.endpoint, std::move(request)));
  token_ = std::string(answer.headers.get("X-Subject-Token"));
  return {};
}

Result<Json> User::call(const std::string& address, std::uint16_t port, const std::string& method, const std::string& target, const Json& body) {
  TRY(const auto answer, send(address, port, method, target, body.is_null() ? "" : to_text(body), "application/json"));
  if (answer.body.empty()) return Json(nullptr);
  return parse_json(answer.body);
}

Result<http::Response> User::send(const std::string& address, std::uint16_t port, const std::string& method, const std::string& target,
                            std::string body, const char* type) {
  http::Endpoint endpoint;
  endpoint.host = address;
  endpoint.port = port;
  http::ClientRequest request;
  request.method = method;
  request.target = target;
  request.headers.set("OpenStack-API-Version", "container 1.40");
  if (!token_.empty()) request.headers.set("X-Auth-Token", token_);
  if (!body.empty()) request.headers.set("Content-Type", type);
  request.body = std::move(body);
  return exchange(endpoint, std::move(request));
}

Result<http::Response> User::exchange(const http::Endpoint& endpoint, http::ClientRequest request) {
  const std::string what = request.method + " " + request.target;
  http::Client client(endpoint);
  TRY(auto answer, client.call(std::move(request)));
  if (answer.status >= 300) return failed(Code::internal, "demo.refused", "{} answered {}: {}", what, answer.status, answer.body);
  return answer;
}

}  // namespace causeway::app
