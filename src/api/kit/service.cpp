#include "causeway/api/kit/service.hpp"

#include <algorithm>
#include <chrono>

#include "causeway/base/encoding.hpp"
#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"

namespace causeway::api {
namespace {

http::Response text_response(int status, std::string text, const char* type = "text/plain; charset=utf-8") {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", type);
  response.body = std::move(text);
  return response;
}

/// The path as the rows see it.
std::string canonical_path(const Style& style, std::string_view path) {
  std::string out;
  for (const auto part : split(path, '/')) {
    if (part.empty() && (style.drop_empty_segments || out.empty())) continue;
    out += '/';
    out += part;
  }
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  if (style.strip_json_suffix && out.ends_with(".json")) out.resize(out.size() - 5);
  return out.empty() ? "/" : out;
}

std::string request_base_url(const http::Request& request) {
  const auto scheme = request.headers.get("X-Forwarded-Proto");
  return fmt::format("{}://{}", scheme.empty() ? "http" : scheme, request.headers.get("Host"));
}

}  // namespace

int status_of(Code code) {
  switch (code) {
    case Code::invalid: return 400;
    case Code::unauthenticated: return 401;
    case Code::forbidden: return 403;
    case Code::not_found: return 404;
    case Code::conflict: return 409;
    case Code::exhausted: return 409;
    case Code::too_large: return 413;
    case Code::unavailable: return 503;
    case Code::timeout: return 504;
    case Code::cancelled: return 503;
    case Code::internal: return 500;
  }
  return 500;
}

/// Rows with their path cut into segments, so that a match allocates nothing but the parameters.
struct Service::Compiled {
  struct Segment {
    std::string text;
    bool is_param = false;
  };
  struct Row {
    const Mount* mount;
    const BoundRoute* route;
    std::vector<Segment> segments;
    metrics::Histogram seconds;
  };
  std::vector<Row> rows;
};

struct Service::Match {
  const Mount* mount = nullptr;
  const BoundRoute* route = nullptr;
  const Compiled::Row* row = nullptr;
  std::vector<std::pair<std::string_view, std::string>> params;
  std::string allow;  ///< methods that exist on the path, when this one does not
};

Service::Service(std::vector<Mount> mounts, Deps deps)
    : mounts_(std::move(mounts)), deps_(std::move(deps)), compiled_(std::make_unique<Compiled>()) {
  for (const auto& mount : mounts_) {
    for (const auto& route : mount.routes) {
      Compiled::Row row{&mount, &route, {}, metrics::histogram("causeway_request_seconds", "Time to answer a request",
                                                              {{"api", mount.style.name}, {"rule", route.rule}})};
      for (const auto part : split(std::string_view(route.path).substr(1), '/')) {
        const bool is_param = part.starts_with('{');
        row.segments.push_back({std::string(is_param ? part.substr(1, part.size() - 2) : part), is_param});
      }
      compiled_->rows.push_back(std::move(row));
    }
  }
}

Service::~Service() = default;

Service::Match Service::match(const std::string& method, const std::string& path) const {
  Match found;
  std::string canonical;
  std::vector<std::string_view> parts;
  const Mount* prepared = nullptr;
  std::size_t best_literals = 0;
  for (const auto& row : compiled_->rows) {
    if (row.mount != prepared) {
      prepared = row.mount;
      canonical = canonical_path(row.mount->style, path);
      parts = split(std::string_view(canonical).substr(1), '/');
    }
    if (parts.size() != row.segments.size()) continue;
    std::size_t literals = 1;
    bool same = true;
    for (std::size_t i = 0; same && i < parts.size(); ++i) {
      if (row.segments[i].is_param) {
        same = !parts[i].empty();
      } else {
        same = parts[i] == row.segments[i].text;
        ++literals;
      }
    }
    if (!same) continue;
    if (found.mount == nullptr) found.mount = row.mount;
    const bool method_fits = row.route->method == method || (method == "HEAD" && row.route->method == "GET");
    if (!method_fits) {
      const auto listed = split(found.allow, ' ');
      if (std::any_of(listed.begin(), listed.end(), [&](std::string_view m) { return m.starts_with(row.route->method); })) continue;
      if (!found.allow.empty()) found.allow += ", ";
      found.allow += row.route->method;
      continue;
    }
    // a literal segment is closer than a parameter: "/quotas/tenant" before "/quotas/{project}"
    if (found.route != nullptr && literals <= best_literals) continue;
    best_literals = literals;
    found.mount = row.mount;
    found.route = row.route;
    found.row = &row;
    found.params.clear();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (row.segments[i].is_param) found.params.emplace_back(row.segments[i].text, percent_decode(parts[i]).value_or(std::string(parts[i])));
    }
  }
  if (found.mount == nullptr) found.mount = &mounts_.front();
  return found;
}

http::Handler::Plan Service::plan(const http::Request& head) {
  const Match found = match(head.method, head.path);
  if (found.route == nullptr) return {};
  return {found.route->body == BodyKind::streamed ? Body::streamed : Body::whole, found.route->body_limit};
}

http::Response Service::handle(http::Request request) {
  if (request.path == "/metrics") return text_response(200, metrics::expose(), "text/plain; version=0.0.4");
  if (request.path == "/healthz") {
    const std::string trouble = deps_.health ? deps_.health() : "";
    return text_response(trouble.empty() ? 200 : 503, trouble.empty() ? "ok\n" : trouble + "\n");
  }
  const auto started = std::chrono::steady_clock::now();
  Match found = match(request.method, request.path);
  Call call{request, "req-" + deps_.ids.uuid(), {}, request.peer.common_name, std::move(found.params), {}, nullptr, request_base_url(request), {}};
  http::Response response = dispatch(found, call, request);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  if (found.row != nullptr) found.row->seconds.observe(took.count());
  log::debug("{} {} {} -> {} in {:.1f} ms {} user={} project={}", found.mount->style.name, request.method, request.target, response.status,
            took.count() * 1000, call.request_id, call.caller.user_id, call.caller.project_id);
  return response;
}

http::Response Service::dispatch(const Match& found, Call& call, http::Request& request) const {
  const auto refused = [&](const Error& error, int status) {
    if (status >= 500) log::warn("{} {} {}: {}", call.request_id, request.method, request.target, error.describe());
    auto response = found.mount->style.render_error(error, status, &call);
    if (status == 401 && !found.mount->style.identity_url.empty()) {
      response.headers.set("WWW-Authenticate", fmt::format("Keystone uri=\"{}\"", found.mount->style.identity_url));
    }
    return finish(found, call, std::move(response));
  };
  if (auto begun = found.mount->style.begin ? found.mount->style.begin(call) : Result<void>(); !begun) {
    return refused(begun.error(), begun.error().reason == "microversion.unsupported" ? 406 : status_of(begun.error().code));
  }
  if (found.route == nullptr) {
    if (found.allow.empty()) {
      return refused(fail(Code::not_found, "http.no_route", "The resource could not be found."), 404);
    }
    auto response = refused(fail(Code::invalid, "http.method", "The method {} is not allowed for this resource.", request.method), 405);
    response.headers.set("Allow", found.allow);
    return response;
  }
  if (auto known = authenticate(found, call, request); !known) return refused(known.error(), status_of(known.error().code));
  if (auto admitted = admit(found, call); !admitted) return refused(admitted.error(), status_of(admitted.error().code));
  if (auto body = read_body(found, call, request); !body) return refused(body.error(), status_of(body.error().code));
  Result<Reply> reply;
  try {
    reply = found.route->run(call);
  } catch (const std::exception& bug) {
    static const auto bugs = metrics::counter("causeway_request_bugs_total", "Exceptions that left a handler");
    bugs.add();
    log::error("{} {} {}: exception: {}", call.request_id, request.method, request.target, bug.what());
    reply = failed(Code::internal, "bug", "The server made a mistake; it was logged with the request id.");
  }
  if (!reply) return refused(reply.error(), status_of(reply.error().code));
  if (reply->raw) return finish(found, call, *std::move(reply->raw));
  http::Response response;
  response.status = reply->status != 0 ? reply->status : found.route->status;
  response.headers = std::move(reply->headers);
  if (reply->body) {
    response.body = to_text(*reply->body);
    if (!response.headers.find("Content-Type")) response.headers.set("Content-Type", "application/json");
  }
  return finish(found, call, std::move(response));
}

Result<void> Service::authenticate(const Match& found, Call& call, const http::Request& request) const {
  const Access access = found.route->access;
  if (access == Access::open) return {};
  if (access == Access::peer) {
    if (call.peer_name.empty()) return failed(Code::unauthenticated, "peer.no_certificate", "A client certificate is required.");
    return {};
  }
  const auto token = request.headers.get("X-Auth-Token");
  if (token.empty() || deps_.tokens == nullptr) {
    return failed(Code::unauthenticated, "token.missing", "The request you have made requires authentication.");
  }
  TRY(call.caller, deps_.tokens->admit({.token = token,
                                        .service_token = request.headers.get("X-Service-Token"),
                                        .request = {found.mount->style.service_type, request.method, request.path},
                                        .request_id = call.request_id}));
  return {};
}

Result<void> Service::admit(const Match& found, const Call& call) const {
  const BoundRoute& route = *found.route;
  if (found.mount->style.check_version) TRY_VOID(found.mount->style.check_version(call, route.versions));
  if (route.access == Access::open || route.access == Access::peer || route.grant.admits(call.caller)) return {};
  if (route.grant.has(domain::Grant::member) && call.caller.project_id.empty()) {
    return failed(Code::forbidden, "policy.no_project", "{} needs a token that is scoped to a project.", route.rule);
  }
  return domain::not_allowed(route.rule);
}

Result<void> Service::read_body(const Match& found, Call& call, http::Request& request) const {
  if (found.route->body == BodyKind::streamed) {
    call.stream = std::move(request.stream);
    return {};
  }
  if (found.route->body == BodyKind::none || request.body.empty()) return {};
  TRY(call.body, parse_json(request.body));
  return {};
}

http::Response Service::finish(const Match& found, const Call& call, http::Response response) const {
  response.headers.set("X-Openstack-Request-Id", call.request_id);
  if (found.mount->style.finish) found.mount->style.finish(call, response);
  return response;
}

http::Response Service::refuse(const http::Request& head, int status, std::string_view why) {
  const Match found = match(head.method, head.path);
  const Code code = status == 413 || status == 414 || status == 431 ? Code::too_large : status == 408 ? Code::timeout : Code::invalid;
  auto response = found.mount->style.render_error(fail(code, "http.refused", "{}", why), status, nullptr);
  response.headers.set("X-Openstack-Request-Id", "req-" + deps_.ids.uuid());
  return response;
}

}  // namespace causeway::api
