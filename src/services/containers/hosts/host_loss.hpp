#pragma once

#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/host/host.hpp"

/// What becomes of containers when their host is given up, and when they end. All of it within the caller's
/// transaction.
namespace causeway::services {

/// The container, its ports and their addresses.
Result<void> erase_container(boundary::Writer& writer, boundary::ContainerNetwork& network,
                             const domain::Container& container);

/// `host` is down: its containers become Unknown, and all ports that are bound to it DOWN. Those that were being deleted are gone for their
/// users; they and their addresses stay, because the dead host may still run them.
Result<void> lose_containers(boundary::Writer& writer, boundary::ContainerNetwork& network, const domain::Host& host,
                             Time now);

/// `host` never comes back: what was deleted while it was down ends here, and its addresses are free. How many other
/// containers it holds.
Result<std::size_t> erase_abandoned(boundary::Writer& writer, boundary::ContainerNetwork& network,
                                    const domain::HostName& host);

}  // namespace causeway::services
