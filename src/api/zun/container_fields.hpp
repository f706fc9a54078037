#pragma once

#include <span>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/services/containers/containers.hpp"

namespace causeway::api::zun {

/// One member of the view of a container. `links` comes on top where a single one is answered.
struct ContainerField {
  std::string_view name;
  std::string_view type;  ///< in words, for the documentation
  std::string_view rule;  ///< of the policy, for whoever may see it; "" = who may see the container
  Json (*value)(const services::ContainerWithPorts& shown, Time now);
};
std::span<const ContainerField> container_fields();

}  // namespace causeway::api::zun
