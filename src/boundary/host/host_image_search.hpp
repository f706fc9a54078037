#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/host/host.hpp"

namespace causeway::boundary {

/// An image that a registry knows.
struct FoundImage {
  std::string name, description;
  bool official = false, automated = false;
  std::int64_t stars = 0;
  static constexpr auto fields() {
    using F = FoundImage;
    return std::tuple{field("name", &F::name), field("description", &F::description), field("official", &F::official),
                      field("automated", &F::automated), field("stars", &F::stars)};
  }
};

/// Searches a registry through a host's engine. unavailable "host.unreachable" when the host does not answer; what the
/// registry and the engine say otherwise, as ContainerEngine::pull_image.
class HostImageSearch {
 public:
  virtual ~HostImageSearch() = default;
  virtual Result<std::vector<FoundImage>> search(const domain::Host& host, const std::string& term) = 0;
};

}  // namespace causeway::boundary
