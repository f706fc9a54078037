#pragma once

#include <string>
#include <vector>

#include "causeway/api/kit/route.hpp"

namespace causeway::app {

/// The rows of one API of one process ("central", "region"), bound to nothing: to be looked at, not run.
struct RouteListing {
  std::string process;
  std::string api;
  std::vector<api::BoundRoute> routes;
};
std::vector<RouteListing> all_routes();

/// "1.4-", "-1.13"; "" = every version.
std::string versions_text(const api::Versions& versions);

}  // namespace causeway::app
