#include "causeway/domain/policy/policy.hpp"

#include <algorithm>
#include <array>

#include "causeway/base/encoding.hpp"

namespace causeway::domain {
namespace {

struct PartyName {
  Grant::Party party;
  std::string_view name;
};
constexpr std::array party_names{PartyName{Grant::admin, "admin"}, PartyName{Grant::system_reader, "system-reader"},
                                 PartyName{Grant::member, "member"}, PartyName{Grant::reader, "reader"},
                                 PartyName{Grant::any_token, "any-token"}};

constexpr Grant nobody{0};
constexpr Grant admin{Grant::admin};
constexpr Grant auditor{Grant::admin | Grant::system_reader};
constexpr Grant member{Grant::admin | Grant::member};
constexpr Grant reader{Grant::admin | Grant::member | Grant::reader};
constexpr Grant reader_or_auditor{Grant::admin | Grant::system_reader | Grant::member | Grant::reader};
constexpr Grant any_token{Grant::any_token};

constexpr PolicyRule rules[] = {
    // containers: what shows a container is also for those who watch the whole system, what shows its contents is not
    {"container:get_all", reader_or_auditor},
    {"container:get_one", reader_or_auditor},
    {"container:actions", reader_or_auditor},
    {"container:network_list", reader_or_auditor},
    {"container:logs", reader},
    {"container:top", reader},
    {"container:stats", reader},
    {"container:get_archive", reader},
    {"container:create", member},
    {"container:update", member},
    {"container:delete", member},
    {"container:start", member},
    {"container:stop", member},
    {"container:reboot", member},
    {"container:pause", member},
    {"container:unpause", member},
    {"container:kill", member},
    {"container:rebuild", member},
    {"container:rename", member},
    {"container:resize_container", member},
    {"container:commit", member},
    {"container:execute", member},
    {"container:execute_resize", member},
    {"container:attach", member},
    {"container:resize", member},
    {"container:put_archive", member},
    {"container:add_security_group", member},
    {"container:remove_security_group", member},
    {"container:network_attach", member},
    {"container:network_detach", member},
    // what a request on a container asks for
    {"container:create:runtime", admin},
    {"container:create:image_pull_policy", admin},
    {"container:create:requested_destination", admin},
    {"container:create:privileged", nobody},
    {"container:delete_force", admin},
    {"container:delete_all_projects", admin},
    {"container:get_one_all_projects", auditor},
    {"container:get_all_all_projects", auditor},
    {"container:get_one:host", auditor},
    {"container:get_one:image_pull_policy", auditor},
    {"container:get_one:privileged", auditor},
    {"container:get_one:runtime", auditor},
    {"container:action:events", admin},
    // capsules
    {"capsule:get_all", reader_or_auditor},
    {"capsule:get", reader_or_auditor},
    {"capsule:create", member},
    {"capsule:delete", member},
    {"capsule:get_all_all_projects", auditor},
    {"capsule:get_one_all_projects", auditor},
    {"capsule:delete_all_projects", admin},
    {"capsule:get:host", auditor},
    // registries
    {"registry:get_all", reader},
    {"registry:get_one", reader},
    {"registry:create", member},
    {"registry:update", member},
    {"registry:delete", member},
    {"registry:get_all_all_projects", admin},
    // images on hosts
    {"image:search", reader},
    {"image:get_all", admin},
    {"image:get_one", admin},
    {"image:pull", admin},
    {"image:delete", admin},
    // networks on hosts
    {"network:create", admin},
    {"network:delete", admin},
    // hosts and services
    {"host:get_all", auditor},
    {"host:get", auditor},
    {"zun-service:get_all", auditor},
    {"zun-service:enable", admin},
    {"zun-service:disable", admin},
    {"zun-service:force_down", admin},
    {"zun-service:delete", admin},
    {"availability_zones:get_all", any_token},
    // quotas
    {"quota:get", reader},
    {"quota:get_default", reader},
    {"quota:update", admin},
    {"quota:delete", admin},
    {"quota_class:get", admin},
    {"quota_class:update", admin},
};

const PolicyRule* rule_named(std::string_view name) {
  const auto* found = std::find_if(std::begin(rules), std::end(rules), [&](const PolicyRule& r) { return r.name == name; });
  return found == std::end(rules) ? nullptr : found;
}

bool acts_as_more_than_reader(const Caller& who) {
  return std::any_of(who.roles.begin(), who.roles.end(), [](const std::string& role) { return role != "reader"; });
}

}  // namespace

Result<Grant> Grant::parse(std::string_view words) {
  if (trim(words) == "nobody") return Grant();
  unsigned parties = 0;
  bool expect_or = false;
  for (const auto word : split(words, ' ')) {
    if (word.empty()) continue;
    const auto* found = std::find_if(party_names.begin(), party_names.end(), [&](const PartyName& p) { return p.name == word; });
    if (expect_or ? word != "or" : found == party_names.end()) {
      return failed(Code::invalid, "policy.bad_grant",
                    "'{}' says nobody, or some of admin, system-reader, member, reader, any-token with 'or' between them; not '{}'.", words, word);
    }
    if (!expect_or) parties |= found->party;
    expect_or = !expect_or;
  }
  if (!expect_or) return failed(Code::invalid, "policy.bad_grant", "'{}' ends where another party is expected.", words);
  return Grant(parties);
}

bool Grant::admits(const Caller& who) const {
  if (has(any_token)) return true;
  if (has(admin) && who.is_admin()) return true;
  if (has(system_reader) && reads_system(who)) return true;
  if (who.project_id.empty()) return false;
  return has(reader) || (has(member) && acts_as_more_than_reader(who));
}

std::string Grant::words() const {
  std::string out;
  for (const auto& [party, name] : party_names) {
    if (!has(party)) continue;
    if (!out.empty()) out += " or ";
    out += name;
  }
  return out.empty() ? "nobody" : out;
}

std::span<const PolicyRule> policy_rules() { return rules; }

Result<Policy> Policy::with(const std::map<std::string, std::string>& changes) {
  Policy policy;
  for (const auto& [name, words] : changes) {
    if (rule_named(name) == nullptr) {
      return failed(Code::invalid, "policy.unknown_rule", "There is no policy rule '{}'; docs/container-api.md lists them.", name);
    }
    TRY(policy.changes_[name], Grant::parse(words));
  }
  return policy;
}

Grant Policy::grant_or(std::string_view rule, Grant otherwise) const {
  if (const auto changed = changes_.find(rule); changed != changes_.end()) return changed->second;
  const PolicyRule* known = rule_named(rule);
  return known != nullptr ? known->grant : otherwise;
}

Result<void> Policy::check(std::string_view rule, const Caller& who) const {
  if (allows(rule, who)) return {};
  return not_allowed(rule);
}

std::unexpected<Error> not_allowed(std::string_view rule) {
  return failed(Code::forbidden, "policy.denied", "Policy doesn't allow {} to be performed.", rule);
}

}  // namespace causeway::domain
