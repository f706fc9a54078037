#include <algorithm>
#include <array>

#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/zun_api.hpp"

namespace causeway::api {
namespace {

/// Where a reason does not follow the rule: another status than its code's, or another name on the wire. A status of 0
/// keeps the code's.
struct WireError {
  std::string_view reason;
  int status;
  std::string_view code;
};
constexpr std::array wire_errors{
    WireError{"microversion.bad_header", 406, ""},
    WireError{"microversion.no_method", 406, ""},
    WireError{"microversion.param", 0, "invalid-param-in-version"},
    WireError{"http.media_type", 415, ""},
    WireError{"http.no_route", 0, ""},
    WireError{"http.method", 0, ""},
    WireError{"http.refused", 0, ""},
    WireError{"policy.denied", 0, "policy-not-authorized"},
    WireError{"policy.no_project", 0, "policy-not-authorized"},
    WireError{"quota.exceeded", 403, "over-quota"},
    WireError{"quota.bad_value", 0, "invalid-quota-value"},
    WireError{"container.invalid_state", 0, "invalid-state-exception"},
    WireError{"container.not_running", 0, "invalid-state-exception"},
    WireError{"container.ambiguous", 0, "conflict"},
    WireError{"container.no_interactive_flag", 0, "no-interactive-flag"},
    WireError{"exec.not_running", 0, "invalid"},
    WireError{"container.lost", 0, "conflict"},
    WireError{"commit.bad_name", 0, "schema-validation-error"},
    WireError{"archive.bad_base64", 0, "base64-exception"},
    WireError{"container.in_capsule", 0, "conflict"},
    WireError{"capsule.ambiguous", 0, "conflict"},
    WireError{"template.bad_json", 0, "failed-parse-string-to-json"},
    WireError{"container.same_name", 0, "conflict"},
    WireError{"container.uncreated", 0, "invalid"},
    WireError{"security_group.present", 0, "invalid-value"},
    WireError{"security_group.absent", 0, "invalid-value"},
    WireError{"network.attached", 0, "invalid-value"},
    WireError{"network.not_attached", 0, "invalid-value"},
    WireError{"host.not_found", 0, "compute-node-not-found"},
    WireError{"host.unknown", 0, "compute-node-not-found"},
    WireError{"host_image.exists", 0, "image-already-exists"},
    WireError{"host_image.not_found", 0, "image-not-found"},
    WireError{"registry.ambiguous", 0, "conflict"},
    WireError{"registry.in_use", 0, "conflict"},
    WireError{"registry.bad_domain", 0, "schema-validation-error"},
    WireError{"image.bad_reference", 0, "schema-validation-error"},
    WireError{"mount.no_block_storage", 0, "volume-not-usable"},
    WireError{"mount.volumes_apart", 0, "volume-in-use"},
    WireError{"service.not_found", 0, "zun-service-not-found"},
    WireError{"host.unreachable", 0, "container-host-not-up"},
    WireError{"field.unknown", 0, "schema-validation-error"},
    WireError{"field.missing", 0, "schema-validation-error"},
    WireError{"field.wrong_type", 0, "schema-validation-error"},
    WireError{"spec.bad_value", 0, "schema-validation-error"},
    WireError{"spec.not_supported", 0, "operation-not-supported"},
    WireError{"query.bad_value", 0, "invalid-value"},
    WireError{"query.unknown", 0, "invalid-value"},
    WireError{"query.sort_key", 0, "invalid-value"},
};

const WireError* wire_error(std::string_view reason) {
  const auto found =
      std::find_if(wire_errors.begin(), wire_errors.end(), [&](const WireError& row) { return row.reason == reason; });
  return found == wire_errors.end() ? nullptr : &*found;
}

/// "network.not_found" is "network-not-found", as Zun makes it out of NetworkNotFound.
std::string kebab(std::string_view reason) {
  std::string out(reason);
  std::replace_if(out.begin(), out.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  return out;
}

http::Response json_response(int status, const Json& body, const char* type) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", type);
  response.body = to_text(body);
  return response;
}

/// The token middleware stands outside Zun's own error format.
http::Response unauthorized(const Error& error) {
  return json_response(
      401, JsonObject{{"error", JsonObject{{"code", 401}, {"title", "Unauthorized"}, {"message", error.message}}}},
      "application/json; charset=UTF-8");
}

struct Texts {
  std::string code, title, detail;
};
Texts texts_of(const Error& error, int status, std::string_view request_id) {
  if (status == 500) {
    return {
        "container.", "Internal Server Error",
        fmt::format("Your request could not be handled because of a problem in the server. Error Correlation id is: {}",
                    request_id)};
  }
  if (error.reason == "microversion.unsupported")
    return {"zun.microversion-unsupported", "Requested microversion is unsupported", error.message};
  const WireError* row = wire_error(error.reason);
  if (row != nullptr && row->code.empty())
    return {"container.", std::string(http::reason_phrase(status)), error.message};
  return {"container." + (row != nullptr ? std::string(row->code) : kebab(error.reason)), error.message, error.message};
}

http::Response render_error(const Error& error, int status, const Call* call) {
  if (status == 401) return unauthorized(error);
  if (const WireError* row = wire_error(error.reason); row != nullptr && row->status != 0) status = row->status;
  const std::string_view request_id = call != nullptr ? std::string_view(call->request_id) : std::string_view();
  const auto [code, title, detail] = texts_of(error, status, request_id);
  JsonObject item{{"request_id", request_id}, {"code", code},     {"status", status},
                  {"title", title},           {"detail", detail}, {"links", JsonArray()}};
  if (error.reason == "microversion.unsupported") {
    item["max_version"] = fmt::format("1.{}", zun::max_minor);
    item["min_version"] = fmt::format("1.{}", zun::min_minor);
  }
  auto response = json_response(status, JsonObject{{"errors", JsonArray{std::move(item)}}}, "application/json");
  zun::set_version_headers(response, call != nullptr ? std::string_view(call->version) : std::string_view());
  return response;
}

/// Discovery answers whatever version is asked for: it is where clients learn what there is.
bool is_discovery(const Call& call) { return call.request.path.find_first_not_of('/') == std::string::npos; }

Result<void> begin(Call& call) {
  const auto minor = zun::requested_minor(call.request.headers.get(zun::version_header));
  if (!minor && !is_discovery(call)) return std::unexpected(minor.error());
  call.version = fmt::format("1.{}", minor.value_or(zun::min_minor));
  return {};
}

}  // namespace

Style zun_style(std::string identity_url) {
  Style style;
  style.name = "zun";
  style.service_type = "container";
  style.render_error = render_error;
  style.begin = begin;
  style.check_version = zun::check_versions;
  style.finish = [](const Call& call, http::Response& response) { zun::set_version_headers(response, call.version); };
  style.drop_empty_segments = true;
  style.identity_url = std::move(identity_url);
  return style;
}

}  // namespace causeway::api
