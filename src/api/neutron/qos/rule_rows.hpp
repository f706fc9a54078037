#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "causeway/api/neutron/qos/qos.hpp"
#include "causeway/api/neutron/resource_rows.hpp"

/// Handlers that are the same for every type of rule. Rules live in their policy's record: each change of a rule is a change of
/// the policy. A type is a struct R:
///
///   struct Limits {
///     using Rule = domain::BandwidthLimit;                           // has an id
///     static constexpr const char* one = "bandwidth_limit_rule";     // envelope of one
///     static constexpr Attribute<Rule> table[] = {...};
///     static constexpr std::string_view required = "max_kbps";
///     static constexpr ListRules rules{"bandwidth_limit_rules", filters, Tags::absent};
///     static std::vector<Rule> of(const domain::QosPolicy& policy);
///     static Result<void> set(domain::QosPolicy& policy, std::vector<Rule> rules);
///     static JsonObject view(const domain::QosPolicy& policy, const Rule& rule);
///   };
namespace causeway::api {

inline constexpr std::string_view rule_read_only[] = {"id", "type", "qos_policy_id"};

inline std::unexpected<Error> no_rule(const Call& call) {
  return failed(Code::not_found, "qos_rule.not_found", "QoS rule {} could not be found.", call.param("rule"));
}

template <class Rules>
auto find_rule(Rules& rules, const std::string& id) {
  return std::ranges::find_if(rules, [&](const auto& rule) { return rule.id == id; });
}

template <class R>
Reply rule_reply(const domain::QosPolicy& policy, const typename R::Rule& rule) {
  return Reply::json(JsonObject{{R::one, R::view(policy, rule)}});
}

template <class R>
Result<domain::QosPolicy> change_rules(NeutronApi& api, const Call& call,
                                       const std::function<Result<void>(std::vector<typename R::Rule>&)>& change) {
  return api.resources->qos_policies.update(
      call.caller, call.param("policy"),
      [&](domain::QosPolicy& draft) -> Result<void> {
        auto rules = R::of(draft);
        TRY_VOID(change(rules));
        return R::set(draft, std::move(rules));
      },
      std::nullopt);
}

template <class R>
Result<Reply> list_rules(NeutronApi& api, Call& call) {
  TRY(const auto policy, api.resources->qos_policies.get(call.caller, call.param("policy")));
  JsonArray views;
  for (const auto& rule : R::of(policy)) views.push_back(R::view(policy, rule));
  return list_reply(call, R::rules, std::move(views));
}

template <class R>
Result<Reply> show_rule(NeutronApi& api, Call& call) {
  TRY(const auto policy, api.resources->qos_policies.get(call.caller, call.param("policy")));
  const auto rules = R::of(policy);
  const auto found = find_rule(rules, call.param("rule"));
  if (found == rules.end()) return no_rule(call);
  return rule_reply<R>(policy, *found);
}

template <class R>
Result<Reply> create_rule(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, R::one));
  TRY_VOID(require(*object, R::required));
  typename R::Rule rule;
  TRY_VOID(read_attributes<typename R::Rule>(call, *object, R::table, rule_read_only, rule));
  TRY(const auto policy, change_rules<R>(api, call, [&](auto& rules) -> Result<void> {
        rules.push_back(rule);
        return {};
      }));
  return rule_reply<R>(policy, R::of(policy).back());
}

template <class R>
Result<Reply> update_rule(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, R::one));
  TRY(const auto policy, change_rules<R>(api, call, [&](auto& rules) -> Result<void> {
        const auto found = find_rule(rules, call.param("rule"));
        if (found == rules.end()) return no_rule(call);
        return read_attributes<typename R::Rule>(call, *object, R::table, rule_read_only, *found);
      }));
  const auto rules = R::of(policy);
  return rule_reply<R>(policy, *find_rule(rules, call.param("rule")));
}

template <class R>
Result<Reply> delete_rule(NeutronApi& api, Call& call) {
  TRY_VOID(change_rules<R>(api, call, [&](auto& rules) -> Result<void> {
    const auto found = find_rule(rules, call.param("rule"));
    if (found == rules.end()) return no_rule(call);
    rules.erase(found);
    return {};
  }));
  return Reply::empty();
}

}  // namespace causeway::api
