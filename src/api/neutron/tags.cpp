#include <algorithm>

#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/resources.hpp"

/// Tags of every kind of object that has some. What is a region's own (ports), and what it has replicas of, is read there;
/// the rest is the centre's.
namespace causeway::api {
namespace {

using domain::TagChange;
using Names = std::vector<std::string>;

/// A kind of tagged object, by its URL.
struct Tagged {
  std::string_view collection;
  std::string_view kind;
};
constexpr Tagged tagged[] = {{"networks", "network"},   {"subnets", "subnet"},         {"ports", "port"},       {"security-groups", "security_group"},
                             {"routers", "router"},     {"floatingips", "floatingip"}, {"policies", "qos_policy"}, {"subnetpools", "subnetpool"}, {"trunks", "trunk"}};

Result<std::string_view> kind_of(const Call& call) {
  const std::string& collection = call.param("collection");
  for (const auto& row : tagged) {
    if (row.collection == collection) return row.kind;
  }
  return failed(Code::not_found, "http.no_route", "The resource could not be found.");
}

/// "/v2.0/ports/..." of a region: the only tags that it may change.
bool is_local_port(const NeutronApi& api, std::string_view kind) { return api.central == nullptr && kind == domain::Port::kind; }

/// None: the request is to be answered by the centre.
Result<std::optional<Names>> read_here(NeutronApi& api, const Call& call, std::string_view kind) {
  const std::string& id = call.param("id");
  if (api.central != nullptr) {
    TRY(auto tags, api.central->get_tags(call.caller, kind, id));
    return std::optional(std::move(tags));
  }
  if (kind != domain::Port::kind) return std::optional<Names>();
  TRY(auto port, api.network.get_port(call.caller, domain::PortId(id)));
  return std::optional(std::move(port.tags));
}

Result<std::optional<Names>> change_here(NeutronApi& api, const Call& call, TagChange change) {
  TRY(const auto kind, kind_of(call));
  const std::string& id = call.param("id");
  if (is_local_port(api, kind)) {
    boundary::PortChange port;
    port.tags = std::move(change);
    TRY(auto changed, api.network.update_port(call.caller, domain::PortId(id), port, std::nullopt));
    return std::optional(std::move(changed.tags));
  }
  if (api.central == nullptr) return std::optional<Names>();
  TRY(auto tags, api.central->change_tags(call.caller, kind, id, change));
  return std::optional(std::move(tags));
}

Result<Names> read_body_tags(const Call& call) {
  const Json* wanted = member(call.body, "tags");
  if (wanted == nullptr) return failed(fail(Code::invalid, "body.no_tags", "Invalid tags body: 'tags' is required.").at("tags"));
  return read_texts("tags", *wanted, 1'000);
}

Json view_of(const Names& tags) { return JsonObject{{"tags", encode(tags)}}; }

Result<Reply> list_tags(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  TRY(const auto tags, read_here(api, call, kind));
  return tags ? Result<Reply>(Reply::json(view_of(*tags))) : forward_to_centre(api, call);
}

Result<Reply> has_tag(NeutronApi& api, Call& call) {
  TRY(const auto kind, kind_of(call));
  TRY(const auto tags, read_here(api, call, kind));
  if (!tags) return forward_to_centre(api, call);
  if (std::find(tags->begin(), tags->end(), call.param("tag")) != tags->end()) return Reply::empty();
  return failed(Code::not_found, "tag.not_found", "Tag {} could not be found.", call.param("tag"));
}

template <TagChange::How how>
Result<Reply> change_by_body(NeutronApi& api, Call& call) {
  TRY(auto wanted, read_body_tags(call));
  TRY(const auto tags, change_here(api, call, {how, std::move(wanted)}));
  return tags ? Result<Reply>(Reply::json(view_of(*tags))) : forward_to_centre(api, call);
}

template <TagChange::How how>
Result<Reply> change_one(NeutronApi& api, Call& call) {
  TRY(const auto tags, change_here(api, call, {how, {call.param("tag")}}));
  return tags ? Result<Reply>(Reply::empty()) : forward_to_centre(api, call);
}

Result<Reply> remove_all(NeutronApi& api, Call& call) {
  TRY(const auto tags, change_here(api, call, {TagChange::How::replace, {}}));
  return tags ? Result<Reply>(Reply::empty()) : forward_to_centre(api, call);
}

/// The stock client writes a policy's URL as the policy's own, /qos/policies/{id}.
Result<Reply> under_qos(NeutronApi& api, Call& call, Result<Reply> (*run)(NeutronApi&, Call&)) {
  call.params.emplace_back("collection", "policies");
  return run(api, call);
}
template <Result<Reply> (*run)(NeutronApi&, Call&)>
Result<Reply> of_policy(NeutronApi& api, Call& call) {
  return under_qos(api, call, run);
}

constexpr auto add_some = &change_by_body<TagChange::How::add>;
constexpr auto replace_all = &change_by_body<TagChange::How::replace>;
constexpr auto add_one = &change_one<TagChange::How::add>;
constexpr auto remove_one_tag = &change_one<TagChange::How::remove>;

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/{collection}/{id}/tags", Access::any_token, "get_tags", 200, &list_tags, BodyKind::none},
    {"GET", "/v2.0/{collection}/{id}/tags/{tag}", Access::any_token, "get_tag", 204, &has_tag, BodyKind::none},
    {"POST", "/v2.0/{collection}/{id}/tags", Access::project, "create_tags", 200, add_some},
    {"PUT", "/v2.0/{collection}/{id}/tags", Access::project, "update_tags", 200, replace_all},
    {"DELETE", "/v2.0/{collection}/{id}/tags", Access::project, "delete_tags", 204, &remove_all, BodyKind::none},
    {"PUT", "/v2.0/{collection}/{id}/tags/{tag}", Access::project, "create_tag", 201, add_one, BodyKind::none},
    {"DELETE", "/v2.0/{collection}/{id}/tags/{tag}", Access::project, "delete_tag", 204, remove_one_tag, BodyKind::none},
    {"GET", "/v2.0/qos/policies/{id}/tags", Access::any_token, "get_tags", 200, &of_policy<&list_tags>, BodyKind::none},
    {"GET", "/v2.0/qos/policies/{id}/tags/{tag}", Access::any_token, "get_tag", 204, &of_policy<&has_tag>, BodyKind::none},
    {"PUT", "/v2.0/qos/policies/{id}/tags", Access::project, "update_tags", 200, &of_policy<replace_all>},
    {"DELETE", "/v2.0/qos/policies/{id}/tags", Access::project, "delete_tags", 204, &of_policy<&remove_all>, BodyKind::none},
    {"PUT", "/v2.0/qos/policies/{id}/tags/{tag}", Access::project, "create_tag", 201, &of_policy<add_one>, BodyKind::none},
    {"DELETE", "/v2.0/qos/policies/{id}/tags/{tag}", Access::project, "delete_tag", 204, &of_policy<remove_one_tag>, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_tag_routes(std::vector<BoundRoute>& into, NeutronApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
