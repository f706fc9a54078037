#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/domain/image/remote_image.hpp"

namespace causeway::boundary {

/// The data of images that other regions hold, asked of those regions (mutual TLS). Thread-safe. unavailable
/// "region.unreachable"; not_found "image.not_found".
class RegionImages {
 public:
  virtual ~RegionImages() = default;
  /// Piece by piece. An error of `piece` ends it.
  virtual Result<void> fetch(const domain::RemoteImage& image, const std::function<Result<void>(std::string_view)>& piece,
                             std::stop_token stop) = 0;
};

}  // namespace causeway::boundary
