#pragma once

#include "causeway/base/result.hpp"

namespace causeway::adapters {

/// Whether the kernel of this network namespace takes a rule that marks packets (DSCP, RFC 2474): "firewall.refused" with its reason.
/// Leaves nothing.
Result<void> probe_marking();

}  // namespace causeway::adapters
