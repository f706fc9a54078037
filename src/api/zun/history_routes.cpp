#include <algorithm>

#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"

/// container_actions: what was asked of a container, and how it went.
namespace causeway::api::zun {
namespace {

/// "2026-01-02T03:04:05.000006", as clients of this resource know it.
Json micros_or_null(Time time) {
  constexpr std::size_t without_zone = 26;
  return time == Time{} ? Json(nullptr) : Json(std::string_view(iso_time(time, true).substr(0, without_zone)));
}

JsonObject action_view(const domain::ActionRecord& row) {
  return {{"action", row.action},
          {"container_uuid", row.container_id.str()},
          {"request_id", row.request_id},
          {"user_id", row.user_id.str()},
          {"project_id", row.project_id.str()},
          {"start_time", micros_or_null(row.start_time)},
          {"finish_time", micros_or_null(row.finish_time)},
          {"message", row.failed ? Json("Error") : Json(nullptr)}};
}

JsonObject event_view(const domain::ActionEvent& event, bool tells_why) {
  const bool told = tells_why && !event.traceback.empty();
  return {{"event", event.event},
          {"start_time", micros_or_null(event.start_time)},
          {"finish_time", micros_or_null(event.finish_time)},
          {"result", event.result.empty() ? Json(nullptr) : Json(std::string_view(event.result))},
          {"traceback", told ? Json(std::string_view(event.traceback)) : Json(nullptr)}};
}

Result<Reply> list_actions(ZunApi& api, Call& call) {
  TRY(const auto rows, api.actions.list(call.caller, call.param("id")));
  JsonArray items;
  for (const auto& row : rows) items.push_back(action_view(row));
  return Reply::json(JsonObject{{"containerActions", std::move(items)}});
}

Result<Reply> show_action(ZunApi& api, Call& call) {
  TRY(const auto row, api.actions.show(call.caller, call.param("id"), call.param("request_id")));
  auto view = action_view(row);
  const bool tells_why = api.containers.policy().allows("container:action:events", call.caller);
  JsonArray events;
  for (auto event = row.events.rbegin(); event != row.events.rend(); ++event) {
    events.push_back(event_view(*event, tells_why));
  }
  view["events"] = std::move(events);
  return Reply::json(std::move(view));
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/containers/{id}/container_actions", Access::project, "container:actions", 200, &list_actions,
     BodyKind::none},
    {"GET", "/v1/containers/{id}/container_actions/{request_id}", Access::project, "container:actions", 200,
     &show_action, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_history_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
