#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// A region's word on a network or subnet that is being deleted. It is a record, so that the process that waits need
/// not be the one that the region called. Erased when the deletion ends.
struct ReleaseAnswer {
  static constexpr std::string_view kind = "release";
  std::string id;      ///< "<object>/<region>"
  std::string object;  ///< "network/<uuid>", "subnet/<uuid>"
  domain::RegionName region;
  bool in_use = false;
  static constexpr auto fields() {
    using R = ReleaseAnswer;
    return std::tuple{field("id", &R::id), field("object", &R::object), field("region", &R::region),
                      field("in_use", &R::in_use)};
  }
  std::vector<domain::IndexEntry> indexes() const { return {{"object", object}}; }
};

}  // namespace causeway::services
