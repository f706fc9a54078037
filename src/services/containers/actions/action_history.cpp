#include "causeway/services/containers/actions/action_history.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/lookup.hpp"

namespace causeway::services {

using boundary::Reader;
using domain::ActionRecord;

Result<std::vector<ActionRecord>> ActionHistory::list(const domain::Caller& who, const std::string& ident) {
  return boundary::view(store_, [&](Reader& reader) -> Result<std::vector<ActionRecord>> {
    TRY(const auto container, find_container(reader, who, ident));
    return actions_of(reader, container.id);
  });
}

Result<ActionRecord> ActionHistory::show(const domain::Caller& who, const std::string& ident,
                                         const std::string& request_id) {
  return boundary::view(store_, [&](Reader& reader) -> Result<ActionRecord> {
    TRY(const auto container, find_container(reader, who, ident));
    TRY(auto row, boundary::find<ActionRecord>(reader, domain::action_id(container.id, request_id)));
    if (!row) return failed(Code::not_found, "action.not_found", "Action {} could not be found.", request_id);
    return *std::move(row);
  });
}

}  // namespace causeway::services
