#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/port.hpp"

namespace causeway::services {

/// The container that `ident` (a uuid, else a name) means to this caller: administrators and readers of the whole system
/// look in all projects, everybody else in their own. Those that were deleted while their host was dead are not there.
/// not_found "container.not_found" also hides foreign ones; conflict "container.ambiguous". Members of capsules are found
/// by uuid only, their sandboxes not at all.
Result<domain::Container> find_container(boundary::Reader& reader, const domain::Caller& who, const std::string& ident);

/// Its ports, in the order of the nets; those that are gone are left out.
Result<std::vector<domain::Port>> ports_of(boundary::Reader& reader, const domain::Container& container);

/// The container's host, as long as it can be expected to answer. conflict "container.no_host"; unavailable
/// "container.host_not_up", with a text that says since when, and what to do.
Result<domain::Host> living_host(boundary::Reader& reader, const domain::Container& container);

/// As below, and before that as living_host: for everything that needs the host. What a lost container does is not
/// known, so that its status would say the less.
Result<void> check_allowed(boundary::Reader& reader, const domain::Container& container, domain::ContainerAction action);

/// conflict "container.invalid_state" when the container's status does not allow the action, "container.in_capsule" when
/// it is for the capsule to decide.
Result<void> check_allowed(const domain::Container& container, domain::ContainerAction action);

}  // namespace causeway::services
