#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

inline constexpr std::string_view access_as_shared = "access_as_shared";
inline constexpr std::string_view access_as_external = "access_as_external";
inline constexpr std::string_view every_project = "*";

/// "This project may use that object" (Neutron "RBAC policy"). Owned by the centre, by the project that owns the object.
struct RbacPolicy {
  static constexpr std::string_view kind = "rbac_policy";
  RbacPolicyId id;
  ProjectId project_id;
  std::string object_type;  ///< kind of the object: "network", "subnetpool", "address_scope", "qos_policy"
  std::string object_id;
  std::string action;         ///< access_as_shared or access_as_external
  std::string target_tenant;  ///< a project, or "*"

  static constexpr auto fields() {
    using R = RbacPolicy;
    return std::tuple{field("id", &R::id), field("project_id", &R::project_id), field("object_type", &R::object_type),
                      field("object_id", &R::object_id), field("action", &R::action),
                      field("target_tenant", &R::target_tenant)};
  }
  /// "grant" holds that nothing is granted twice.
  std::vector<IndexEntry> indexes() const {
    return {{"project_id", project_id.str()},
            {"object", object_id},
            {"grant", object_id + "/" + action + "/" + target_tenant, true}};
  }
};

}  // namespace causeway::domain
