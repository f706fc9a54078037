#pragma once

#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// Writes a record that came from another store: the body is decoded as its kind and indexed as that kind is. A kind that
/// this build does not know is skipped and counted (a newer peer may send it).
Result<void> put_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Json& body);

}  // namespace causeway::services
