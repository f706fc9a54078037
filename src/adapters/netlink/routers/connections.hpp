#pragma once

#include "causeway/base/result.hpp"
#include "causeway/domain/router/router_namespace.hpp"

namespace causeway::adapters {

/// Makes the network namespace of the calling thread forget the connections whose addresses were translated otherwise
/// than is wanted now (ctnetlink): a floating IP that moved takes none of them along.
Result<void> forget_stale_connections(const domain::RouterNamespace& wanted);

}  // namespace causeway::adapters
