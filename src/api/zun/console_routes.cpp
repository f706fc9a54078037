#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"

namespace causeway::api::zun {
namespace {

/// What Docker, and the kernel behind it, takes.
constexpr std::int64_t max_cells = 65535;

Result<int> cells(const Params& params, std::string_view name) {
  TRY(const auto word, params.required(name));
  TRY(const auto number, params.count(name, 1));
  if (!number || *number > max_cells) {
    return failed(fail(Code::invalid, "query.bad_value",
                       "Invalid input for query parameters '{}'. Value: '{}'. It must be an integer from 1 to {}.",
                       name, word.substr(0, 40), max_cells)
                      .at(std::string(name)));
  }
  return int(*number);
}

Result<domain::TerminalSize> size_in(const Params& params) {
  domain::TerminalSize size;
  TRY(size.height, cells(params, "h"));
  TRY(size.width, cells(params, "w"));
  return size;
}

Result<Reply> attach(ZunApi& api, Call& call) {
  TRY_VOID(Params::of(call, {}));
  TRY(const auto ticket, api.consoles.attach(call.caller, call.param("id")));
  return Reply::json(Json(std::string_view(ticket.url)));
}

Result<Reply> resize(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"h", "w"}));
  TRY(const auto size, size_in(params));
  TRY_VOID(api.consoles.resize(call.caller, call.param("id"), size));
  return Reply::json(nullptr);
}

Result<Reply> execute(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"command", "run", "interactive"}));
  TRY(const auto command, params.required("command"));
  TRY(const bool run, params.flag("run", true));
  TRY(const bool interactive, params.flag("interactive", false));
  if (!run) {
    TRY(const auto ticket, api.consoles.create_exec(call.caller, call.param("id"), command, interactive));
    return Reply::json(JsonObject{
        {"output", nullptr}, {"exit_code", nullptr}, {"exec_id", ticket.exec_id}, {"proxy_url", ticket.url}});
  }
  TRY(const auto done, api.containers.execute(call.caller, call.param("id"), command));
  return Reply::json(
      JsonObject{{"output", done.output}, {"exit_code", done.exit_code}, {"exec_id", nullptr}, {"proxy_url", nullptr}});
}

Result<Reply> execute_resize(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"exec_id", "h", "w"}));
  TRY(const auto exec, params.required("exec_id"));
  if (!domain::is_exec_id(exec)) {
    return failed(fail(Code::invalid, "query.bad_value",
                       "Invalid input for query parameters 'exec_id'. Value: '{}'. It must be 64 hexadecimal digits.",
                       exec.substr(0, 80))
                      .at("exec_id"));
  }
  TRY(const auto size, size_in(params));
  TRY_VOID(api.consoles.resize_exec(call.caller, call.param("id"), exec, size));
  return Reply::json(nullptr);
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/containers/{id}/attach", Access::project, "container:attach", 200, &attach, BodyKind::none},
    {"POST", "/v1/containers/{id}/resize", Access::project, "container:resize", 200, &resize},
    {"POST", "/v1/containers/{id}/execute", Access::project, "container:execute", 200, &execute},
    {"POST", "/v1/containers/{id}/execute_resize", Access::project, "container:execute_resize", 200, &execute_resize},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_console_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
