#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::app {

/// Where a service itself listens.
struct ServicePlace {
  std::string region, service_type;
  std::string address;  ///< without brackets
  std::int64_t port = 0;
  std::string path;  ///< "" or "/v1"
};

/// What clients are told instead, when something stands in front of the services (a proxy that ends TLS, a load balancer): one
/// setting endpoints.*, for one audience. Each entry is `[WHAT=]URL`. WHAT is a service type, REGION/TYPE, REGION/* or, left out,
/// everything; what names a region counts before what names a type. In the URL {region}, {service} (the type), {address}, {port}
/// and {path} stand for those of the service. The identity service has its own URL unless an entry names its type.
class EndpointTemplates {
 public:
  /// Fails: invalid "config.bad_value", naming the setting and the entry.
  static Result<EndpointTemplates> parse(std::string_view setting, const std::vector<std::string>& entries);

  /// The URL by the entry that counts for this place; none when no entry does.
  std::optional<std::string> url(const ServicePlace& place) const;

 private:
  struct Entry {
    std::string region, service_type;  ///< "" = each
    std::string url;
  };
  static Result<Entry> parse_entry(const std::string& text);
  std::vector<Entry> entries_;
};

}  // namespace causeway::app
