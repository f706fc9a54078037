#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

struct SecurityGroupRule {
  std::string id;
  std::string direction = "ingress";  ///< "ingress" or "egress"
  std::string ethertype = "IPv4";     ///< "IPv4" or "IPv6"
  std::optional<std::string> protocol;
  std::optional<int> port_range_min;
  std::optional<int> port_range_max;
  std::optional<std::string> remote_ip_prefix;
  std::optional<std::string> remote_group_id;
  std::string description;
  Time created_at{};

  static constexpr auto fields() {
    using R = SecurityGroupRule;
    return std::tuple{field("id", &R::id), field("direction", &R::direction), field("ethertype", &R::ethertype),
                      field("protocol", &R::protocol), field("port_range_min", &R::port_range_min),
                      field("port_range_max", &R::port_range_max), field("remote_ip_prefix", &R::remote_ip_prefix),
                      field("remote_group_id", &R::remote_group_id), field("description", &R::description),
                      field("created_at", &R::created_at)};
  }
};

/// A named set of rules (Neutron "security group"). Owned by the centre. Every project has one called "default".
struct SecurityGroup {
  static constexpr std::string_view kind = "security_group";
  SecurityGroupId id;
  ProjectId project_id;
  std::string name;
  std::string description;
  bool stateful = true;
  std::vector<SecurityGroupRule> rules;
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using G = SecurityGroup;
    return std::tuple{field("id", &G::id), field("project_id", &G::project_id), field("name", &G::name),
                      field("description", &G::description), field("stateful", &G::stateful), field("rules", &G::rules),
                      field("tags", &G::tags), field("revision_number", &G::revision_number),
                      field("created_at", &G::created_at), field("updated_at", &G::updated_at)};
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"project_id", project_id.str()}, {"name", name}};
    if (name == "default") out.push_back({"default_of", project_id.str(), true});
    for (const auto& rule : rules) out.push_back({"rule_id", rule.id});
    return out;
  }
};

}  // namespace causeway::domain
