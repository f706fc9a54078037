#include "causeway/api/neutron/qos/qos.hpp"
#include "causeway/api/neutron/qos/rule_rows.hpp"
#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

using domain::BandwidthLimit;
using domain::QosPolicy;

constexpr std::int64_t max_kbps = 2'147'483'647;

Result<std::uint64_t> read_kbps(std::string_view name, const Json& value, std::int64_t low) {
  TRY(const auto number, read_integer(name, value, low, max_kbps));
  return std::uint64_t(number);
}

struct Limits {
  using Rule = BandwidthLimit;
  static constexpr const char* one = "bandwidth_limit_rule";
  static constexpr Attribute<Rule> table[] = {
      {"direction", false, [](const Json& v, Rule& d) { return assign(d.direction, read_text("direction", v)); }},
      {"max_kbps", false, [](const Json& v, Rule& d) { return assign(d.max_kbps, read_kbps("max_kbps", v, 1)); }},
      {"max_burst_kbps", false, [](const Json& v, Rule& d) { return assign(d.max_burst_kbps, read_kbps("max_burst_kbps", v, 0)); }},
  };
  static constexpr std::string_view required = "max_kbps";
  static constexpr std::string_view filters[] = {"id", "direction", "max_kbps", "max_burst_kbps"};
  static constexpr ListRules rules{"bandwidth_limit_rules", filters, Tags::absent};
  static std::vector<Rule> of(const QosPolicy& policy) { return policy.bandwidth_limits; }
  static Result<void> set(QosPolicy& policy, std::vector<Rule> limits) {
    policy.bandwidth_limits = std::move(limits);
    return {};
  }
  static JsonObject view(const QosPolicy& policy, const Rule& limit) { return limit_view(policy, limit); }
};

struct Marks {
  using Rule = DscpRule;
  static constexpr const char* one = "dscp_marking_rule";
  static constexpr Attribute<Rule> table[] = {
      {"dscp_mark", false,
       [](const Json& v, Rule& d) -> Result<void> {
         TRY(const auto mark, read_integer("dscp_mark", v, 0, 63));  // RFC 2474: six bits
         d.mark = std::uint32_t(mark);
         return {};
       }},
  };
  static constexpr std::string_view required = "dscp_mark";
  static constexpr std::string_view filters[] = {"id", "dscp_mark"};
  static constexpr ListRules rules{"dscp_marking_rules", filters, Tags::absent};
  static std::vector<Rule> of(const QosPolicy& policy) { return dscp_rules_of(policy); }
  static Result<void> set(QosPolicy& policy, std::vector<Rule> marks) {
    if (marks.size() > 1) {
      return failed(Code::conflict, "qos_policy.rule_exists", "Rule dscp_marking already exists in QoS Policy {}.", policy.id);
    }
    policy.dscp_mark.reset();
    policy.dscp_rule_id.clear();
    if (marks.empty()) return {};
    policy.dscp_mark = marks.front().mark;
    policy.dscp_rule_id = marks.front().id;
    return {};
  }
  static JsonObject view(const QosPolicy& policy, const Rule& rule) { return dscp_view(policy, rule); }
};

/// A host gives what is there to whoever asks first.
Result<Reply> refuse_minimum(NeutronApi&, Call&) {
  return failed(Code::conflict, "qos_rule.unsupported",
                "Rule minimum_bandwidth is not supported: no host here guarantees bandwidth. Supported are bandwidth_limit and dscp_marking.");
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules", Access::any_token, "get_policy_bandwidth_limit_rules", 200, &list_rules<Limits>,
     BodyKind::none},
    {"GET", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}", Access::any_token, "get_policy_bandwidth_limit_rule", 200,
     &show_rule<Limits>, BodyKind::none},
    {"POST", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules", Access::admin, "create_policy_bandwidth_limit_rule", 201, &create_rule<Limits>},
    {"PUT", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}", Access::admin, "update_policy_bandwidth_limit_rule", 200,
     &update_rule<Limits>},
    {"DELETE", "/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}", Access::admin, "delete_policy_bandwidth_limit_rule", 204,
     &delete_rule<Limits>, BodyKind::none},
    {"GET", "/v2.0/qos/policies/{policy}/dscp_marking_rules", Access::any_token, "get_policy_dscp_marking_rules", 200, &list_rules<Marks>,
     BodyKind::none},
    {"GET", "/v2.0/qos/policies/{policy}/dscp_marking_rules/{rule}", Access::any_token, "get_policy_dscp_marking_rule", 200, &show_rule<Marks>,
     BodyKind::none},
    {"POST", "/v2.0/qos/policies/{policy}/dscp_marking_rules", Access::admin, "create_policy_dscp_marking_rule", 201, &create_rule<Marks>},
    {"PUT", "/v2.0/qos/policies/{policy}/dscp_marking_rules/{rule}", Access::admin, "update_policy_dscp_marking_rule", 200, &update_rule<Marks>},
    {"DELETE", "/v2.0/qos/policies/{policy}/dscp_marking_rules/{rule}", Access::admin, "delete_policy_dscp_marking_rule", 204,
     &delete_rule<Marks>, BodyKind::none},
    {"POST", "/v2.0/qos/policies/{policy}/minimum_bandwidth_rules", Access::admin, "create_policy_minimum_bandwidth_rule", 201, &refuse_minimum},
};
static_assert(routes_ok(routes));

}  // namespace

void add_qos_rule_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc bandwidth_limit_doc() {
  return make_doc("qos/policies/{policy}/bandwidth_limit_rules", Limits::table, Limits::table, rule_read_only, Limits::filters, limit_view({}, {}),
                  false);
}
ResourceDoc dscp_marking_doc() {
  return make_doc("qos/policies/{policy}/dscp_marking_rules", Marks::table, Marks::table, rule_read_only, Marks::filters, dscp_view({}, {}), false);
}

}  // namespace causeway::api
