#include <cstddef>

#include "causeway/api/control/central_control_api.hpp"
#include "causeway/api/control/region_control.hpp"
#include "causeway/api/glance/glance.hpp"
#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/tricircle/tricircle_api.hpp"
#include "causeway/api/zun/zun_api.hpp"
#include "causeway/app/common/commands.hpp"
#include "causeway/app/common/route_listing.hpp"
#include "causeway/services/central/central_networks.hpp"

namespace causeway::app {
namespace {

/// Rows are bound to an object that is never called, only listed: storage of the right shape is enough.
template <class Api>
Api& unused() {
  alignas(Api) static std::byte room[sizeof(Api)];
  return reinterpret_cast<Api&>(room);
}

}  // namespace

std::vector<RouteListing> all_routes() {
  // which rows a network API has depends on whether it is the centre's
  static api::NeutronApi at_centre{unused<services::CentralNetworks>(), &unused<services::CentralNetworks>(), nullptr, "",
                                    &unused<boundary::RouterService>(), &unused<boundary::FloatingIpService>()};
  static api::NeutronApi in_region{unused<services::CentralNetworks>(), nullptr, &unused<boundary::Forwarder>(), ""};
  std::vector<RouteListing> out;
  out.push_back({"central", "keystone", api::keystone_routes(unused<api::KeystoneApi>())});
  out.push_back({"central", "neutron", api::neutron_routes(at_centre)});
  out.push_back({"central", "tricircle", api::tricircle_routes(unused<api::TricircleApi>())});
  out.push_back({"central", "control", api::central_control_routes(unused<api::CentralControlApi>())});
  out.push_back({"region", "neutron", api::neutron_routes(in_region)});
  out.push_back({"region", "glance", api::glance_routes(unused<api::GlanceApi>())});
  out.push_back({"region", "zun", api::zun_routes(unused<api::ZunApi>())});
  out.push_back({"region", "control", api::region_control_routes(unused<api::RegionControlApi>())});
  return out;
}

std::string versions_text(const api::Versions& versions) {
  if (versions.since == 0 && versions.until == 0) return "";
  return fmt::format("{}-{}", versions.since == 0 ? "" : fmt::format("1.{}", versions.since),
                     versions.until == 0 ? "" : fmt::format("1.{}", versions.until));
}

std::string list_routes(bool tab_separated) {
  std::string out;
  for (const auto& table : all_routes()) {
    for (const auto& route : table.routes) {
      const auto versions = versions_text(route.versions);
      if (tab_separated) {
        out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", table.process, table.api, route.method, route.path, name_of(route.access), route.rule,
                           route.status, versions);
      } else {
        out += fmt::format("{:8} {:10} {:7} {:72} {:10} {:3} {} {}\n", table.process, table.api, route.method, route.path, name_of(route.access),
                           route.status, route.rule, versions);
      }
    }
  }
  return out;
}

}  // namespace causeway::app
