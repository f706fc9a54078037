#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/port.hpp"

namespace causeway::services {

/// The container that `ident` (a uuid, else a name) means to this caller: administrators look in all projects,
/// everybody else in their own. not_found "container.not_found" also hides foreign ones; conflict
/// "container.ambiguous".
Result<domain::Container> find_container(boundary::Reader& reader, const domain::Caller& who, const std::string& ident);

/// Its ports, in the order of the nets; those that are gone are left out.
Result<std::vector<domain::Port>> ports_of(boundary::Reader& reader, const domain::Container& container);

/// conflict "container.invalid_state" when the container's status does not allow the action.
Result<void> check_allowed(const domain::Container& container, domain::ContainerAction action);

}  // namespace causeway::services
