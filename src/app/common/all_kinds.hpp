#pragma once

#include <span>

#include "causeway/services/common/stored_kind.hpp"

namespace causeway::app {

/// Every typed kind of record that a process of ours may have in its store (tools/lint knows when one is missing).
std::span<const services::StoredKind> all_kinds();

}  // namespace causeway::app
