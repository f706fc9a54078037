#include "causeway/adapters/region_http/region_images.hpp"

#include "causeway/adapters/region_http/host_clients.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::adapters {

Result<void> HttpRegionImages::fetch(const domain::RemoteImage& image, const std::function<Result<void>(std::string_view)>& piece,
                                     std::stop_token stop) {
  auto endpoint = http::Endpoint::parse(image.control_url);
  if (!endpoint) {
    return failed(Code::unavailable, "region.unreachable", "Region {} has not said where it can be reached.", image.region);
  }
  endpoint->tls = tls_;
  ControlClient client("region " + image.region.str(), *std::move(endpoint));
  http::CallOptions options;
  options.stop = std::move(stop);
  return client.stream(path_with_id(contract::image_data_path, image.image_id.str()), piece, options);
}

}  // namespace causeway::adapters
