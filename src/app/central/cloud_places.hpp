#pragma once

#include <string>
#include <vector>

#include "causeway/app/config/config.hpp"
#include "causeway/app/config/endpoint_templates.hpp"
#include "causeway/domain/identity/known_services.hpp"

namespace causeway::app {

/// Where the public APIs of a cloud are: the centre's, and each region's ("NAME=ADDRESS").
struct CloudPlaces {
  struct Region {
    std::string name, address;
  };
  std::string central_region, central_address;
  std::vector<Region> regions;

  /// Reads the options --central and --region of a command.
  static Result<CloudPlaces> parse(const Config& config, const std::string& central_address, const std::vector<std::string>& regions);
  /// Every region's name, the centre's first.
  std::vector<std::string> region_names() const;
  /// The catalog of the cloud: where the services listen, or what endpoints.* says instead. `identity_url`, with /v3, is the same in
  /// every region. Fails: invalid, when an entry of endpoints.* makes no URL of a region's name.
  Result<std::vector<domain::ServiceAddress>> catalog(const Config& config, const std::string& identity_url) const;

 private:
  std::vector<ServicePlace> services(const Config& config) const;
};

}  // namespace causeway::app
