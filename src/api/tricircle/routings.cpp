#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "causeway/api/tricircle/paging.hpp"
#include "causeway/api/tricircle/tricircle_api.hpp"

namespace causeway::api {
namespace {

using services::Routing;

constexpr std::array<std::string_view, 8> filters{"id", "top_id", "bottom_id", "pod_id", "project_id", "resource_type", "created_at", "updated_at"};

Json time_view(Time time) { return time == Time{} ? Json(nullptr) : Json(plain_time(time)); }

JsonObject routing_view(const Routing& row) {
  return JsonObject{{"id", row.id},
                    {"top_id", row.top_id},
                    {"bottom_id", row.bottom_id},
                    {"pod_id", row.pod_id.str()},
                    {"project_id", row.project_id.str()},
                    {"resource_type", row.resource_type},
                    {"created_at", time_view(row.created_at)},
                    {"updated_at", time_view(row.updated_at)}};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

Result<void> check_numbers(const Call& call) {
  for (const std::string_view name : {"id", "marker"}) {
    const auto text = call.query(name);
    if (text.empty() || whole_number(text)) continue;
    return failed(fail(Code::invalid, "routing.bad_id", "The {} of a routing is an integer, not '{}'.", name, text).at(std::string(name)));
  }
  return {};
}

bool matches(const Call& call, const JsonObject& view) {
  return std::ranges::all_of(filters, [&](std::string_view name) {
    const auto wanted = call.query(name);
    if (wanted.empty()) return true;
    const Json& value = view.at(name);
    return (value.is_string() ? to_std(value.get_string()) : to_text(value)) == wanted;
  });
}

Result<Reply> list_routings(TricircleApi& api, Call& call) {
  TRY_VOID(check_filters(call, filters));
  TRY_VOID(check_numbers(call));
  TRY(const auto limit, page_limit(call));
  TRY(const auto rows, api.routings.list());
  auto at = rows.begin();
  if (const auto marker = call.query("marker"); !marker.empty()) {
    at = std::ranges::find(rows, *whole_number(marker), &Routing::id);
    if (at == rows.end()) return failed(fail(Code::invalid, "routing.bad_marker", "marker {} could not be found", marker).at("marker"));
    ++at;
  }
  JsonArray out;
  std::string last;
  for (; at != rows.end() && out.size() < limit; ++at) {
    auto view = routing_view(*at);
    if (!matches(call, view)) continue;
    last = std::to_string(at->id);
    out.push_back(std::move(view));
  }
  return Reply::json(page_of("routings", std::move(out), limit, last));
}

Result<Routing> routing_of(TricircleApi& api, const Call& call) {
  const auto id = whole_number(call.param("id"));
  if (!id) return failed(Code::not_found, "routing.not_found", "Resource Routing not found");
  return api.routings.get(*id);
}

Result<Reply> show_routing(TricircleApi& api, Call& call) {
  TRY(const auto row, routing_of(api, call));
  return Reply::json(JsonObject{{"routing", routing_view(row)}});
}

std::unexpected<Error> derived(std::string_view what) {
  return failed(Code::forbidden, "routing.derived",
                "The routing table says what is in which region, and cannot be {} by hand: move or delete the resource itself, or create a job that sends "
                "it again.",
                what);
}

Result<Reply> create_routing(TricircleApi&, Call& call) {
  const Json* inner = member(call.body, "routing");
  if (inner == nullptr || !inner->is_object()) return failed(fail(Code::invalid, "body.no_envelope", "Request body not found: 'routing' is required.").at("routing"));
  for (const char* name : {"top_id", "bottom_id", "pod_id", "project_id", "resource_type"}) {
    if (text_member(*inner, name).find_first_not_of(" \t\r\n") == std::string::npos) {
      return failed(fail(Code::invalid, "routing.missing", "Field {} can not be empty", name).at(name));
    }
  }
  return derived("added to");
}

Result<Reply> update_routing(TricircleApi& api, Call& call) {
  TRY_VOID(routing_of(api, call));
  if (member(call.body, "routing") == nullptr) return failed(fail(Code::invalid, "body.no_envelope", "Request body not found: 'routing' is required.").at("routing"));
  return derived("changed");
}

Result<Reply> delete_routing(TricircleApi& api, Call& call) {
  TRY_VOID(routing_of(api, call));
  return derived("cut");
}

constexpr Route<TricircleApi> routes[] = {
    {"GET", "/v1.0/routings", Access::admin, "admin_api:routings:list", 200, &list_routings, BodyKind::none},
    {"POST", "/v1.0/routings", Access::admin, "admin_api:routings:create", 200, &create_routing},
    {"GET", "/v1.0/routings/{id}", Access::admin, "admin_api:routings:show", 200, &show_routing, BodyKind::none},
    {"PUT", "/v1.0/routings/{id}", Access::admin, "admin_api:routings:put", 200, &update_routing},
    {"DELETE", "/v1.0/routings/{id}", Access::admin, "admin_api:routings:delete", 200, &delete_routing, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_routing_routes(std::vector<BoundRoute>& into, TricircleApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
