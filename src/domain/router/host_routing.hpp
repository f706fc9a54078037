#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::domain {

/// A floating IP that a host translates, and for whom.
struct SeenFloatingIp {
  FloatingIpId id;
  PortId port_id;
  IpAddress fixed_ip_address;
  static constexpr auto fields() {
    using S = SeenFloatingIp;
    return std::tuple{field("id", &S::id), field("port_id", &S::port_id),
                      field("fixed_ip_address", &S::fixed_ip_address)};
  }
  bool operator==(const SeenFloatingIp&) const = default;
};

/// A router on a host, as the host saw its kernel.
struct SeenRouter {
  RouterId id;
  bool ready = false;  ///< namespace, legs and routes are as they should be
  std::string error;
  std::vector<SeenFloatingIp> floating_ips;  ///< that are translated there: the host is the router's gateway host
  static constexpr auto fields() {
    using S = SeenRouter;
    return std::tuple{field("id", &S::id), field("ready", &S::ready), field("error", &S::error),
                      field("floating_ips", &S::floating_ips)};
  }
};

/// All routers of a host. Owned by the host's region, which tells the centre. id = "<region>/<host>".
struct HostRouting {
  static constexpr std::string_view kind = "host_routing";
  std::string id;
  RegionName region;
  HostName host;
  std::vector<SeenRouter> routers;  ///< in order of id
  static std::string id_of(const RegionName& region, const HostName& host) { return region.str() + "/" + host.str(); }
  static constexpr auto fields() {
    using H = HostRouting;
    return std::tuple{field("id", &H::id), field("region", &H::region), field("host", &H::host),
                      field("routers", &H::routers)};
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"region", region.str()}};
    for (const auto& router : routers) out.push_back({"router_id", router.id.str()});
    return out;
  }
};

}  // namespace causeway::domain
