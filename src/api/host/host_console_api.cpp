#include "causeway/api/host/host_console_api.hpp"

#include "causeway/api/host/data_routes.hpp"
#include "causeway/contract/console.hpp"
#include "causeway/http/upgrade.hpp"

namespace causeway::api {
namespace {

constexpr int max_cells = 65535;

domain::ContainerId container_of(const Call& call) { return domain::ContainerId(call.param("id")); }

Result<domain::TerminalSize> size_of(const Call& call) {
  TRY(const auto size, decode<domain::TerminalSize>(call.body, Unknown::refuse));
  const auto fits = [](int cells) { return cells >= 1 && cells <= max_cells; };
  if (!fits(size.height) || !fits(size.width))
    return failed(Code::invalid, "terminal.bad_size", "A terminal has 1 to {} rows and columns.", max_cells);
  return size;
}

/// Asked before the stream is opened: what is opened and cannot be handed over would be lost.
Result<void> check_tunnel(const Call& call) {
  if (http::asks_for(call.request, contract::stream_protocol)) return {};
  return failed(Code::invalid, "tunnel.not_asked", "This becomes a stream: ask with Upgrade: {}.",
                contract::stream_protocol);
}

Reply tunnel(std::unique_ptr<async::Duplex> stream) {
  Reply reply;
  reply.raw = http::tunnel_response(contract::stream_protocol, std::move(stream));
  return reply;
}

Result<Reply> attach(HostConsoleApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY_VOID(check_tunnel(call));
  TRY(auto stream, api.console.attach(container_of(call)));
  return tunnel(std::move(stream));
}

Result<Reply> resize(HostConsoleApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto size, size_of(call));
  TRY_VOID(api.console.resize(container_of(call), size));
  return Reply::json(nullptr);
}

Result<Reply> create_exec(HostConsoleApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto spec, decode<domain::ExecSpec>(call.body, Unknown::refuse));
  if (spec.command.empty()) return failed(Code::invalid, "exec.no_command", "There is no command to run.");
  TRY(auto exec, api.console.create_exec(container_of(call), spec));
  return Reply::json(encode(contract::ExecCreated{std::move(exec)}));
}

Result<Reply> start_exec(HostConsoleApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY_VOID(check_tunnel(call));
  TRY(auto stream, api.console.start_exec(container_of(call), call.param("exec")));
  return tunnel(std::move(stream));
}

Result<Reply> resize_exec(HostConsoleApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto size, size_of(call));
  TRY_VOID(api.console.resize_exec(container_of(call), call.param("exec"), size));
  return Reply::json(nullptr);
}

constexpr Route<HostConsoleApi> routes[] = {
    {"GET", contract::host_attach_path, Access::peer, "host:attach", 101, &attach},
    {"POST", contract::host_resize_path, Access::peer, "host:resize", 200, &resize},
    {"POST", contract::host_execs_path, Access::peer, "host:create_exec", 200, &create_exec},
    {"POST", contract::host_exec_start_path, Access::peer, "host:start_exec", 101, &start_exec},
    {"POST", contract::host_exec_resize_path, Access::peer, "host:resize_exec", 200, &resize_exec},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_host_console_routes(std::vector<BoundRoute>& into, HostConsoleApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
