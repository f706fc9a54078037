#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace causeway::domain {

/// One kind of request that an application credential with access rules allows (Keystone, since microversion 3.13).
struct AccessRule {
  std::string service;  ///< type in the catalog: "network"
  std::string method;   ///< "GET"
  std::string path;     ///< "/v2.0/networks/{id}", "/v2.0/*", "/v1/**"

  friend bool operator==(const AccessRule&, const AccessRule&) = default;
};

/// A request as access rules see it.
struct RequestLine {
  std::string_view service;  ///< type of the API that it came to; "" = of none that rules can name
  std::string_view method;
  std::string_view path;  ///< without the query
};

/// Whether a path is of a pattern, as Keystone documents them: "{name}" and "*" stand for a part without a slash, "**" for
/// anything, all else for itself. Takes time proportional to both lengths, whatever a user writes.
bool path_matches(std::string_view path, std::string_view pattern);
bool allowed_by(const std::vector<AccessRule>& rules, const RequestLine& request);

}  // namespace causeway::domain
