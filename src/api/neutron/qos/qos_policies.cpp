#include "causeway/api/neutron/qos/qos.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/domain/network/dscp.hpp"

namespace causeway::api {

JsonObject limit_view(const domain::QosPolicy& policy, const domain::BandwidthLimit& limit) {
  return JsonObject{{"id", limit.id},
                    {"qos_policy_id", policy.id.str()},
                    {"type", "bandwidth_limit"},
                    {"direction", limit.direction},
                    {"max_kbps", limit.max_kbps},
                    {"max_burst_kbps", limit.max_burst_kbps}};
}

std::vector<DscpRule> dscp_rules_of(const domain::QosPolicy& policy) {
  if (!policy.dscp_mark) return {};
  return {{policy.dscp_rule_id, *policy.dscp_mark}};
}

JsonObject dscp_view(const domain::QosPolicy& policy, const DscpRule& rule) {
  return JsonObject{{"id", rule.id}, {"qos_policy_id", policy.id.str()}, {"type", "dscp_marking"}, {"dscp_mark", rule.mark}};
}

namespace {

using domain::QosPolicy;

struct Policies {
  using Value = QosPolicy;
  static constexpr const char* one = "policy";
  static constexpr const char* many = "policies";
  static constexpr Attribute<Value> on_create[] = {
      {"name", false, [](const Json& v, Value& d) { return assign(d.name, read_text("name", v)); }},
      {"description", false, [](const Json& v, Value& d) { return assign(d.description, read_text("description", v)); }},
      {"shared", false, [](const Json& v, Value& d) { return assign(d.shared, read_bool("shared", v)); }},
      {"is_default", false, [](const Json& v, Value& d) { return assign(d.is_default, read_bool("is_default", v)); }},
  };
  static constexpr std::span<const Attribute<Value>> on_update = on_create;
  static constexpr std::string_view read_only[] = {"id", "rules", "tags", "revision_number", "created_at", "updated_at"};
  static constexpr std::string_view filters[] = {"id", "name", "description", "shared", "is_default", "tenant_id", "project_id",
                                                 "revision_number", "created_at", "updated_at"};
  static constexpr std::string_view required[] = {"name"};
  static constexpr Tags tags = Tags::present;
  static boundary::ResourceService<Value>& service(NeutronApi& api) { return api.resources->qos_policies; }
  static JsonObject view(const domain::Caller& who, const Value& policy) {
    JsonArray rules;
    for (const auto& limit : policy.bandwidth_limits) rules.push_back(limit_view(policy, limit));
    for (const auto& rule : dscp_rules_of(policy)) rules.push_back(dscp_view(policy, rule));
    JsonObject view{{"id", policy.id.str()},
                    {"name", policy.name},
                    {"description", policy.description},
                    {"shared", domain::shared_to(policy, who.project_id)},
                    {"is_default", policy.is_default},
                    {"rules", std::move(rules)},
                    {"tags", encode(policy.tags)}};
    add_owner(view, policy);
    add_times(view, policy);
    return view;
  }
};

JsonObject parameter(std::string_view name, std::string_view type, Json values) {
  return JsonObject{{"parameter_name", name}, {"parameter_type", type}, {"parameter_values", std::move(values)}};
}

JsonArray limit_parameters() {
  const auto range = [](const char* name) { return parameter(name, "range", JsonObject{{"start", 0}, {"end", 2147483647}}); };
  return {range("max_kbps"), range("max_burst_kbps"), parameter("direction", "choices", JsonArray{"egress", "ingress"})};
}

JsonArray mark_parameters() {
  JsonArray marks;
  for (const auto mark : domain::dscp_marks) marks.push_back(mark);
  return {parameter("dscp_mark", "choices", std::move(marks))};
}

/// What the hosts enforce; nothing else is offered.
struct RuleType {
  std::string_view name;
  JsonArray (*parameters)();
};
constexpr RuleType rule_types[] = {{"bandwidth_limit", &limit_parameters}, {"dscp_marking", &mark_parameters}};

Result<Reply> list_types(NeutronApi&, Call&) {
  JsonArray views;
  for (const auto& type : rule_types) views.push_back(JsonObject{{"type", type.name}});
  return Reply::json(JsonObject{{"rule_types", std::move(views)}});
}

Result<Reply> show_type(NeutronApi&, Call& call) {
  for (const auto& type : rule_types) {
    if (type.name != call.param("type")) continue;
    JsonObject view{{"type", type.name}};
    if (call.caller.is_admin())
      view["drivers"] = JsonArray{JsonObject{{"name", "causeway"}, {"supported_parameters", type.parameters()}}};
    return Reply::json(JsonObject{{"rule_type", std::move(view)}});
  }
  return failed(Code::not_found, "qos_rule_type.not_found", "QoS rule type {} could not be found.", call.param("type"));
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/qos/policies", Access::any_token, "get_policies", 200, &list_all<Policies>, BodyKind::none},
    {"GET", "/v2.0/qos/policies/{id}", Access::any_token, "get_policy", 200, &show_one<Policies>, BodyKind::none},
    {"POST", "/v2.0/qos/policies", Access::admin, "create_policy", 201, &create_some<Policies>},
    {"PUT", "/v2.0/qos/policies/{id}", Access::admin, "update_policy", 200, &update_one<Policies>},
    {"DELETE", "/v2.0/qos/policies/{id}", Access::admin, "delete_policy", 204, &remove_one<Policies>, BodyKind::none},
    {"GET", "/v2.0/qos/rule-types", Access::any_token, "get_rule_types", 200, &list_types, BodyKind::none},
    {"GET", "/v2.0/qos/rule-types/{type}", Access::any_token, "get_rule_type", 200, &show_type, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_qos_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  add_central_rows(into, routes, api);
  add_qos_rule_routes(into, api);
}
ResourceDoc qos_policy_doc() { return doc_of<Policies>("qos/policies"); }

}  // namespace causeway::api
