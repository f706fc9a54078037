#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A network that an administrator announced to the region's container service (POST /v1/networks). The engines of the
/// hosts need no such announcement: an agent makes the Docker network, named by the network's id, with the first
/// container on it, and removes it with the last. What it means is that the region knows the network from now on, with
/// its subnets and a first lease of addresses: the first create on it asks the centre nothing.
struct NetworkRecord {
  static constexpr std::string_view kind = "container_network";
  NetworkId id;
  std::string uuid;  ///< of the record, as the API shows it
  std::string name;
  ProjectId project_id;
  UserId user_id;
  static constexpr auto fields() {
    using N = NetworkRecord;
    return std::tuple{field("id", &N::id), field("uuid", &N::uuid), field("name", &N::name),
                      field("project_id", &N::project_id), field("user_id", &N::user_id)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

}  // namespace causeway::domain
