#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "causeway/domain/identity/catalog.hpp"

/// What a cloud of ours has in its catalog.
namespace causeway::domain {

struct KnownService {
  std::string_view type, name, description;
};
inline constexpr std::array known_services{
    KnownService{"identity", "keystone", "Identity"},
    KnownService{"network", "neutron", "Networking"},
    KnownService{"image", "glance", "Images"},
    KnownService{"container", "zun", "Containers"},
    KnownService{"tricircle", "tricircle", "Regions of the cloud"},
};
constexpr const KnownService* find_known_service(std::string_view type) {
  const auto found = std::find_if(known_services.begin(), known_services.end(), [&](const KnownService& each) { return each.type == type; });
  return found == known_services.end() ? nullptr : &*found;
}

/// Where a service answers in a region, for one audience.
struct ServiceAddress {
  std::string service_type;  ///< of a known service
  std::string region;
  Interface interface = Interface::public_;
  std::string url;
};

}  // namespace causeway::domain
