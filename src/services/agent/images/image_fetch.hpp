#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string_view>

#include "causeway/boundary/control/region_gateway.hpp"

namespace causeway::services {

/// Gets the data of one image from the region, and goes on where it broke off: whichever of the region and the image service
/// behind it went away and came back.
///
/// Lives for one transfer, used by one thread; it holds no data. Failures: exhausted "image.load_failed" when the image service
/// gave not a byte in `attempts` attempts in a row, with its last reason in the text. Trouble with the region itself is
/// returned as it is, and may pass; so is a refusal, which is final.
class ImageFetch {
 public:
  struct Options {
    int attempts = 6;
    std::chrono::milliseconds first_pause{1'000};  ///< before the second attempt in a row; doubles
    std::chrono::milliseconds longest_pause{8'000};
  };
  using Piece = std::function<Result<void>(std::string_view)>;
  using Told = std::function<void(const Error&)>;  ///< why there is a pause

  ImageFetch(boundary::RegionGateway& region, Options options) : region_(region), options_(options) {}
  Result<void> run(const domain::ImageId& image, const Piece& piece, const Told& told, const std::stop_token& stop);

 private:
  boundary::RegionGateway& region_;
  const Options options_;
};

}  // namespace causeway::services
