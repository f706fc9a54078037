#pragma once

#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/image/image.hpp"

namespace causeway::boundary {

enum class NameMatch { exact, part };

/// Searches the region's image service for images that containers could run.
class ImageSearch {
 public:
  virtual ~ImageSearch() = default;
  /// Those that the caller may use, in the order of their names.
  virtual Result<std::vector<domain::Image>> search(const domain::Caller& who, const std::string& name, NameMatch match) = 0;
};

}  // namespace causeway::boundary
