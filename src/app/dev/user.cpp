#include "causeway/app/dev/user.hpp"

#include "causeway/http/client.hpp"

namespace causeway::app {

Result<void> User::login(const std::string& password) {
  const Json body = JsonObject{
      {"auth",
       JsonObject{{"identity", JsonObject{{"methods", JsonArray{"password"}},
                                          {"password", JsonObject{{"user", JsonObject{{"name", "admin"}, {"domain", JsonObject{{"id", "default"}}},
                                                                                      {"password", password}}}}}}},
                  {"scope", JsonObject{{"project", JsonObject{{"name", "admin"}, {"domain", JsonObject{{"id", "default"}}}}}}}}}};
  TRY(const auto answer, send("127.0.0.1", 5000, "POST", "/v3/auth/tokens", to_text(body), "application/json"));
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
  http::Client client(endpoint);
  http::ClientRequest request;
  request.method = method;
  request.target = target;
  request.headers.set("OpenStack-API-Version", "container 1.40");
  if (!token_.empty()) request.headers.set("X-Auth-Token", token_);
  if (!body.empty()) request.headers.set("Content-Type", type);
  request.body = std::move(body);
  TRY(auto answer, client.call(std::move(request)));
  if (answer.status >= 300) return failed(Code::internal, "demo.refused", "{} {} answered {}: {}", method, target, answer.status, answer.body);
  return answer;
}

}  // namespace causeway::app
