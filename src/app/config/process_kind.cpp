#include "causeway/app/config/process_kind.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace causeway::app {
namespace {

constexpr unsigned central = 1, region = 2, host = 4, all = central | region | host;

constexpr unsigned bit(ProcessKind kind) {
  switch (kind) {
    case ProcessKind::central: return central;
    case ProcessKind::region: return region;
    case ProcessKind::host: return host;
  }
  std::unreachable();
}

struct Rule {
  std::string_view name;  ///< of a setting, or of a table of settings when it ends with a dot
  unsigned kinds;
};

/// Who reads what: the last row that fits counts. The centre reads ports that it does not serve, for the catalog.
constexpr Rule readers[] = {
    {"host", host},
    {"listen.", central | region},
    {"listen.admin_port", central},
    {"listen.console_port", region},
    {"control.", central | region},
    {"control.url", region},
    {"identity_url", central | region},
    {"identity.", central | region},
    {"endpoints.", central},
    {"keystone.", central | region},
    {"central.", region},
    {"agent.", host},
    {"console.", region},
    {"network.lease_hours", central},
    {"network.quarantine_seconds", central | region},
    {"network.port_quota", central | region},
    {"network.docker_project", region},
    {"images.", region},
    {"glance.", region},
    {"containers.", region},
    {"hosts.", region},
    {"policy.", region},
};

constexpr Rule necessary[] = {
    {"roles", all},
    {"region", all},
    {"state_dir", all},
    {"host", host},
    {"tls.", all},
    {"central.", region},
    {"agent.vtep", host},
    {"agent.region_control_url", host},
};

unsigned kinds_of(std::span<const Rule> rules, std::string_view setting, unsigned otherwise) {
  unsigned kinds = otherwise;
  for (const auto& rule : rules) {
    const bool fits = rule.name.ends_with('.') ? setting.starts_with(rule.name) : setting == rule.name;
    if (fits) kinds = rule.kinds;
  }
  return kinds;
}

}  // namespace

std::string_view file_name_of(ProcessKind kind) {
  switch (kind) {
    case ProcessKind::central: return "central";
    case ProcessKind::region: return "region";
    case ProcessKind::host: return "agent";
  }
  std::unreachable();
}

std::optional<ProcessKind> process_kind_of(std::string_view file_name) {
  const auto* found = std::ranges::find(all_process_kinds, file_name, file_name_of);
  if (found == std::end(all_process_kinds)) return std::nullopt;
  return *found;
}

ProcessKind process_kind_of(const Config& config) {
  if (config.has_role("agent")) return ProcessKind::host;
  if (config.has_role("identity") || config.has_role("central-network")) return ProcessKind::central;
  return ProcessKind::region;
}

bool reads(ProcessKind kind, std::string_view setting) { return (kinds_of(readers, setting, all) & bit(kind)) != 0; }

bool needs(ProcessKind kind, std::string_view setting) { return (kinds_of(necessary, setting, 0) & bit(kind)) != 0; }

}  // namespace causeway::app
