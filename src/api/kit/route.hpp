#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/policy/policy.hpp"
#include "causeway/http/message.hpp"

/// Routes are rows of a constexpr table, one table per resource:
///
///   constexpr Route<NetworkApi> network_routes[] = {
///     {"GET",  "/v2.0/networks",      Access::any_token, "network:list",   200, &list_networks},
///     {"POST", "/v2.0/networks",      Access::project,   "network:create", 201, &create_network},
///   };
///   static_assert(routes_ok(network_routes));
///
/// Dispatch (service.hpp) authenticates, checks access, reads the body, calls the function and writes the answer; a handler
/// turns the wire into a call of a service and its result into JSON, in about 15 lines.
namespace causeway::api {

/// What a route asks of its caller, and with it who is admitted (default_grant) where no policy says otherwise. What a
/// caller may do to whose object is decided by the service, which hides foreign objects.
enum class Access {
  open,       ///< no token needed
  any_token,  ///< any valid token
  project,    ///< a token with a project (or admin); what is not a GET needs a role other than reader
  admin,      ///< role admin
  peer,       ///< the control API: a verified client certificate, no token
};
domain::Grant default_grant(Access access, std::string_view method);

/// The versions of its API in which a route exists, both included; 0 = no bound. What a version is the API's style knows.
struct Versions {
  int since = 0;
  int until = 0;
};
constexpr Versions since(int first) { return {first, 0}; }
constexpr Versions until(int last) { return {0, last}; }

enum class BodyKind {
  none,      ///< bodies are read and ignored
  json,      ///< parsed; what does not parse is refused
  streamed,  ///< handed over as it comes (uploads)
};

/// One request on its way through a handler.
struct Call {
  const http::Request& request;
  std::string request_id;  ///< "req-<uuid>", also in X-Openstack-Request-Id
  domain::Caller caller;   ///< empty for Access::open and Access::peer
  std::string peer_name;   ///< common name of the client certificate, for Access::peer
  std::vector<std::pair<std::string_view, std::string>> params;  ///< of the path, percent-decoded
  Json body;               ///< BodyKind::json; null when there was none
  std::unique_ptr<http::BodySource> stream;  ///< BodyKind::streamed
  std::string base_url;    ///< "http://host:port" as the client sees us, no trailing slash
  std::string version;     ///< microversion of the request where the API has them

  const std::string& param(std::string_view name) const;
  std::string_view query(std::string_view name) const { return request.query.find(name).value_or(std::string_view{}); }
};

/// The answer of a handler. `status` 0 = the row's status.
struct Reply {
  int status = 0;
  std::optional<Json> body;
  http::Headers headers;
  std::optional<http::Response> raw;  ///< instead of all the above: streams, downloads

  static Reply json(Json value) { return Reply{0, std::move(value), {}, std::nullopt}; }
  static Reply empty() { return {}; }
};

inline constexpr std::uint64_t default_body_limit = 1 << 20;  ///< bytes

template <class Api>
struct Route {
  const char* method;
  const char* path;  ///< "/v1/containers/{id}/start"
  Access access;
  const char* rule;  ///< policy rule, "container:start"
  int status;        ///< of success
  Result<Reply> (*run)(Api&, Call&);
  BodyKind body = BodyKind::json;
  std::uint64_t body_limit = default_body_limit;
  Versions versions = {};
};

/// A row bound to its API object.
struct BoundRoute {
  std::string method;
  std::string path;
  Access access;
  std::string rule;
  int status;
  BodyKind body;
  std::uint64_t body_limit;
  Versions versions;
  domain::Grant grant;  ///< whom it admits, unless it is open or for peers
  std::function<Result<Reply>(Call&)> run;
};

template <class Api, std::size_t N>
void bind_routes(std::vector<BoundRoute>& into, const Route<Api> (&table)[N], Api& api) {
  for (const Route<Api>& row : table) {
    into.push_back({row.method, row.path, row.access, row.rule, row.status, row.body, row.body_limit,
                    row.versions, default_grant(row.access, row.method), [run = row.run, &api](Call& call) { return run(api, call); }});
  }
}

/// Compile-time check of a table: (method, path) unique, every row named by a rule and with a handler.
template <class Api, std::size_t N>
constexpr bool routes_ok(const Route<Api> (&table)[N]) {
  for (std::size_t i = 0; i < N; ++i) {
    if (table[i].rule == nullptr || *table[i].rule == 0 || table[i].run == nullptr || *table[i].path != '/') return false;
    for (std::size_t j = i + 1; j < N; ++j) {
      if (std::string_view(table[i].method) == table[j].method && std::string_view(table[i].path) == table[j].path) return false;
    }
  }
  return true;
}

std::string_view name_of(Access access);

}  // namespace causeway::api
