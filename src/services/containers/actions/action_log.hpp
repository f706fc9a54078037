#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/action_record.hpp"
#include "causeway/domain/identity/caller.hpp"

/// The rows of container_actions, written in the transaction of what they describe.
namespace causeway::services {

/// Rows kept of one container: the oldest give way.
inline constexpr std::size_t max_actions_kept = 64;

/// Begins the row of one request. Without a request id there is nothing to find it by: no row.
Result<void> begin_action(boundary::Writer& writer, const domain::Caller& who, const domain::ContainerId& container,
                          std::string_view action, const std::string& request_id, Time now);
/// Of what is done within the transaction: begun and ended.
Result<void> note_action(boundary::Writer& writer, const domain::Caller& who, const domain::ContainerId& container,
                         std::string_view action, const std::string& request_id, Time now);
Result<void> end_task_action(boundary::Writer& writer, const domain::ContainerId& container, const domain::TaskEnd& end,
                             Time now);
/// When `container` has just left Creating: how its create ended.
Result<void> end_create_action(boundary::Writer& writer, const domain::Container& container, Time now);
/// With the container.
Result<void> erase_actions(boundary::Writer& writer, const domain::ContainerId& container);

/// Newest first.
Result<std::vector<domain::ActionRecord>> actions_of(boundary::Reader& reader, const domain::ContainerId& container);

}  // namespace causeway::services
