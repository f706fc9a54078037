#pragma once

#include <optional>
#include <string>

#include "causeway/domain/host/host.hpp"

namespace causeway::domain {

/// The record of a host after it reported at `now`: inventory and liveness are the host's, `disabled`, its reason and
/// `forced_down` are the operator's and stay. `known` absent: first met, named `uuid`. The zone is the host's when it
/// names one. `reports` came since the record was written. A host that is heard of is up.
Host heard_from(const std::optional<Host>& known, const Host& reported, const RegionName& region,
                const std::string& uuid, Time now, std::int64_t reports = 1);

/// Whether the host can be expected to answer. Enabled by the operator is another matter.
bool is_up(const Host& host);
/// "Host r1h1 has not been heard of since 2026-01-02 03:04:05 UTC.", or who said that it is dead.
std::string why_down(const Host& host);

/// Whether `after` says more than that the host is alive. Mere heartbeats need not be written each time.
bool inventory_differs(const Host& before, const Host& after);

}  // namespace causeway::domain
