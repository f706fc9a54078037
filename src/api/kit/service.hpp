#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "causeway/api/kit/route.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/tokens.hpp"
#include "causeway/http/server.hpp"

namespace causeway::api {

/// The HTTP status of a code: the one table. Styles may map single reasons differently.
int status_of(Code code);

/// What differs between the APIs we speak: how an error looks, which headers every answer carries, how paths are read.
/// Functions are called from many threads and keep no state.
struct Style {
  std::string name;  ///< "keystone", for logs, metrics and the route listing
  /// The answer for a failure. `status` is status_of(code) or what the HTTP layer refused with. `call` is null when the
  /// request was refused before it could be dispatched.
  std::function<http::Response(const Error& error, int status, const Call* call)> render_error;
  /// Before anything else; may set call.version or refuse (Zun's microversions). Optional.
  std::function<Result<void>(Call& call)> begin;
  /// Refuses a row that does not exist in the call's version. Optional; for APIs whose rows have versions.
  std::function<Result<void>(const Call& call, Versions versions)> check_version;
  /// On every answer, errors too. Optional.
  std::function<void(const Call& call, http::Response& response)> finish;
  bool drop_empty_segments = false;  ///< "/v1//containers/" is "/v1/containers"
  bool strip_json_suffix = false;    ///< "/v2.0/ports.json" is "/v2.0/ports"
  std::string service_type;          ///< in the catalog, "network"; what access rules of application credentials name
  std::string identity_url;          ///< for WWW-Authenticate of 401 answers
};

/// One API: its style and its rows.
struct Mount {
  Style style;
  std::vector<BoundRoute> routes;
};

/// Serves mounts on one listener: finds the row (404, 405 with Allow), authenticates, checks version and policy, reads the body, runs the
/// handler, writes the answer and its X-Openstack-Request-Id, counts and logs. Immutable after construction; thread-safe.
/// The first mount's style answers what no mount knows. `/healthz` and `/metrics` are served in front of all mounts.
class Service final : public http::Handler {
 public:
  struct Deps {
    boundary::TokenVerifier* tokens = nullptr;  ///< may be null when every route is open or peer
    boundary::IdSource& ids;
    /// Names what is wrong when the process is up but cannot do its job; "" = healthy.
    std::function<std::string()> health;
  };
  Service(std::vector<Mount> mounts, Deps deps);
  ~Service() override;

  Plan plan(const http::Request& head) override;
  http::Response handle(http::Request request) override;
  http::Response refuse(const http::Request& head, int status, std::string_view why) override;

 private:
  struct Compiled;
  struct Match;
  Match match(const std::string& method, const std::string& path) const;
  http::Response dispatch(const Match& match, Call& call, http::Request& request) const;
  Result<void> authenticate(const Match& match, Call& call, const http::Request& request) const;
  Result<void> admit(const Match& match, const Call& call) const;
  Result<void> read_body(const Match& match, Call& call, http::Request& request) const;
  http::Response finish(const Match& match, const Call& call, http::Response response) const;

  std::vector<Mount> mounts_;
  Deps deps_;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace causeway::api
