#include "causeway/services/central/security_groups.hpp"

#include <algorithm>
#include <map>

#include "causeway/domain/network/quota/rule_usage.hpp"
#include "causeway/domain/network/security_group_rules.hpp"
#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::SecurityGroup;
using domain::SecurityGroupId;
using domain::SecurityGroupRule;

namespace {

constexpr std::string_view default_name = "default";

SecurityGroup group_of(const CentralDeps& deps, const domain::ProjectId& project, std::string name,
                       std::string description) {
  SecurityGroup group;
  group.id = SecurityGroupId(deps.ids.uuid());
  group.project_id = project;
  group.name = std::move(name);
  group.description = std::move(description);
  group.created_at = deps.clock.now();
  return group;
}

Result<void> check_texts(const SecurityGroup& group, const domain::NetworkLimits& limits) {
  TRY_VOID(domain::check_text("name", group.name, limits));
  return domain::check_text("description", group.description, limits);
}

std::unexpected<Error> reserved_name() {
  return failed(fail(Code::conflict, "security_group.default", "Default security group already exists.").at("name"));
}

Result<void> check_remote_group(Reader& reader, const Caller& who, const SecurityGroupRule& rule) {
  if (!rule.remote_group_id) return {};
  TRY_VOID(central::seen_group(reader, who, SecurityGroupId(*rule.remote_group_id)));
  return {};
}

Result<std::size_t> counted_anew(Reader& reader, const domain::ProjectId& project) {
  TRY(const auto groups, boundary::list<SecurityGroup>(reader, By{"project_id", project.str()}));
  std::size_t count = 0;
  for (const auto& group : groups) count += group.rules.size();
  return count;
}

/// Before the group itself changes: a project that was never counted is counted by its groups.
Result<void> count_rules(Writer& writer, const domain::ProjectId& project, std::size_t before, std::size_t after) {
  TRY(const auto used, central::rule_count(writer, project));
  TRY_VOID(boundary::put(writer, domain::RuleUsage{project, used - before + after}));
  return {};
}

/// The group, and with it the number of its project's rules, of which it had `before`.
Result<void> put_group(Writer& writer, SecurityGroup& group, std::size_t before, Time now) {
  TRY_VOID(count_rules(writer, group.project_id, before, group.rules.size()));
  return central::put_changed(writer, group, now);
}

/// The rules of one request. Groups are read and written once, and a project's rules are counted once, however many rules there are: everybody's
/// writes wait for this one.
class RuleBatch {
 public:
  RuleBatch(const CentralDeps& deps, Writer& writer, const Caller& who) : deps_(deps), writer_(writer), who_(who) {}

  Result<SecurityGroupRule> add(const boundary::RuleDraft& wish) {
    SecurityGroupRule rule = wish.rule;
    TRY_VOID(domain::check_rule(rule));
    TRY(SecurityGroup* const group, group_of(wish.group));
    TRY_VOID(check_remote_group(writer_, who_, rule));
    if (group->rules.size() >= deps_.options.limits.rules) {
      return failed(Code::exhausted, "quota.exceeded", "Quota exceeded for resources: ['security_group_rule'].");
    }
    TRY_VOID(admit(group->project_id));
    const auto same = std::ranges::find_if(group->rules, [&](const auto& other) { return domain::same_traffic(other, rule); });
    if (same != group->rules.end()) {
      return failed(Code::conflict, "security_group_rule.exists", "Security group rule already exists. Rule id is {}.", same->id);
    }
    rule.id = deps_.ids.uuid();
    rule.created_at = deps_.clock.now();
    group->rules.push_back(rule);
    return rule;
  }
  Result<void> save() {
    for (auto& [id, group] : groups_) TRY_VOID(central::put_changed(writer_, group, deps_.clock.now()));
    for (const auto& [project, used] : used_) TRY_VOID(boundary::put(writer_, domain::RuleUsage{project, used}));
    return {};
  }

 private:
  Result<SecurityGroup*> group_of(const SecurityGroupId& id) {
    const auto known = groups_.find(id);
    if (known != groups_.end()) return &known->second;
    TRY(auto group, central::seen_group(writer_, who_, id));
    return &groups_.emplace(id, std::move(group)).first->second;
  }
  Result<void> admit(const domain::ProjectId& project) {
    auto known = used_.find(project);
    if (known == used_.end()) {
      TRY(const auto count, central::rule_count(writer_, project));
      known = used_.emplace(project, count).first;
    }
    TRY_VOID(central::check_limit(writer_, project, "security_group_rule", known->second, 1,
                                  std::int64_t(deps_.options.security_group_rule_quota)));
    ++known->second;
    return {};
  }

  const CentralDeps& deps_;
  Writer& writer_;
  const Caller& who_;
  std::map<SecurityGroupId, SecurityGroup> groups_;
  std::map<domain::ProjectId, std::size_t> used_;  ///< with those of this request
};

Result<void> check_unused(Reader& reader, const SecurityGroup& group) {
  TRY(const auto ports, boundary::list<domain::Port>(reader, By{"project_id", group.project_id.str()}));
  for (const auto& port : ports) {
    if (std::find(port.security_groups.begin(), port.security_groups.end(), group.id) == port.security_groups.end())
      continue;
    return failed(Code::conflict, "security_group.in_use", "Security Group {} in use.", group.id);
  }
  return {};
}

/// Needs no project: a caller without one has no default group.
Result<void> ensure_default(const CentralDeps& deps, const Caller& who) {
  if (who.project_id.empty()) return {};
  TRY(const auto known, boundary::view(deps.store, [&](Reader& reader) {
        return boundary::count<SecurityGroup>(reader, By{"default_of", who.project_id.str()});
      }));
  if (known > 0) return {};
  return deps.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(central::default_group(deps, writer, who.project_id));
    return {};
  });
}

}  // namespace

Result<SecurityGroup> central::default_group(const CentralDeps& deps, Writer& writer,
                                             const domain::ProjectId& project) {
  TRY(auto known, boundary::list<SecurityGroup>(writer, By{"default_of", project.str()}));
  if (!known.empty()) return std::move(known.front());
  auto group = group_of(deps, project, std::string(default_name), "Default security group");
  group.rules = domain::default_group_rules(group.id, [&] { return deps.ids.uuid(); }, group.created_at);
  TRY_VOID(put_group(writer, group, 0, group.created_at));
  return group;
}

Result<std::size_t> central::rule_count(Reader& reader, const domain::ProjectId& project) {
  TRY(const auto usage, boundary::find<domain::RuleUsage>(reader, project));
  if (usage) return usage->rules;
  return counted_anew(reader, project);
}

Result<void> central::check_limit(Reader& reader, const domain::ProjectId& project, std::string_view resource,
                                  std::size_t used, std::size_t adding, std::int64_t usual) {
  TRY(const auto quota, boundary::find<domain::NetworkQuota>(reader, project));
  if (domain::within(domain::own_limit(quota, resource).value_or(usual), used, adding)) return {};
  return failed(Code::exhausted, "quota.exceeded", "Quota exceeded for resources: ['{}'].", resource);
}

Result<std::vector<SecurityGroup>> CentralNetworks::list_security_groups(const Caller& who, const Narrow& narrow) {
  TRY_VOID(ensure_default(deps_, who));
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<SecurityGroup>> {
    const std::string own = who.is_admin() ? narrow.project_id : who.project_id.str();
    TRY(auto groups,
        central::list_narrowed<SecurityGroup>(reader, narrow.id, {{"project_id", own}, {"name", narrow.name}}));
    return central::kept(std::move(groups), [&](const SecurityGroup& group) {
      return who.sees(group.project_id) && central::narrows_to(narrow.name, group.name) &&
             central::narrows_to(narrow.project_id, group.project_id.str());
    });
  });
}

Result<SecurityGroup> CentralNetworks::get_security_group(const Caller& who, const SecurityGroupId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return central::seen_group(reader, who, id); });
}

Result<SecurityGroup> CentralNetworks::make_group(Writer& writer, const boundary::SecurityGroupDraft& draft) {
  if (draft.name == default_name) return reserved_name();
  TRY_VOID(central::default_group(deps_, writer, draft.project_id));
  TRY_VOID(central::check_quota<SecurityGroup>(writer, draft.project_id, 1, std::int64_t(deps_.options.security_group_quota)));
  auto group = group_of(deps_, draft.project_id, draft.name, draft.description);
  group.stateful = draft.stateful;
  TRY_VOID(check_texts(group, deps_.options.limits));
  group.rules = domain::egress_rules([&] { return deps_.ids.uuid(); }, group.created_at);
  TRY_VOID(put_group(writer, group, 0, group.created_at));
  return group;
}

Result<std::vector<SecurityGroup>> CentralNetworks::create_security_groups(
    const Caller&, const std::vector<boundary::SecurityGroupDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<SecurityGroup>> {
    std::vector<SecurityGroup> made;
    for (const auto& draft : drafts) {
      TRY(auto group, make_group(writer, draft));
      made.push_back(std::move(group));
    }
    return made;
  });
}

Result<SecurityGroup> CentralNetworks::update_security_group(const Caller& who, const SecurityGroupId& id,
                                                             std::optional<std::string> name,
                                                             std::optional<std::string> description,
                                                             std::optional<bool> stateful) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<SecurityGroup> {
    TRY(auto group, central::seen_group(writer, who, id));
    if (name && *name != group.name) {
      if (group.name == default_name)
        return failed(Code::conflict, "security_group.default",
                      "Updating the name of the default security group is not allowed.");
      if (*name == default_name) return reserved_name();
      group.name = *name;
    }
    group.description = description.value_or(group.description);
    if (stateful && *stateful != group.stateful) {
      TRY_VOID(check_unused(writer, group));  // its ports would be of both kinds, or lose their connections unasked
      group.stateful = *stateful;
    }
    TRY_VOID(check_texts(group, deps_.options.limits));
    TRY_VOID(central::put_changed(writer, group, deps_.clock.now()));
    return group;
  });
}

Result<void> CentralNetworks::delete_security_group(const Caller& who, const SecurityGroupId& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto group, central::seen_group(writer, who, id));
    if (group.name == default_name && !who.is_admin()) {
      return failed(Code::conflict, "security_group.default",
                    "Insufficient rights for removing default security group.");
    }
    TRY_VOID(check_unused(writer, group));
    TRY_VOID(count_rules(writer, group.project_id, group.rules.size(), 0));
    TRY_VOID(boundary::erase<SecurityGroup>(writer, id));
    return {};
  });
}

Result<std::vector<SecurityGroupRule>> CentralNetworks::add_rules(const Caller& who,
                                                                  const std::vector<boundary::RuleDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<SecurityGroupRule>> {
    RuleBatch batch(deps_, writer, who);
    std::vector<SecurityGroupRule> made;
    for (const auto& draft : drafts) {
      TRY(auto rule, batch.add(draft));
      made.push_back(std::move(rule));
    }
    TRY_VOID(batch.save());
    return made;
  });
}

Result<void> CentralNetworks::remove_rule(const Caller& who, const std::string& rule_id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto groups, boundary::list<SecurityGroup>(writer, By{"rule_id", rule_id}));
    for (auto& group : groups) {
      if (!who.sees(group.project_id)) continue;
      const auto before = group.rules.size();
      std::erase_if(group.rules, [&](const SecurityGroupRule& rule) { return rule.id == rule_id; });
      return put_group(writer, group, before, deps_.clock.now());
    }
    return failed(Code::not_found, "security_group_rule.not_found", "Security group rule {} does not exist", rule_id);
  });
}

}  // namespace causeway::services
