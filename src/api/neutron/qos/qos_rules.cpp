#include <algorithm>

#include "causeway/api/neutron/qos/qos.hpp"
#include "causeway/api/neutron/resources.hpp"

/// Rules live in their policy's record: each change of a rule is a change of the policy.
namespace causeway::api {
namespace {

using domain::BandwidthLimit;
using domain::QosPolicy;
using Limits = std::vector<BandwidthLimit>;

constexpr const char* one = "bandwidth_limit_rule";
constexpr std::int64_t max_kbps = 2'147'483'647;

Result<std::uint64_t> read_kbps(std::string_view name, const Json& value, std::int64_t low) {
  TRY(const auto number, read_integer(name, value, low, max_kbps));
  return std::uint64_t(number);
}

constexpr Attribute<BandwidthLimit> table[] = {
    {"direction", false, [](const Json& v, BandwidthLimit& d) { return assign(d.direction, read_text("direction", v)); }},
    {"max_kbps", false, [](const Json& v, BandwidthLimit& d) { return assign(d.max_kbps, read_kbps("max_kbps", v, 1)); }},
    {"max_burst_kbps", false, [](const Json& v, BandwidthLimit& d) { return assign(d.max_burst_kbps, read_kbps("max_burst_kbps", v, 0)); }},
};
constexpr std::string_view read_only[] = {"id", "type", "qos_policy_id"};
constexpr std::string_view filters[] = {"id", "direction", "max_kbps", "max_burst_kbps"};
constexpr ListRules rules{"bandwidth_limit_rules", filters, Tags::absent};

template <class Range>
auto find_rule(Range& limits, const std::string& id) {
  return std::find_if(limits.begin(), limits.end(), [&](const BandwidthLimit& limit) { return limit.id == id; });
}

std::unexpected<Error> no_rule(const Call& call) {
  return failed(Code::not_found, "qos_rule.not_found", "QoS rule {} could not be found.", call.param("rule"));
}

Json one_view(const QosPolicy& policy, const BandwidthLimit& limit) { return JsonObject{{one, limit_view(policy, limit)}}; }

Result<Reply> list_rules(NeutronApi& api, Call& call) {
  TRY(const auto policy, api.resources->qos_policies.get(call.caller, call.param("policy")));
  JsonArray views;
  for (const auto& limit : policy.bandwidth_limits) views.push_back(limit_view(policy, limit));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_rule(NeutronApi& api, Call& call) {
  TRY(const auto policy, api.resources->qos_policies.get(call.caller, call.param("policy")));
  const auto found = find_rule(policy.bandwidth_limits, call.param("rule"));
  if (found == policy.bandwidth_limits.end()) return no_rule(call);
  return Reply::json(one_view(policy, *found));
}

Result<Reply> create_rule(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, one));
  TRY_VOID(require(*object, "max_kbps"));
  BandwidthLimit limit;
  TRY_VOID(read_attributes<BandwidthLimit>(call, *object, table, read_only, limit));
  TRY(const auto policy, api.resources->qos_policies.update(
                             call.caller, call.param("policy"),
                             [&](QosPolicy& draft) -> Result<void> {
                               draft.bandwidth_limits.push_back(limit);
                               return {};
                             },
                             std::nullopt));
  return Reply::json(one_view(policy, policy.bandwidth_limits.back()));
}

Result<Reply> update_rule(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, one));
  TRY(const auto policy, api.resources->qos_policies.update(
                             call.caller, call.param("policy"),
                             [&](QosPolicy& draft) -> Result<void> {
                               const auto found = find_rule(draft.bandwidth_limits, call.param("rule"));
                               if (found == draft.bandwidth_limits.end()) return no_rule(call);
                               return read_attributes<BandwidthLimit>(call, *object, table, read_only, *found);
                             },
                             std::nullopt));
  return Reply::json(one_view(policy, *find_rule(policy.bandwidth_limits, call.param("rule"))));
}

Result<Reply> delete_rule(NeutronApi& api, Call& call) {
  TRY_VOID(api.resources->qos_policies.update(
      call.caller, call.param("policy"),
      [&](QosPolicy& draft) -> Result<void> {
        const auto found = find_rule(draft.bandwidth_limits, call.param("rule"));
        if (found == draft.bandwidth_limits.end()) return no_rule(call);
        draft.bandwidth_limits.erase(found);
        return {};
      },
      std::nullopt));
  return Reply::empty();
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules", Access::any_token, "get_policy_bandwidth_limit_rules", 200, &list_rules, BodyKind::none},
    {"GET", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}", Access::any_token, "get_policy_bandwidth_limit_rule", 200, &show_rule,
     BodyKind::none},
    {"POST", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules", Access::admin, "create_policy_bandwidth_limit_rule", 201, &create_rule},
    {"PUT", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}", Access::admin, "update_policy_bandwidth_limit_rule", 200, &update_rule},
    {"DELETE", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}", Access::admin, "delete_policy_bandwidth_limit_rule", 204, &delete_rule,
     BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_qos_rule_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc bandwidth_limit_doc() {
  return make_doc("qos/policies/{policy}/bandwidth_limit_rules", table, table, read_only, filters, limit_view({}, {}), false);
}

}  // namespace causeway::api
