#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

struct GroupDraft {
  std::optional<std::string> name, description;
  std::optional<bool> stateful;
};
struct RuleDraft {
  std::string group;
  domain::SecurityGroupRule rule;
};

constexpr std::string_view group_read_only[] = {"id", "security_group_rules", "shared", "tags", "revision_number", "created_at", "updated_at"};
constexpr std::string_view group_filters[] = {"id", "name", "description", "stateful", "shared", "tenant_id", "project_id", "revision_number", "created_at", "updated_at"};
constexpr ListRules group_rules{"security_groups", group_filters};
constexpr std::string_view rule_read_only[] = {"id", "revision_number", "created_at", "updated_at"};
constexpr std::string_view rule_filters[] = {"id", "security_group_id", "direction", "ethertype", "protocol", "port_range_min", "port_range_max",
                                             "remote_ip_prefix", "remote_group_id", "description", "tenant_id", "project_id", "revision_number"};
constexpr ListRules rule_rules{"security_group_rules", rule_filters, Tags::absent};

constexpr Attribute<GroupDraft> group_table[] = {
    {"name", false, [](const Json& v, GroupDraft& d) { return assign(d.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, GroupDraft& d) { return assign(d.description, read_text("description", v)); }},
    {"stateful", false, [](const Json& v, GroupDraft& d) { return assign(d.stateful, read_bool("stateful", v)); }},
};

template <class T, class Reader>
Result<void> assign_optional(std::optional<T>& target, const Json& value, Reader reader) {
  if (value.is_null()) {
    target.reset();
    return {};
  }
  auto read = reader(value);
  if (!read) return std::unexpected(std::move(read).error());
  target = T(*std::move(read));
  return {};
}

/// A protocol comes as a name or as a number, in text or not.
Result<std::string> read_protocol(const Json& value) {
  if (value.is_int64()) return std::to_string(value.get_int64());
  return read_text("protocol", value, 40);
}

constexpr Attribute<RuleDraft> rule_table[] = {
    {"security_group_id", false, [](const Json& v, RuleDraft& d) { return assign(d.group, read_text("security_group_id", v)); }},
    {"direction", false, [](const Json& v, RuleDraft& d) { return assign(d.rule.direction, read_text("direction", v)); }},
    {"ethertype", false, [](const Json& v, RuleDraft& d) { return assign(d.rule.ethertype, read_text("ethertype", v)); }},
    {"description", false, [](const Json& v, RuleDraft& d) { return assign(d.rule.description, read_text("description", v)); }},
    {"protocol", false, [](const Json& v, RuleDraft& d) { return assign_optional(d.rule.protocol, v, &read_protocol); }},
    {"port_range_min", false,
     [](const Json& v, RuleDraft& d) {
       return assign_optional(d.rule.port_range_min, v, [](const Json& n) { return read_integer("port_range_min", n, 0, 65535); });
     }},
    {"port_range_max", false,
     [](const Json& v, RuleDraft& d) {
       return assign_optional(d.rule.port_range_max, v, [](const Json& n) { return read_integer("port_range_max", n, 0, 65535); });
     }},
    {"remote_ip_prefix", false,
     [](const Json& v, RuleDraft& d) {
       return assign_optional(d.rule.remote_ip_prefix, v, [](const Json& t) { return read_text("remote_ip_prefix", t); });
     }},
    {"remote_group_id", false,
     [](const Json& v, RuleDraft& d) {
       return assign_optional(d.rule.remote_group_id, v, [](const Json& t) { return read_text("remote_group_id", t); });
     }},
    {"remote_address_group_id", false,
     [](const Json& v, RuleDraft&) -> Result<void> {
       if (v.is_null()) return {};
       return failed(invalid_input("remote_address_group_id", "address groups are not supported by this version."));
     }},
};

Result<Reply> list_groups(NeutronApi& api, Call& call) {
  TRY(const auto groups, api.network.list_security_groups(call.caller, narrow_of(call)));
  JsonArray views;
  for (const auto& group : groups) views.push_back(security_group_view(group));
  return list_reply(call, group_rules, std::move(views));
}

Result<Reply> show_group(NeutronApi& api, Call& call) {
  TRY(const auto group, api.network.get_security_group(call.caller, domain::SecurityGroupId(call.param("id"))));
  return Reply::json(JsonObject{{"security_group", with_fields(call, security_group_view(group))}});
}

Result<Reply> create_group(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "security_group", "security_groups"));
  std::vector<boundary::SecurityGroupDraft> drafts;
  for (const JsonObject* object : body.items) {
    TRY(const auto project, project_of(call, *object));
    GroupDraft draft;
    TRY_VOID(read_attributes<GroupDraft>(call, *object, group_table, group_read_only, draft));
    drafts.push_back({project, draft.name.value_or(""), draft.description.value_or(""), draft.stateful.value_or(true)});
  }
  TRY(const auto made, api.central->create_security_groups(call.caller, drafts));
  if (!body.bulk) return Reply::json(JsonObject{{"security_group", security_group_view(made.front())}});
  JsonArray views;
  for (const auto& group : made) views.push_back(security_group_view(group));
  return Reply::json(JsonObject{{"security_groups", std::move(views)}});
}

Result<Reply> update_group(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "security_group"));
  GroupDraft draft;
  TRY_VOID(read_attributes<GroupDraft>(call, *object, group_table, group_read_only, draft));
  TRY(const auto before, api.central->get_security_group(call.caller, domain::SecurityGroupId(call.param("id"))));
  TRY_VOID(expect_revision(call, before.revision_number));
  TRY(const auto group, api.central->update_security_group(call.caller, domain::SecurityGroupId(call.param("id")), draft.name, draft.description,
                                                          draft.stateful));
  return Reply::json(JsonObject{{"security_group", security_group_view(group)}});
}

Result<Reply> delete_group(NeutronApi& api, Call& call) {
  const domain::SecurityGroupId id(call.param("id"));
  TRY(const auto group, api.central->get_security_group(call.caller, id));
  TRY_VOID(expect_revision(call, group.revision_number));
  TRY_VOID(api.central->delete_security_group(call.caller, id));
  return Reply::empty();
}

Result<Reply> list_rules(NeutronApi& api, Call& call) {
  TRY(const auto groups, api.network.list_security_groups(call.caller, {}));
  JsonArray views;
  for (const auto& group : groups) {
    for (const auto& rule : group.rules) views.push_back(rule_view(group, rule));
  }
  return list_reply(call, rule_rules, std::move(views));
}

Result<Reply> show_rule(NeutronApi& api, Call& call) {
  TRY(const auto groups, api.network.list_security_groups(call.caller, {}));
  for (const auto& group : groups) {
    for (const auto& rule : group.rules) {
      if (rule.id == call.param("id")) return Reply::json(JsonObject{{"security_group_rule", rule_view(group, rule)}});
    }
  }
  return failed(Code::not_found, "security_group_rule.not_found", "Security group rule {} does not exist", call.param("id"));
}

Result<Reply> create_rule(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "security_group_rule", "security_group_rules"));
  std::vector<boundary::RuleDraft> drafts;
  for (const JsonObject* object : body.items) {
    for (const char* name : {"security_group_id", "direction"}) TRY_VOID(require(*object, name));
    RuleDraft draft;
    TRY_VOID(read_attributes<RuleDraft>(call, *object, rule_table, rule_read_only, draft));
    drafts.push_back({domain::SecurityGroupId(draft.group), draft.rule});
  }
  TRY(const auto made, api.central->add_rules(call.caller, drafts));
  JsonArray views;
  for (std::size_t i = 0; i < made.size(); ++i) {
    TRY(const auto group, api.central->get_security_group(call.caller, drafts[i].group));
    views.push_back(rule_view(group, made[i]));
  }
  if (!body.bulk) return Reply::json(JsonObject{{"security_group_rule", std::move(views.front())}});
  return Reply::json(JsonObject{{"security_group_rules", std::move(views)}});
}

Result<Reply> delete_rule(NeutronApi& api, Call& call) {
  TRY_VOID(api.central->remove_rule(call.caller, call.param("id")));
  return Reply::empty();
}

constexpr Route<NeutronApi> read_routes[] = {
    {"GET", "/v2.0/security-groups", Access::any_token, "get_security_groups", 200, &list_groups, BodyKind::none},
    {"GET", "/v2.0/security-groups/{id}", Access::any_token, "get_security_group", 200, &show_group, BodyKind::none},
    {"GET", "/v2.0/security-group-rules", Access::any_token, "get_security_group_rules", 200, &list_rules, BodyKind::none},
    {"GET", "/v2.0/security-group-rules/{id}", Access::any_token, "get_security_group_rule", 200, &show_rule, BodyKind::none},
};
constexpr Route<NeutronApi> central_routes[] = {
    {"POST", "/v2.0/security-groups", Access::project, "create_security_group", 201, &create_group},
    {"PUT", "/v2.0/security-groups/{id}", Access::project, "update_security_group", 200, &update_group},
    {"DELETE", "/v2.0/security-groups/{id}", Access::project, "delete_security_group", 204, &delete_group, BodyKind::none},
    {"POST", "/v2.0/security-group-rules", Access::project, "create_security_group_rule", 201, &create_rule},
    {"DELETE", "/v2.0/security-group-rules/{id}", Access::project, "delete_security_group_rule", 204, &delete_rule, BodyKind::none},
};
constexpr Route<NeutronApi> region_routes[] = {
    {"POST", "/v2.0/security-groups", Access::project, "create_security_group", 201, &forward_to_centre},
    {"PUT", "/v2.0/security-groups/{id}", Access::project, "update_security_group", 200, &forward_to_centre},
    {"DELETE", "/v2.0/security-groups/{id}", Access::project, "delete_security_group", 204, &forward_to_centre, BodyKind::none},
    {"POST", "/v2.0/security-group-rules", Access::project, "create_security_group_rule", 201, &forward_to_centre},
    {"DELETE", "/v2.0/security-group-rules/{id}", Access::project, "delete_security_group_rule", 204, &forward_to_centre, BodyKind::none},
};
static_assert(routes_ok(read_routes) && routes_ok(central_routes) && routes_ok(region_routes));

}  // namespace

void add_security_group_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  bind_routes(into, read_routes, api);
  if (api.central != nullptr) {
    bind_routes(into, central_routes, api);
  } else {
    bind_routes(into, region_routes, api);
  }
}

ResourceDoc security_group_doc() {
  return make_doc("security-groups", group_table, group_table, group_read_only, group_filters, security_group_view({}), true);
}
ResourceDoc security_group_rule_doc() {
  const std::vector<Attribute<RuleDraft>> none;
  return make_doc("security-group-rules", rule_table, none, rule_read_only, rule_filters, rule_view({}, {}), false);
}

}  // namespace causeway::api
