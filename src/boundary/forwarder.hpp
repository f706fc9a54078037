#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Hands a user's request on to the service that owns what it is about, with the user's own token: a region's network API
/// forwards writes to networks, subnets and security groups to the centre's.
class Forwarder {
 public:
  virtual ~Forwarder() = default;
  struct Answer {
    int status = 0;
    std::string body;
  };
  /// Any status is a success. unavailable "central.unreachable" when the owner does not answer.
  virtual Result<Answer> forward(std::string_view method, std::string_view target, std::string_view token, std::string_view body) = 0;
};

}  // namespace causeway::boundary
