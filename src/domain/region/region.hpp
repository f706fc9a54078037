#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A region that takes part (the Admin API's "pod"). az_name "" marks the central one. Only regions with a pod may lease.
struct Pod {
  static constexpr std::string_view kind = "pod";
  PodId id;
  RegionName region_name;
  std::string az_name;
  std::string pod_az_name;
  std::string dc_name;
  static constexpr auto fields() {
    using P = Pod;
    return std::tuple{field("id", &P::id), field("region_name", &P::region_name), field("az_name", &P::az_name),
                      field("pod_az_name", &P::pod_az_name), field("dc_name", &P::dc_name)};
  }
  std::vector<IndexEntry> indexes() const { return {{"region_name", region_name.str(), true}}; }
};

/// Where the other regions reach a region's control API. The region says it of itself; id = the region's name.
struct RegionContact {
  static constexpr std::string_view kind = "region_contact";
  RegionName id;
  RegionName region;
  std::string control_url;  ///< "https://address:port"
  static constexpr auto fields() {
    using C = RegionContact;
    return std::tuple{field("id", &C::id), field("region", &C::region), field("control_url", &C::control_url)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

/// "This region hosts that network": made when a region first fetches a network; from then on the central feed carries the
/// network, its subnets and its ports to the region. id = "<region>/<network>".
struct Interest {
  static constexpr std::string_view kind = "interest";
  std::string id;
  RegionName region;
  NetworkId network_id;
  static std::string id_of(const RegionName& region, const NetworkId& network) { return region.str() + "/" + network.str(); }
  static constexpr auto fields() {
    using I = Interest;
    return std::tuple{field("id", &I::id), field("region", &I::region), field("network_id", &I::network_id)};
  }
  std::vector<IndexEntry> indexes() const { return {{"region", region.str()}, {"network_id", network_id.str()}}; }
};

}  // namespace causeway::domain
