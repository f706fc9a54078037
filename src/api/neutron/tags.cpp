#include <algorithm>

#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

constexpr std::size_t max_tags = 50;
constexpr std::size_t longest_tag = 255;

/// A kind of tagged object, by its URL.
struct Tagged {
  std::string_view collection;
  std::string_view kind;
};
constexpr Tagged tagged[] = {{"networks", "network"}, {"subnets", "subnet"}, {"ports", "port"}, {"security-groups", "security_group"},
                             {"routers", "router"}, {"floatingips", "floatingip"}};

Result<std::string_view> kind_of(const Call& call) {
  for (const auto& row : tagged) {
    if (row.collection == call.param("collection")) return row.kind;
  }
  return failed(Code::not_found, "http.no_route", "The resource could not be found.");
}

Result<std::vector<std::string>> current(NeutronApi& api, const Call& call, std::string_view kind) {
  const std::string& id = call.param("id");
  if (kind == "network") {
    TRY(auto network, api.network.get_network(call.caller, domain::NetworkId(id)));
    return std::move(network.tags);
  }
  if (kind == "subnet") {
    TRY(auto subnet, api.network.get_subnet(call.caller, domain::SubnetId(id)));
    return std::move(subnet.tags);
  }
  if (kind == "port") {
    TRY(auto port, api.network.get_port(call.caller, domain::PortId(id)));
    return std::move(port.tags);
  }
  if (kind == "router") {
    TRY(auto router, api.routers->get_router(call.caller, domain::RouterId(id)));
    return std::move(router.tags);
  }
  if (kind == "floatingip") {
    TRY(auto found, api.floating_ips->get_floating_ip(call.caller, domain::FloatingIpId(id)));
    return std::move(found.floating_ip.tags);
  }
  TRY(auto group, api.network.get_security_group(call.caller, domain::SecurityGroupId(id)));
  return std::move(group.tags);
}

/// What a region has no copies of.
bool only_at_centre(const NeutronApi& api, std::string_view kind) {
  return api.central == nullptr && (kind == "router" || kind == "floatingip");
}

Result<Reply> list_tags(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  if (only_at_centre(api, kind)) return forward_to_centre(api, call);
  TRY(const auto tags, current(api, call, kind));
  return Reply::json(JsonObject{{"tags", encode(tags)}});
}

Result<Reply> has_tag(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  if (only_at_centre(api, kind)) return forward_to_centre(api, call);
  TRY(const auto tags, current(api, call, kind));
  if (std::find(tags.begin(), tags.end(), call.param("tag")) == tags.end()) {
    return failed(Code::not_found, "tag.not_found", "Tag {} could not be found.", call.param("tag"));
  }
  return Reply::empty();
}

Result<Reply> replace_tags(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  const Json* wanted = member(call.body, "tags");
  if (wanted == nullptr) return failed(fail(Code::invalid, "body.no_tags", "Invalid tags body: 'tags' is required.").at("tags"));
  TRY(auto tags, read_texts("tags", *wanted));
  if (tags.size() > max_tags) return failed(invalid_input("tags", fmt::format("more than {} tags.", max_tags)));
  TRY(const auto now, api.central->set_tags(call.caller, kind, call.param("id"), std::move(tags)));
  return Reply::json(JsonObject{{"tags", encode(now)}});
}

Result<Reply> add_tag(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  const std::string& tag = call.param("tag");
  if (tag.size() > longest_tag) return failed(invalid_input("tag", fmt::format("it exceeds the maximum length of {}.", longest_tag)));
  TRY(auto tags, current(api, call, kind));
  if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  if (tags.size() > max_tags) return failed(invalid_input("tags", fmt::format("more than {} tags.", max_tags)));
  TRY_VOID(api.central->set_tags(call.caller, kind, call.param("id"), std::move(tags)));
  return Reply::empty();
}

Result<Reply> remove_tag(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  TRY(auto tags, current(api, call, kind));
  if (std::erase(tags, call.param("tag")) == 0) return failed(Code::not_found, "tag.not_found", "Tag {} could not be found.", call.param("tag"));
  TRY_VOID(api.central->set_tags(call.caller, kind, call.param("id"), std::move(tags)));
  return Reply::empty();
}

Result<Reply> remove_tags(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  TRY_VOID(api.central->set_tags(call.caller, kind, call.param("id"), {}));
  return Reply::empty();
}

constexpr Route<NeutronApi> read_routes[] = {
    {"GET", "/v2.0/{collection}/{id}/tags", Access::any_token, "get_tags", 200, &list_tags, BodyKind::none},
    {"GET", "/v2.0/{collection}/{id}/tags/{tag}", Access::any_token, "get_tag", 204, &has_tag, BodyKind::none},
};
constexpr Route<NeutronApi> central_routes[] = {
    {"PUT", "/v2.0/{collection}/{id}/tags", Access::project, "update_tags", 200, &replace_tags},
    {"DELETE", "/v2.0/{collection}/{id}/tags", Access::project, "delete_tags", 204, &remove_tags, BodyKind::none},
    {"PUT", "/v2.0/{collection}/{id}/tags/{tag}", Access::project, "create_tag", 201, &add_tag, BodyKind::none},
    {"DELETE", "/v2.0/{collection}/{id}/tags/{tag}", Access::project, "delete_tag", 204, &remove_tag, BodyKind::none},
};
constexpr Route<NeutronApi> region_routes[] = {
    {"PUT", "/v2.0/{collection}/{id}/tags", Access::project, "update_tags", 200, &forward_to_centre},
    {"DELETE", "/v2.0/{collection}/{id}/tags", Access::project, "delete_tags", 204, &forward_to_centre, BodyKind::none},
    {"PUT", "/v2.0/{collection}/{id}/tags/{tag}", Access::project, "create_tag", 201, &forward_to_centre, BodyKind::none},
    {"DELETE", "/v2.0/{collection}/{id}/tags/{tag}", Access::project, "delete_tag", 204, &forward_to_centre, BodyKind::none},
};
static_assert(routes_ok(read_routes) && routes_ok(central_routes) && routes_ok(region_routes));

}  // namespace

void add_tag_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  bind_routes(into, read_routes, api);
  if (api.central != nullptr) {
    bind_routes(into, central_routes, api);
  } else {
    bind_routes(into, region_routes, api);
  }
}

}  // namespace causeway::api
