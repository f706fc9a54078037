#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/domain/container/kill_signal.hpp"

namespace causeway::api::zun {
namespace {

using domain::TaskAction;

Result<Reply> queue(ZunApi& api, const Call& call, services::TaskRequest request) {
  request.request_id = call.request_id;
  TRY_VOID(api.containers.act(call.caller, call.param("id"), request));
  return Reply::json(nullptr);
}

template <TaskAction action>
Result<Reply> plain_action(ZunApi& api, Call& call) {
  return queue(api, call, {action, std::nullopt, "", ""});
}

template <TaskAction action>
Result<Reply> timed_action(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"timeout"}));
  TRY(const auto seconds, params.count("timeout", 0));
  return queue(api, call, {action, seconds ? std::optional<int>(int(*seconds)) : std::nullopt, "", ""});
}

Result<Reply> kill(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"signal"}));
  TRY(const auto word, params.text("signal"));
  TRY(const auto signal, domain::parse_signal(word));
  return queue(api, call, {TaskAction::kill, std::nullopt, signal, ""});
}

constexpr Route<ZunApi> routes[] = {
    {"POST", "/v1/containers/{id}/start", Access::project, "container:start", 202, &plain_action<TaskAction::start>},
    {"POST", "/v1/containers/{id}/stop", Access::project, "container:stop", 202, &timed_action<TaskAction::stop>},
    {"POST", "/v1/containers/{id}/reboot", Access::project, "container:reboot", 202, &timed_action<TaskAction::reboot>},
    {"POST", "/v1/containers/{id}/kill", Access::project, "container:kill", 202, &kill},
    {"POST", "/v1/containers/{id}/pause", Access::project, "container:pause", 202, &plain_action<TaskAction::pause>},
    {"POST", "/v1/containers/{id}/unpause", Access::project, "container:unpause", 202,
     &plain_action<TaskAction::unpause>},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_action_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
