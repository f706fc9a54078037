#include "causeway/app/central/cloud_places.hpp"

namespace causeway::app {
namespace {

std::string url(const std::string& address, std::int64_t port, std::string_view path) {
  const bool is_v6 = address.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}{}", is_v6 ? "[" : "", address, is_v6 ? "]" : "", port, path);
}

}  // namespace

Result<CloudPlaces> CloudPlaces::parse(const Config& config, const std::string& central_address, const std::vector<std::string>& regions) {
  CloudPlaces out{config.region, central_address, {}};
  for (const auto& text : regions) {
    const auto equal = text.find('=');
    if (equal == std::string::npos || equal == 0 || equal + 1 == text.size()) {
      return failed(Code::invalid, "bootstrap.region", "--region wants NAME=ADDRESS, not '{}'.", text);
    }
    out.regions.push_back({text.substr(0, equal), text.substr(equal + 1)});
  }
  return out;
}

std::vector<std::string> CloudPlaces::region_names() const {
  std::vector<std::string> out{central_region};
  for (const auto& region : regions) out.push_back(region.name);
  return out;
}

std::vector<domain::ServiceAddress> CloudPlaces::catalog(const Config& config, const std::string& identity_url) const {
  std::vector<domain::ServiceAddress> out{{"identity", central_region, identity_url},
                                          {"network", central_region, url(central_address, config.network_port, "")},
                                          {"tricircle", central_region, url(central_address, config.admin_port, "/v1.0")}};
  for (const auto& region : regions) {
    out.push_back({"identity", region.name, identity_url});
    out.push_back({"network", region.name, url(region.address, config.network_port, "")});
    out.push_back({"image", region.name, url(region.address, config.images_port, "")});
    out.push_back({"container", region.name, url(region.address, config.containers_port, "/v1")});
  }
  return out;
}

}  // namespace causeway::app
