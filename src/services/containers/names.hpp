#pragma once

#include <string>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// conflict "container.already_exists" when the names of the scope must differ, whatever their case, and another
/// container than `self` has this one.
Result<void> check_name_is_free(boundary::Reader& reader, const ContainersOptions& options,
                                const domain::ProjectId& project, const domain::ContainerId& self,
                                const std::string& name);

}  // namespace causeway::services
