#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"

/// What changes a container that exists: its size, name, image, networks and security groups.
namespace causeway::api::zun {
namespace {

Reply container_reply(const ZunApi& api, const Call& call, const services::ContainerWithPorts& shown) {
  return Reply::json(container_answer(shown, call.caller, api.containers, call.base_url));
}

Result<Reply> change_container(ZunApi& api, const Call& call, domain::ContainerAction action) {
  TRY(const auto params, Params::of(call, {"name", "auto_heal", "cpu", "memory"}, Extra::ignore));
  TRY(const auto update, domain::parse_update(params.all()));
  TRY(const auto shown, api.containers.update(call.caller, call.param("id"), update, action));
  return container_reply(api, call, shown);
}

Result<Reply> update_container(ZunApi& api, Call& call) {
  return change_container(api, call, domain::ContainerAction::update);
}

Result<Reply> resize_container(ZunApi& api, Call& call) {
  return change_container(api, call, domain::ContainerAction::resize_container);
}

Result<Reply> rename_container(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"name"}));
  TRY(const auto name, params.required("name"));
  TRY(const auto update, domain::parse_update({{"name", name}}));
  TRY(const auto shown, api.containers.rename(call.caller, call.param("id"), *update.name));
  return container_reply(api, call, shown);
}

Result<Reply> rebuild_container(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"image", "image_driver"}, Extra::ignore));
  TRY(const auto image, params.text("image"));
  TRY(const auto driver, params.text("image_driver"));
  if (!driver.empty() && driver != "glance" && driver != "docker" && driver != "None") {
    return failed(fail(Code::invalid, "query.bad_value",
                       "Invalid input for query parameters 'image_driver'. Value: '{}'. It is glance or docker.",
                       driver.substr(0, 40))
                      .at("image_driver"));
  }
  const services::Rebuild wish{image == "None" ? "" : image, driver == "None" ? "" : driver};
  TRY_VOID(api.containers.rebuild(call.caller, call.param("id"), wish, call.request_id));
  return Reply::json(nullptr);
}

Result<Reply> list_networks(ZunApi& api, Call& call) {
  TRY(const auto shown, api.containers.show(call.caller, call.param("id")));
  return Reply::json(JsonObject{{"networks", networks_view(shown, minor_of(call))}});
}

Result<void> read_fixed_ip(const std::string& text, boundary::NetWish& wish) {
  if (text.empty() || text == "None") return {};
  const auto address = domain::IpAddress::parse(text);
  if (!address) {
    return failed(fail(Code::invalid, "query.bad_value",
                       "Invalid input for query parameters 'fixed_ip'. Value: '{}'. It is no IP address.",
                       text.substr(0, 40))
                      .at("fixed_ip"));
  }
  (address->is_v4() ? wish.fixed_ip_v4 : wish.fixed_ip_v6) = *address;
  return {};
}

Result<boundary::NetWish> net_of(const Params& params) {
  boundary::NetWish wish;
  TRY(wish.network, params.text("network"));
  TRY(wish.port, params.text("port"));
  if (!wish.network.empty() && !wish.port.empty())
    return failed(fail(Code::invalid, "query.bad_value", "Give either network or port.").at("port"));
  return wish;
}

Result<Reply> attach_network(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"network", "port", "fixed_ip"}));
  TRY(auto wish, net_of(params));
  TRY(const auto fixed_ip, params.text("fixed_ip"));
  TRY_VOID(read_fixed_ip(fixed_ip, wish));
  if (!wish.port.empty() && (wish.fixed_ip_v4 || wish.fixed_ip_v6))
    return failed(fail(Code::invalid, "query.bad_value", "A port has its addresses: leave out fixed_ip.").at("fixed_ip"));
  TRY_VOID(api.containers.attach_network(call.caller, call.param("id"), wish, call.request_id));
  return Reply::json(nullptr);
}

/// Takes its parameters from the query only, as in Zun.
Result<Reply> detach_network(ZunApi& api, Call& call) {
  call.body = nullptr;
  TRY(const auto params, Params::of(call, {"network", "port"}));
  TRY(const auto wish, net_of(params));
  if (wish.network.empty() && wish.port.empty())
    return failed(fail(Code::invalid, "query.bad_value", "Name a network or a port to detach from.").at("network"));
  TRY_VOID(api.containers.detach_network(call.caller, call.param("id"), wish, call.request_id));
  return Reply::json(nullptr);
}

using GroupChange = Result<void> (services::Containers::*)(const domain::Caller&, const std::string&,
                                                           const std::string&, const std::string&);
template <GroupChange change>
Result<Reply> change_group(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"name"}));
  TRY(const auto name, params.required("name"));
  TRY_VOID((api.containers.*change)(call.caller, call.param("id"), name, call.request_id));
  return Reply::json(nullptr);
}

constexpr Route<ZunApi> routes[] = {
    {"PATCH", "/v1/containers/{id}", Access::project, "container:update", 200, &update_container},
    {"POST", "/v1/containers/{id}/resize_container", Access::project, "container:resize_container", 202,
     &resize_container, BodyKind::json, default_body_limit, since(19)},
    {"POST", "/v1/containers/{id}/rename", Access::project, "container:rename", 200, &rename_container, BodyKind::json, default_body_limit, until(13)},
    {"POST", "/v1/containers/{id}/rebuild", Access::project, "container:rebuild", 202, &rebuild_container},
    {"GET", "/v1/containers/{id}/network_list", Access::project, "container:network_list", 200, &list_networks,
     BodyKind::none, default_body_limit, since(13)},
    {"POST", "/v1/containers/{id}/network_attach", Access::project, "container:network_attach", 200, &attach_network, BodyKind::json, default_body_limit, since(8)},
    {"POST", "/v1/containers/{id}/network_detach", Access::project, "container:network_detach", 202, &detach_network, BodyKind::json, default_body_limit, since(6)},
    {"POST", "/v1/containers/{id}/add_security_group", Access::project, "container:add_security_group", 202,
     &change_group<&services::Containers::add_security_group>, BodyKind::json, default_body_limit, until(14)},
    {"POST", "/v1/containers/{id}/remove_security_group", Access::project, "container:remove_security_group", 202,
     &change_group<&services::Containers::remove_security_group>, BodyKind::json, default_body_limit, until(14)},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_change_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
