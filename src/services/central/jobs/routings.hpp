#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "causeway/base/time.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// One object in one region. An object has one uuid everywhere, so `top_id` and `bottom_id` are the same.
struct Routing {
  std::int64_t id = 0;  ///< made of the other members: the same row has the same number always; 53 bits
  std::string top_id, bottom_id;
  domain::PodId pod_id;
  domain::ProjectId project_id;
  std::string resource_type;  ///< "network", "subnet", "port", "router", "security_group", "qos_policy"
  Time created_at{}, updated_at{};
};

/// The resource routing table: what is in which region. It is derived, at each call, from what the regions host and own: a
/// region has the networks that it hosts with their subnets and the routers and QoS policies on them, its ports, and the
/// security groups of those. Concurrency: any thread.
class Routings {
 public:
  explicit Routings(boundary::Store& store) : store_(store) {}
  /// The greatest id first.
  Result<std::vector<Routing>> list();
  /// not_found "routing.not_found".
  Result<Routing> get(std::int64_t id);

 private:
  boundary::Store& store_;
};

}  // namespace causeway::services
