#pragma once

#include <cstdint>
#include <string>

#include "causeway/base/json.hpp"
#include "causeway/http/client.hpp"

namespace causeway::app {

/// A user of a dev cloud, over its public APIs. An answer of 300 or more is an error that quotes it.
class User {
 public:
  explicit User(std::string identity_url) : identity_url_(std::move(identity_url)) {}
  /// As admin of the project admin.
  Result<void> login(const std::string& password);
  Result<Json> call(const std::string& address, std::uint16_t port, const std::string& method, const std::string& target, const Json& body = nullptr);
  Result<http::Response> send(const std::string& address, std::uint16_t port, const std::string& method, const std::string& target,
                              std::string body, const char* type);

 private:
  Result<http::Response> exchange(const http::Endpoint& endpoint, http::ClientRequest request);

  const std::string identity_url_;
  std::string token_;
};

}  // namespace causeway::app
