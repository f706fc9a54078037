#pragma once

#include <string>
#include <string_view>

#include "causeway/http/client.hpp"

namespace causeway::http {

/// Where a service of a catalog answers: an endpoint, and a path in front of everything there.
struct ServiceUrl {
  Endpoint endpoint;
  std::string path;  ///< "/identity/v3", without a slash at its end; "" when there is none

  /// "http://h:5000/v3/", "https://h/identity/v3" (`endpoint.tls` is to be filled in). A query or a fragment is refused.
  static Result<ServiceUrl> parse(std::string_view url);
};

}  // namespace causeway::http
