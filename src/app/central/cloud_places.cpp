#include "causeway/app/central/cloud_places.hpp"

#include <utility>

namespace causeway::app {
namespace {

std::string url_of(const ServicePlace& place) {
  const bool is_v6 = place.address.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}{}", is_v6 ? "[" : "", place.address, is_v6 ? "]" : "", place.port, place.path);
}

const std::vector<std::string>& entries_for(const Config& config, domain::Interface audience) {
  switch (audience) {
    case domain::Interface::public_: return config.endpoints_public;
    case domain::Interface::internal: return config.endpoints_internal;
    case domain::Interface::admin: return config.endpoints_admin;
  }
  std::unreachable();
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

std::vector<ServicePlace> CloudPlaces::services(const Config& config) const {
  std::vector<ServicePlace> out{{central_region, "identity", central_address, config.identity_port, "/v3"},
                                {central_region, "network", central_address, config.network_port, ""},
                                {central_region, "tricircle", central_address, config.admin_port, "/v1.0"}};
  for (const auto& region : regions) {
    out.push_back({region.name, "identity", central_address, config.identity_port, "/v3"});
    out.push_back({region.name, "network", region.address, config.network_port, ""});
    out.push_back({region.name, "image", region.address, config.images_port, ""});
    out.push_back({region.name, "container", region.address, config.containers_port, "/v1"});
  }
  return out;
}

Result<std::vector<domain::ServiceAddress>> CloudPlaces::catalog(const Config& config, const std::string& identity_url) const {
  std::vector<domain::ServiceAddress> out;
  for (const auto& place : services(config)) {
    for (const auto audience : domain::all_interfaces) {
      TRY(const auto templates, EndpointTemplates::parse(fmt::format("endpoints.{}", to_name(audience)), entries_for(config, audience)));
      const std::string plain = place.service_type == "identity" ? identity_url : url_of(place);
      out.push_back({place.service_type, place.region, audience, templates.url(place).value_or(plain)});
    }
  }
  return out;
}

}  // namespace causeway::app
