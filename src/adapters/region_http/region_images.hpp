#pragma once

#include <optional>

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/boundary/image/region_images.hpp"

namespace causeway::adapters {

/// Region to region, over the control API of the one that holds the image. A connection for each transfer.
class HttpRegionImages final : public boundary::RegionImages {
 public:
  explicit HttpRegionImages(std::optional<http::ClientTls> tls) : tls_(std::move(tls)) {}
  Result<void> fetch(const domain::RemoteImage& image, const std::function<Result<void>(std::string_view)>& piece,
                     std::stop_token stop) override;

 private:
  const std::optional<http::ClientTls> tls_;
};

}  // namespace causeway::adapters
