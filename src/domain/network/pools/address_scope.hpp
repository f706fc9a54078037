#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A space in which addresses mean one thing (Neutron "address scope"): no two prefixes of its subnet pools overlap. Owned
/// by the centre.
struct AddressScope {
  static constexpr std::string_view kind = "address_scope";
  AddressScopeId id;
  ProjectId project_id;
  std::string name;
  int ip_version = 4;
  bool shared = false;
  std::vector<ProjectId> shared_with;  ///< as Network::shared_with
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using S = AddressScope;
    return std::tuple{field("id", &S::id), field("project_id", &S::project_id), field("name", &S::name),
                      field("ip_version", &S::ip_version), field("shared", &S::shared),
                      field("shared_with", &S::shared_with), field("revision_number", &S::revision_number),
                      field("created_at", &S::created_at), field("updated_at", &S::updated_at)};
  }
  std::vector<IndexEntry> indexes() const { return {{"project_id", project_id.str()}}; }
};

}  // namespace causeway::domain
