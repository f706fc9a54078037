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
  /// What of a request matters to the owner. Header values are "" where the user sent none.
  struct Message {
    std::string method, target;
    std::string token;
    std::string if_match;
    std::string host, forwarded_proto;  ///< as the user sees us: links in answers must lead here
    std::string body;
  };
  struct Answer {
    int status = 0;
    std::string body;
  };
  /// Any status is a success. unavailable "central.unreachable" when the owner does not answer.
  virtual Result<Answer> forward(const Message& message) = 0;
};

}  // namespace causeway::boundary
