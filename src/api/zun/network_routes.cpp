#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"

namespace causeway::api::zun {
namespace {

constexpr std::size_t shortest_text = 2, longest_text = 255;

Result<std::string> text_of(const Params& params, std::string_view name) {
  TRY(auto text, params.required(name));
  if (text.size() >= shortest_text && text.size() <= longest_text) return text;
  return failed(fail(Code::invalid, "spec.bad_value", "Invalid input for field '{}'. It must have {} to {} characters.",
                     name, shortest_text, longest_text)
                    .at(std::string(name)));
}

Result<Reply> create_network(ZunApi& api, Call& call) {
  TRY_VOID(need_json_content(call));
  TRY(const auto params, Params::of(call, {"name", "neutron_net_id"}));
  TRY(const auto name, text_of(params, "name"));
  TRY(const auto network, text_of(params, "neutron_net_id"));
  TRY(const auto record, api.networks.announce(call.caller, name, network));
  return Reply::json(JsonObject{{"uuid", record.uuid},
                                {"name", record.name},
                                {"project_id", record.project_id.str()},
                                {"user_id", record.user_id.str()},
                                // what every host's Engine calls it
                                {"network_id", record.id.str()},
                                {"neutron_net_id", record.id.str()}});
}

Result<Reply> delete_network(ZunApi& api, Call& call) {
  TRY_VOID(api.networks.forget(call.caller, domain::NetworkId(call.param("id"))));
  return Reply::empty();
}

constexpr Route<ZunApi> routes[] = {
    {"POST", "/v1/networks", Access::admin, "network:create", 200, &create_network},
    {"DELETE", "/v1/networks/{id}", Access::admin, "network:delete", 204, &delete_network, BodyKind::json,
     default_body_limit, since(27)},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_network_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
