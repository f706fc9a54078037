#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

/// The service catalog: which service answers where, per region and audience.
namespace causeway::domain {

/// A Keystone region. (What takes part in networking is a Pod, domain/region.)
struct CatalogRegion {
  static constexpr std::string_view kind = "catalog_region";
  std::string id;  ///< chosen by people: "RegionOne"
  std::string description;
  std::string parent_region_id;

  static constexpr auto fields() {
    using R = CatalogRegion;
    return std::tuple{field("id", &R::id), field("description", &R::description),
                      field("parent_region_id", &R::parent_region_id)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

struct CatalogService {
  static constexpr std::string_view kind = "catalog_service";
  std::string id;
  std::string type;  ///< "network"
  std::string name;  ///< "neutron"
  std::string description;
  bool enabled = true;

  static constexpr auto fields() {
    using S = CatalogService;
    return std::tuple{field("id", &S::id), field("type", &S::type), field("name", &S::name),
                      field("description", &S::description), field("enabled", &S::enabled)};
  }
  std::vector<IndexEntry> indexes() const { return {{"type", type}}; }
};

/// The audience of an endpoint.
enum class Interface { public_, internal, admin };
constexpr auto names_of(Interface) {
  using N = std::pair<Interface, std::string_view>;
  return std::array{N{Interface::public_, "public"}, N{Interface::internal, "internal"}, N{Interface::admin, "admin"}};
}
inline constexpr std::array all_interfaces{Interface::public_, Interface::internal, Interface::admin};

struct CatalogEndpoint {
  static constexpr std::string_view kind = "catalog_endpoint";
  std::string id;
  std::string service_id;
  Interface interface = Interface::public_;
  std::string region_id;
  std::string url;  ///< may hold $(project_id)s and the like
  bool enabled = true;

  static constexpr auto fields() {
    using E = CatalogEndpoint;
    return std::tuple{field("id", &E::id),
                      field("service_id", &E::service_id),
                      field("interface", &E::interface),
                      field("region_id", &E::region_id),
                      field("url", &E::url),
                      field("enabled", &E::enabled)};
  }
  std::vector<IndexEntry> indexes() const { return {{"service_id", service_id}, {"region_id", region_id}}; }
};

/// Fills in $(project_id)s, $(tenant_id)s and $(user_id)s, also written %(...)s. None when the URL needs a project and
/// there is none, or names something else: such an endpoint is left out of the catalog.
std::optional<std::string> expand_url(std::string_view url, const ProjectId& project, const UserId& user);

}  // namespace causeway::domain
