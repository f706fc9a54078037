#pragma once

#include <string>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::services {

/// A container with the host that can be asked about it.
struct OnHost {
  domain::Container container;
  domain::Host host;
};

/// The container that `ident` means to the caller, if its status allows the action, with its host. Errors: those of
/// find_container and check_allowed, conflict "container.no_host" for one that was never placed, unavailable
/// "container.host_not_up" for a host that is down, or that the region knows nothing of.
Result<OnHost> find_on_host(boundary::Store& store, const domain::Caller& who, const std::string& ident,
                            domain::ContainerAction action);

/// The same for a container that is known already.
Result<OnHost> with_host(boundary::Reader& reader, domain::Container container, domain::ContainerAction action);

/// What a host's answer means to whoever asked about one of its containers: one that is not there any more is conflict
/// "container.lost" (its status follows when the host has reported it).
Error explain_host_error(Error error);

}  // namespace causeway::services
