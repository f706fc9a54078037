#pragma once

#include <string>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// Part of the transaction that takes a host's report: what it says is wrong with the port, "" = nothing. Of a port that is gone nothing
/// is noted. No new revision number: the user changed nothing.
Result<void> note_fault(boundary::Writer& writer, const domain::PortId& id, const std::string& fault);

}  // namespace causeway::services
