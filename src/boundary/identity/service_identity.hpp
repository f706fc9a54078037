#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Which endpoint of the catalog is meant.
struct EndpointQuery {
  std::string service_type;           ///< "image"
  std::string region;                 ///< "RegionOne"
  std::string interface = "internal"; ///< "public", "internal" or "admin"
};

/// Who this process is towards services that are somebody else's (an external Keystone's service user), and where that
/// Keystone's catalog says they are.
///
/// Both are kept and renewed in time, so that a call answers from memory nearly always; when it does not, it waits for
/// Keystone no longer than keystone.timeout_seconds. Lifetime: outlives who uses it. Thread-safe.
/// Failures: unavailable "keystone.away" / "keystone.failing" while Keystone gives no answer; unavailable "keystone.refused"
/// when it does not accept the service user (configuration); not_found "keystone.no_endpoint".
class ServiceIdentity {
 public:
  virtual ~ServiceIdentity() = default;

  /// A token of the service user, good for a minute at least: for X-Auth-Token of the process's own requests, and for
  /// X-Service-Token beside a user's X-Auth-Token, which may then have expired while the work ran.
  virtual Result<std::string> token() = 0;
  /// A service answered 401 to this token of ours (revoked, keys rotated away): the next `token()` is a fresh one.
  virtual void refused(std::string_view token) = 0;
  /// Base URL without a slash at its end, as the catalog has it: "http://10.0.0.5:9292", with "/v2" only if it says so.
  virtual Result<std::string> endpoint(const EndpointQuery& query) = 0;
};

}  // namespace causeway::boundary
