#include "causeway/domain/network/trunk/trunk.hpp"

#include <algorithm>

#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/trunks/trunk_views.hpp"

namespace causeway::api {
namespace {

using domain::SubPort;
using domain::Trunk;

Result<SubPort> read_sub_port(const Json& value) {
  if (!value.is_object()) return failed(invalid_input("sub_ports", "it is not a list of objects."));
  SubPort out;
  bool numbered = false;
  for (const auto& [key, part] : value.get_object()) {
    if (key == "port_id") {
      TRY(const auto id, read_text("sub_ports.port_id", part));
      out.port_id = domain::PortId(id);
    } else if (key == "segmentation_type") {
      TRY(out.segmentation_type, read_text("sub_ports.segmentation_type", part));
    } else if (key == "segmentation_id") {
      TRY(const auto number, read_integer("segmentation_id", part, 1, 4094));  // IEEE 802.1Q
      out.segmentation_id = std::uint32_t(number);
      numbered = true;
    } else {
      return failed(invalid_input("sub_ports", fmt::format("unknown key '{}'.", std::string_view(key))));
    }
  }
  if (out.port_id.empty()) return failed(invalid_input("sub_ports", "port_id is required."));
  if (!numbered && out.segmentation_type == "vlan") return failed(invalid_input("sub_ports", "segmentation_id is required."));
  return out;
}

Result<std::vector<SubPort>> read_sub_ports(const Json& value) {
  std::vector<SubPort> out;
  if (value.is_null()) return out;
  if (!value.is_array()) return failed(invalid_input("sub_ports", "it is not a list."));
  if (value.get_array().size() > domain::max_sub_ports) {
    return failed(invalid_input("sub_ports", fmt::format("more than {} subports.", domain::max_sub_ports)));
  }
  for (const auto& item : value.get_array()) {
    TRY(auto sub, read_sub_port(item));
    out.push_back(std::move(sub));
  }
  return out;
}

struct Trunks {
  using Value = Trunk;
  static constexpr const char* one = "trunk";
  static constexpr const char* many = "trunks";
  static constexpr Attribute<Value> on_create[] = {
      {"port_id", false,
       [](const Json& v, Value& d) -> Result<void> {
         TRY(const auto id, read_text("port_id", v));
         d.port_id = domain::PortId(id);
         return {};
       }},
      {"name", false, [](const Json& v, Value& d) { return assign(d.name, read_text("name", v)); }},
      {"description", false, [](const Json& v, Value& d) { return assign(d.description, read_text("description", v)); }},
      {"admin_state_up", false, [](const Json& v, Value& d) { return assign(d.admin_state_up, read_bool("admin_state_up", v)); }},
      {"sub_ports", false, [](const Json& v, Value& d) { return assign(d.sub_ports, read_sub_ports(v)); }},
  };
  static constexpr Attribute<Value> on_update[] = {
      {"name", false, [](const Json& v, Value& d) { return assign(d.name, read_text("name", v)); }},
      {"description", false, [](const Json& v, Value& d) { return assign(d.description, read_text("description", v)); }},
      {"admin_state_up", false, [](const Json& v, Value& d) { return assign(d.admin_state_up, read_bool("admin_state_up", v)); }},
  };
  static constexpr std::string_view read_only[] = {"id",   "port_id",         "sub_ports",  "status",
                                                   "tags", "revision_number", "created_at", "updated_at"};
  static constexpr std::string_view filters[] = {"id",        "name",       "description",     "admin_state_up", "port_id",   "status",
                                                 "tenant_id", "project_id", "revision_number", "created_at",     "updated_at"};
  static constexpr std::string_view required[] = {"port_id"};
  static constexpr Tags tags = Tags::present;
  static boundary::ResourceService<Value>& service(NeutronApi& api) { return api.resources->trunks; }
  static JsonObject view(const Value& trunk, domain::TrunkStatus status) {
    JsonObject view{{"id", trunk.id.str()},
                    {"name", trunk.name},
                    {"description", trunk.description},
                    {"admin_state_up", trunk.admin_state_up},
                    {"port_id", trunk.port_id.str()},
                    {"status", to_name(status)},
                    {"sub_ports", encode(trunk.sub_ports)},
                    {"tags", encode(trunk.tags)}};
    add_owner(view, trunk);
    add_times(view, trunk);
    return view;
  }
};

Result<JsonArray> views_of(NeutronApi& api, const std::vector<Trunk>& trunks) {
  TRY(const auto statuses, api.trunk_details->statuses(trunks));
  JsonArray views;
  for (std::size_t i = 0; i < trunks.size(); ++i) views.push_back(Trunks::view(trunks[i], statuses[i]));
  return views;
}

Result<JsonObject> view_of(NeutronApi& api, const Trunk& trunk) {
  TRY(const auto statuses, api.trunk_details->statuses({trunk}));
  return Trunks::view(trunk, statuses.front());
}

Result<Reply> reply_with(NeutronApi& api, const Trunk& trunk) {
  TRY(auto view, view_of(api, trunk));
  return Reply::json(JsonObject{{"trunk", std::move(view)}});
}

Result<Reply> list_trunks(NeutronApi& api, Call& call) {
  TRY(const auto trunks, Trunks::service(api).list(call.caller));
  TRY(auto views, views_of(api, trunks));
  return list_reply(call, {Trunks::many, Trunks::filters, Trunks::tags}, std::move(views));
}

Result<Reply> show_trunk(NeutronApi& api, Call& call) {
  TRY(const auto trunk, Trunks::service(api).get(call.caller, call.param("id")));
  TRY(auto view, view_of(api, trunk));
  return Reply::json(JsonObject{{"trunk", with_fields(call, std::move(view))}});
}

Result<Reply> create_trunks(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, Trunks::one, Trunks::many));
  TRY(const auto drafts, read_drafts<Trunks>(call, body));
  TRY(const auto made, Trunks::service(api).create(call.caller, drafts));
  if (!body.bulk) return reply_with(api, made.front());
  TRY(auto views, views_of(api, made));
  return Reply::json(JsonObject{{Trunks::many, std::move(views)}});
}

Result<Reply> update_trunk(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, Trunks::one));
  TRY(const auto revision, if_match(call));
  TRY(const auto trunk, Trunks::service(api).update(
                            call.caller, call.param("id"),
                            [&](Trunk& draft) { return read_attributes<Trunk>(call, *object, Trunks::on_update, Trunks::read_only, draft); },
                            revision));
  return reply_with(api, trunk);
}

/// {"sub_ports": [...]} without an envelope, and so the answer.
Result<Reply> change_sub_ports(NeutronApi& api, Call& call, const std::function<Result<void>(Trunk&)>& change) {
  TRY(const auto trunk, Trunks::service(api).update(call.caller, call.param("id"), change, std::nullopt));
  TRY(auto view, view_of(api, trunk));
  return Reply::json(std::move(view));
}

Result<const Json*> posted_sub_ports(const Call& call) {
  const Json* wanted = member(call.body, "sub_ports");
  if (wanted == nullptr) return failed(fail(Code::invalid, "attribute.missing", "Failed to parse request. Required attribute 'sub_ports' not specified").at("sub_ports"));
  return wanted;
}

Result<Reply> add_sub_ports(NeutronApi& api, Call& call) {
  TRY(const Json* wanted, posted_sub_ports(call));
  TRY(const auto more, read_sub_ports(*wanted));
  return change_sub_ports(api, call, [&](Trunk& trunk) -> Result<void> {
    trunk.sub_ports.insert(trunk.sub_ports.end(), more.begin(), more.end());
    return {};
  });
}

Result<Reply> remove_sub_ports(NeutronApi& api, Call& call) {
  TRY(const Json* wanted, posted_sub_ports(call));
  if (!wanted->is_array()) return failed(invalid_input("sub_ports", "it is not a list."));
  std::vector<domain::PortId> less;
  for (const auto& item : wanted->get_array()) {
    const Json* id = member(item, "port_id");
    if (id == nullptr) return failed(invalid_input("sub_ports", "port_id is required."));
    TRY(const auto text, read_text("sub_ports.port_id", *id));
    less.emplace_back(text);
  }
  return change_sub_ports(api, call, [&](Trunk& trunk) -> Result<void> {
    for (const auto& id : less) {
      if (std::erase_if(trunk.sub_ports, [&](const SubPort& sub) { return sub.port_id == id; }) > 0) continue;
      return failed(Code::not_found, "trunk.sub_port_not_found", "SubPort on trunk {} with parent port {} could not be found.", trunk.id, id);
    }
    return {};
  });
}

Result<Reply> get_sub_ports(NeutronApi& api, Call& call) {
  TRY(const auto trunk, Trunks::service(api).get(call.caller, call.param("id")));
  return Reply::json(JsonObject{{"sub_ports", encode(trunk.sub_ports)}});
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/trunks", Access::any_token, "get_trunks", 200, &list_trunks, BodyKind::none},
    {"GET", "/v2.0/trunks/{id}", Access::any_token, "get_trunk", 200, &show_trunk, BodyKind::none},
    {"POST", "/v2.0/trunks", Access::project, "create_trunk", 201, &create_trunks},
    {"PUT", "/v2.0/trunks/{id}", Access::project, "update_trunk", 200, &update_trunk},
    {"DELETE", "/v2.0/trunks/{id}", Access::project, "delete_trunk", 204, &remove_one<Trunks>, BodyKind::none},
    {"PUT", "/v2.0/trunks/{id}/add_subports", Access::project, "add_subports", 200, &add_sub_ports},
    {"PUT", "/v2.0/trunks/{id}/remove_subports", Access::project, "remove_subports", 200, &remove_sub_ports},
    {"GET", "/v2.0/trunks/{id}/get_subports", Access::any_token, "get_subports", 200, &get_sub_ports, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

Result<std::map<domain::PortId, Json>> trunk_views(NeutronApi& api, const std::vector<domain::Port>& ports) {
  std::map<domain::PortId, Json> out;
  if (api.trunk_details == nullptr) return out;
  TRY(const auto details, api.trunk_details->of_parents(ports));
  for (const auto& [port, trunk] : details) {
    JsonArray subs;
    for (const auto& [sub, mac] : trunk.sub_ports) {
      subs.push_back(JsonObject{{"port_id", sub.port_id.str()},
                                {"segmentation_type", sub.segmentation_type},
                                {"segmentation_id", sub.segmentation_id},
                                {"mac_address", mac.to_string()}});
    }
    out[port] = JsonObject{{"trunk_id", trunk.id.str()}, {"sub_ports", std::move(subs)}};
  }
  return out;
}

void add_trunk_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc trunk_doc() {
  return make_doc("trunks", Trunks::on_create, Trunks::on_update, Trunks::read_only, Trunks::filters, Trunks::view({}, domain::TrunkStatus::down), true);
}

}  // namespace causeway::api
