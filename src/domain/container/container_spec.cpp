#include "causeway/domain/container/container_spec.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "causeway/base/encoding.hpp"
#include "causeway/domain/container/shell_words.hpp"
#include "causeway/domain/container/spec/spec_readers.hpp"
#include "causeway/domain/container/spec_values.hpp"
#include "causeway/domain/policy/policy.hpp"

namespace causeway::domain {
namespace {

constexpr std::size_t max_words = 1024;
constexpr std::size_t max_members = 256;
constexpr std::size_t max_groups = 32;

/// The spec as it grows; the readers below fill it in the order of the table.
struct Draft {
  ContainerSpec spec;
  SpecContext context;
  bool interactive_given = false;
};

template <std::size_t N>
Result<std::string> one_of(std::string_view field, const Json& value, const std::array<std::string_view, N>& allowed) {
  TRY(auto word, spec::text(field, value));
  if (std::find(allowed.begin(), allowed.end(), word) == allowed.end()) {
    return spec::bad_value(field, value, fmt::format("It must be one of {}.", fmt::join(allowed, ", ")));
  }
  return word;
}

Result<void> read_image(const Json& value, Draft& draft) {
  TRY(draft.spec.image, spec::text("image", value, {2, 255}, spec::has_alphanumeric));
  return {};
}
Result<void> read_name(const Json& value, Draft& draft) {
  if (value.is_null() || (value.is_string() && value.get_string().empty())) return {};
  TRY(draft.spec.name,
      spec::text("name", value, {2, 255}, spec::is_resource_name,
                 "It must begin with a letter or digit and go on with letters, digits, '_', '.' and '-'."));
  return {};
}
Result<void> read_command(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  if (draft.context.minor >= 20) {
    TRY(draft.spec.command, spec::words("command", value, max_words));
    return {};
  }
  TRY(const auto line, spec::text("command", value));
  TRY(draft.spec.command, split_words(line));
  return {};
}
Result<void> read_entrypoint(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.entrypoint, spec::words("entrypoint", value, max_words));
  return {};
}
Result<void> read_cpu(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.cpu, spec::number("cpu", value, 0.1, 16.0));
  return {};
}
Result<void> read_cpu_policy(const Json& value, Draft& draft) {
  TRY(draft.spec.cpu_policy, one_of("cpu_policy", value, std::array<std::string_view, 2>{"dedicated", "shared"}));
  return {};
}
Result<void> read_memory(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.memory_mib, spec::integer("memory", value, 4, 8192));
  return {};
}
Result<void> read_disk(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.disk_gib, spec::integer("disk", value, 1, 160));
  return {};
}
Result<void> read_workdir(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.workdir, spec::text("workdir", value, {0, 255}));
  return {};
}
Result<void> read_runtime(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.runtime, spec::text("runtime", value, {0, 32}));
  return {};
}
Result<void> read_auto_remove(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  if (!value.is_bool()) return spec::bad_value("auto_remove", value, "It must be true or false.");
  draft.spec.auto_remove = value.get_bool();
  return {};
}
Result<void> read_pull_policy(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  constexpr std::array<std::string_view, 6> allowed{"never", "always", "ifnotpresent",
                                                    "Never", "Always", "IfNotPresent"};
  TRY(const auto word, one_of("image_pull_policy", value, allowed));
  draft.spec.image_pull_policy = to_lower(word);
  return {};
}
Result<void> read_image_driver(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(const auto word, one_of("image_driver", value, std::array<std::string_view, 3>{"glance", "docker", "None"}));
  if (word != "None") draft.spec.image_driver = word;
  return {};
}
Result<void> read_labels(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.labels, spec::dictionary("labels", value, max_members));
  return {};
}
Result<void> read_hints(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(const auto* members, spec::object("hints", value));
  JsonObject flat;  // a list is what the command line writes with commas
  for (const auto& [key, item] : *members) {
    if (!item.is_array()) {
      flat[key] = item;
      continue;
    }
    TRY(const auto words, spec::words("hints", item, max_members));
    flat[key] = fmt::format("{}", fmt::join(words, ","));
  }
  TRY(draft.spec.hints, spec::dictionary("hints", Json(std::move(flat)), max_members));
  return {};
}
Result<void> read_environment(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.environment, spec::dictionary("environment", value, max_members));
  for (const auto& [name, text] : draft.spec.environment) {
    if (name.find('=') != std::string::npos) return spec::bad_value("environment", Json(name), "A name has no '='.");
  }
  return {};
}
Result<void> read_restart_policy(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(const auto* members, spec::object("restart_policy", value));
  for (const auto& [key, item] : *members) {
    if (key != "Name" && key != "MaximumRetryCount") {
      return spec::bad_value("restart_policy", value, fmt::format("'{}' is unexpected.", std::string_view(key)));
    }
  }
  const Json* name = members->if_contains("Name");
  if (name == nullptr) return spec::bad_value("restart_policy", value, "'Name' is a required property.");
  RestartPolicy policy;
  TRY(policy.name,
      one_of("Name", *name, std::array<std::string_view, 4>{"no", "always", "on-failure", "unless-stopped"}));
  if (const Json* count = members->if_contains("MaximumRetryCount"); count != nullptr && !count->is_null()) {
    TRY(const auto retries, spec::integer("MaximumRetryCount", *count, 0, std::numeric_limits<int>::max()));
    policy.maximum_retry_count = int(retries);
  }
  if (policy.maximum_retry_count != 0 && (policy.name == "always" || policy.name == "unless-stopped")) {
    return spec::bad_value("restart_policy", value,
                           fmt::format("MaximumRetryCount is of no use with '{}'.", policy.name));
  }
  if (policy.name == "no") policy.maximum_retry_count = 0;
  draft.spec.restart_policy = policy;
  return {};
}
Result<void> read_interactive(const Json& value, Draft& draft) {
  TRY(draft.spec.interactive, spec::flag("interactive", value));
  draft.interactive_given = true;
  return {};
}
Result<void> read_tty(const Json& value, Draft& draft) {
  TRY(draft.spec.tty, spec::flag("tty", value));
  return {};
}
Result<void> read_auto_heal(const Json& value, Draft& draft) {
  TRY(draft.spec.auto_heal, spec::flag("auto_heal", value));
  return {};
}
Result<void> read_privileged(const Json& value, Draft& draft) {
  TRY(draft.spec.privileged, spec::flag("privileged", value));
  return {};
}
Result<void> read_security_groups(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.security_groups, spec::words("security_groups", value, max_groups));
  for (const auto& group : draft.spec.security_groups) {
    if (group.empty() || group.size() > 255)
      return spec::bad_value("security_groups", Json(group), "It must have 1 to 255 characters.");
  }
  return {};
}
Result<void> read_exposed_ports(const Json& value, Draft& draft) {
  TRY(draft.spec.exposed_ports, spec::exposed_ports(value));
  return {};
}

Result<void> read_nets(const Json& value, Draft& draft) {
  TRY(draft.spec.nets, spec::nets(value));
  return {};
}
Result<void> read_mounts(const Json& value, Draft& draft) {
  TRY(draft.spec.mounts, spec::mounts(value));
  return {};
}
Result<void> read_hostname(const Json& value, Draft& draft) {
  TRY(draft.spec.hostname, spec::text("hostname", value, {1, 63}, spec::is_host_name));
  return {};
}
Result<void> read_availability_zone(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(draft.spec.availability_zone, spec::text("availability_zone", value, {1, 255}));
  return {};
}
Result<void> read_healthcheck(const Json& value, Draft& draft) {
  if (value.is_null()) return {};
  TRY(const auto* members, spec::object("healthcheck", value));
  if (members->empty()) return {};
  Healthcheck check;
  constexpr std::pair<std::string_view, int Healthcheck::*> numbers[] = {
      {"interval", &Healthcheck::interval}, {"timeout", &Healthcheck::timeout}, {"retries", &Healthcheck::retries}};
  if (const Json* command = members->if_contains("cmd")) {
    TRY(check.test, spec::text("cmd", *command, {0, 4096}));
  }
  for (const auto& [name, target] : numbers) {
    const Json* given = members->if_contains(name);
    if (given == nullptr || given->is_null()) continue;
    TRY(const auto amount, spec::integer(name, *given, 0, 86400));
    check.*target = int(amount);
  }
  if (check.test.empty()) return spec::bad_value("healthcheck", value, "It needs 'cmd'.");
  draft.spec.healthcheck = check;
  return {};
}
Result<void> read_registry(const Json& value, Draft& draft) {
  TRY(draft.spec.registry, spec::text("registry", value, {2, 255}, spec::is_resource_name));
  return {};
}
Result<void> read_host(const Json& value, Draft& draft) {
  TRY(draft.spec.host, spec::text("host", value, {1, 255}, spec::is_host_name));
  return {};
}

struct Rule {
  SpecField field;
  Result<void> (*read)(const Json&, Draft&);
};
constexpr auto error_below = BelowVersion::names_version;
constexpr auto unknown_below = BelowVersion::unknown_field;

/// The create body, and from which version each field is taken.
constexpr std::array rules{
    Rule{{"image", 1, error_below}, read_image},
    Rule{{"name", 1, error_below}, read_name},
    Rule{{"command", 1, error_below}, read_command},
    Rule{{"entrypoint", 40, unknown_below}, read_entrypoint},
    Rule{{"cpu", 1, error_below}, read_cpu},
    Rule{{"cpu_policy", 1, error_below}, read_cpu_policy},
    Rule{{"memory", 1, error_below}, read_memory},
    Rule{{"disk", 1, error_below}, read_disk},
    Rule{{"workdir", 1, error_below}, read_workdir},
    Rule{{"runtime", 5, error_below, "container:create:runtime"}, read_runtime},
    Rule{{"auto_remove", 3, error_below}, read_auto_remove},
    Rule{{"image_pull_policy", 1, error_below, "container:create:image_pull_policy"}, read_pull_policy},
    Rule{{"image_driver", 1, error_below}, read_image_driver},
    Rule{{"labels", 1, error_below}, read_labels},
    Rule{{"hints", 1, error_below}, read_hints},
    Rule{{"environment", 1, error_below}, read_environment},
    Rule{{"restart_policy", 1, error_below}, read_restart_policy},
    Rule{{"interactive", 1, error_below}, read_interactive},
    Rule{{"tty", 1, error_below}, read_tty},
    Rule{{"auto_heal", 1, error_below}, read_auto_heal},
    Rule{{"privileged", 21, error_below, "container:create:privileged"}, read_privileged},
    Rule{{"security_groups", 1, error_below}, read_security_groups},
    Rule{{"exposed_ports", 24, error_below}, read_exposed_ports},
    Rule{{"nets", 1, error_below}, read_nets},
    Rule{{"mounts", 11, error_below}, read_mounts},
    Rule{{"hostname", 9, error_below}, read_hostname},
    Rule{{"availability_zone", 1, error_below}, read_availability_zone},
    Rule{{"healthcheck", 22, error_below}, read_healthcheck},
    Rule{{"registry", 31, error_below}, read_registry},
    Rule{{"host", 39, unknown_below, "container:create:requested_destination"}, read_host},
};

const Rule* rule_for(std::string_view name) {
  const auto found =
      std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.field.name == name; });
  return found == rules.end() ? nullptr : &*found;
}

Error unexpected_field(std::string_view name) {
  return fail(Code::invalid, "field.unknown", "Additional properties are not allowed ('{}' was unexpected)", name)
      .at(std::string(name));
}

/// Unknown fields, and fields that are newer than the request's version.
Result<void> check_fields(const JsonObject& body, const SpecContext& context) {
  for (const auto& [key, value] : body) {
    const std::string_view name = key;
    const Rule* rule = rule_for(name);
    if (rule == nullptr) return failed(unexpected_field(name));
    if (context.minor >= rule->field.since) continue;
    if (rule->field.below == BelowVersion::unknown_field) return failed(unexpected_field(name));
    return failed(
        fail(Code::invalid, "microversion.param",
             "Invalid param {0} because current request version is 1.{1}. {0} is only supported from version 1.{2}",
             name, context.minor, rule->field.since)
            .at(std::string(name)));
  }
  return {};
}

/// A field that is given, whatever its value, is asked for; null asks for nothing.
Result<void> check_policy(const JsonObject& body, const SpecContext& context) {
  for (const auto& [field, read] : rules) {
    const Json* value = body.if_contains(field.name);
    if (value == nullptr || value->is_null() || field.rule.empty() || context.allows(field.rule)) continue;
    auto refused = not_allowed(field.rule);
    return failed(std::move(refused.error()).at(std::string(field.name)));
  }
  return {};
}

}  // namespace

std::span<const SpecField> create_fields() {
  static constexpr auto fields = [] {
    std::array<SpecField, rules.size()> out{};
    for (std::size_t i = 0; i < rules.size(); ++i) out[i] = rules[i].field;
    return out;
  }();
  return fields;
}

Result<ContainerSpec> parse_spec(const JsonObject& body, const SpecContext& context) {
  TRY_VOID(check_fields(body, context));
  if (!body.contains("image")) {
    return failed(fail(Code::invalid, "field.missing", "'image' is a required property").at("image"));
  }
  Draft draft{{}, context, false};
  for (const Rule& rule : rules) {
    if (const Json* value = body.if_contains(rule.field.name)) TRY_VOID(rule.read(*value, draft));
  }
  if (body.contains("exposed_ports") && body.contains("security_groups")) {
    return failed(
        fail(Code::invalid, "spec.bad_value", "Give either exposed_ports or security_groups.").at("exposed_ports"));
  }
  if (draft.spec.auto_remove && draft.spec.restart_policy.name != "no") {
    return failed(
        fail(Code::invalid, "spec.bad_value", "auto_remove cannot go with a restart policy.").at("auto_remove"));
  }
  // until 1.35 `interactive` meant a terminal too; before 1.20 nothing did
  if (context.minor >= 20 && context.minor <= 35 && draft.interactive_given) draft.spec.tty = draft.spec.interactive;
  TRY_VOID(check_policy(body, context));
  return std::move(draft.spec);
}

Result<ContainerUpdate> parse_update(const JsonObject& body) {
  ContainerUpdate update;
  for (const auto& [key, value] : body) {
    if (key == "name") {
      if (value.is_null()) continue;
      Draft draft;
      TRY_VOID(read_name(value, draft));
      if (draft.spec.name.empty()) return spec::bad_value("name", value, "A container cannot lose its name.");
      update.name = draft.spec.name;
    } else if (key == "auto_heal") {
      TRY(update.auto_heal, spec::flag("auto_heal", value));
    } else if (key == "cpu" || key == "memory") {
      Draft draft;
      TRY_VOID(key == "cpu" ? read_cpu(value, draft) : read_memory(value, draft));
      if (draft.spec.cpu) update.cpu = draft.spec.cpu;
      if (draft.spec.memory_mib) update.memory_mib = draft.spec.memory_mib;
    } else {
      return failed(unexpected_field(key));
    }
  }
  return update;
}

}  // namespace causeway::domain
