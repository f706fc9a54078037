#pragma once

#include <optional>

#include "causeway/domain/host/host.hpp"

namespace causeway::domain {

/// The record of a host after it reported at `now`: inventory and liveness are the host's, `disabled`, its reason and
/// `forced_down` are the operator's and stay. `known` absent: first met, named `uuid`. The zone is the host's when it
/// names one.
Host heard_from(const std::optional<Host>& known, const Host& reported, const RegionName& region,
                const std::string& uuid, Time now);

/// Whether `after` says more than that the host is alive. Mere heartbeats need not be written each time.
bool inventory_differs(const Host& before, const Host& after);

}  // namespace causeway::domain
