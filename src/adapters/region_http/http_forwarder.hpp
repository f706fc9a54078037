#pragma once

#include "causeway/boundary/control/forwarder.hpp"
#include "causeway/http/client.hpp"

namespace causeway::adapters {

/// Forwards over the owner's public API.
class HttpForwarder final : public boundary::Forwarder {
 public:
  explicit HttpForwarder(http::Endpoint owner);
  Result<Answer> forward(const Message& message) override;

 private:
  http::Client client_;
};

}  // namespace causeway::adapters
