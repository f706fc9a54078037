#pragma once

#include <functional>
#include <set>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/services/containers/hosts/host_liveness.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// What hosts report becomes status.
///
/// Job: a report is one transaction over the host's record, its containers and their ports. One that says nothing new
/// costs none. A host that was given up, is new, or was never heard of by this process is asked for everything, and what
/// is missing from that is settled. Lifetime: everything in Deps outlives it. Concurrency: no state of its own but the
/// shared liveness; callable from many threads. Fails: forbidden "report.foreign_host"; with the store.
class Reports {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    boundary::ContainerNetwork& network;
    boundary::ImageCatalog& images;
    HostLiveness& liveness;
    domain::RegionName region;
    ContainersOptions options;
    /// Told how far each host is with what it was sent; may be empty.
    std::function<void(const domain::HostName&, const domain::HostApplied&)> applied = {};
  };
  explicit Reports(Deps deps) : deps_(std::move(deps)) {}

  /// What `host` (as its certificate names it) reports. Reports for containers that are gone, or of another host, are
  /// ignored: nothing comes back to life. Of a host that the operator declared dead only ends are believed.
  Result<boundary::ReportAnswer> apply(const domain::HostName& host, const boundary::HostReport& report);

 private:
  enum class Trust { all, ends_only };
  struct Applied {
    Trust trust = Trust::all;
    bool came_back = false;
    bool written = false;
  };
  Result<Applied> apply_all(boundary::Writer& writer, const boundary::HostReport& report, const std::string& new_uuid,
                            Time now);
  Result<void> apply_container(boundary::Writer& writer, const domain::HostName& host,
                               const domain::ContainerReport& report, Trust trust, Time now);
  Result<void> apply_port(boundary::Writer& writer, const domain::HostName& host, const domain::PortReport& report);
  /// What a host says of its routers is about itself, whatever names it carries.
  Result<void> apply_routing(boundary::Writer& writer, const domain::HostName& host, domain::HostRouting routing);
  Result<void> settle_absent(boundary::Writer& writer, const boundary::HostReport& report, Time now);

  Deps deps_;
};

}  // namespace causeway::services
