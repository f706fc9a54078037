#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// Kinds whose records belong to the region that their `region` names: it reports them to the centre.
const std::vector<std::string>& regional_kinds();
bool is_of_region(std::string_view kind, const Json& body, std::string_view region);

/// Which records are copies from the source in question.
using Owns = std::function<bool(std::string_view kind, const Json& body)>;

/// Writes a record that came from another store: the body is decoded as its kind and indexed as that kind is. A kind that
/// this build does not know is skipped and counted (a newer peer may send it).
Result<void> put_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Json& body);

/// Removes a record as its source did, if it is owned.
Result<void> erase_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Owns& owns);
/// Removes a record that the source no longer has for us, with what is owned of that which hangs on it: the subnets and
/// ports of a network, the floating IPs of a router.
Result<void> drop_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Owns& owns);

}  // namespace causeway::services
