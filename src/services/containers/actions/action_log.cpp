#include "causeway/services/containers/actions/action_log.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::ActionRecord;
using domain::ContainerId;

namespace {

Result<ActionRecord> open_row(Writer& writer, const domain::Caller& who, const ContainerId& container,
                              std::string_view action, const std::string& request_id, Time now) {
  TRY(const auto known, actions_of(writer, container));
  for (std::size_t i = max_actions_kept - 1; i < known.size(); ++i) {
    TRY_VOID(boundary::erase<ActionRecord>(writer, known[i].id));
  }
  ActionRecord row;
  row.id = domain::action_id(container, request_id);
  row.container_id = container;
  row.action = action;
  row.request_id = request_id;
  row.user_id = who.user_id;
  row.project_id = who.project_id;
  row.number = known.empty() ? 1 : known.front().number + 1;
  domain::begin(row, now);
  return row;
}

}  // namespace

Result<void> begin_action(Writer& writer, const domain::Caller& who, const ContainerId& container,
                          std::string_view action, const std::string& request_id, Time now) {
  if (request_id.empty()) return {};
  TRY(const auto row, open_row(writer, who, container, action, request_id, now));
  TRY_VOID(boundary::put(writer, row));
  return {};
}

Result<void> note_action(Writer& writer, const domain::Caller& who, const ContainerId& container,
                         std::string_view action, const std::string& request_id, Time now) {
  if (request_id.empty()) return {};
  TRY(auto row, open_row(writer, who, container, action, request_id, now));
  domain::finish(row, "", now);
  TRY_VOID(boundary::put(writer, row));
  return {};
}

Result<void> end_task_action(Writer& writer, const ContainerId& container, const domain::TaskEnd& end, Time now) {
  TRY(auto row, boundary::find<ActionRecord>(writer, domain::action_id(container, end.task.request_id)));
  if (!row) return {};
  domain::finish(*row, end.error, now);
  TRY_VOID(boundary::put(writer, *row));
  return {};
}

Result<void> end_create_action(Writer& writer, const domain::Container& container, Time now) {
  TRY(auto rows, actions_of(writer, container.id));
  for (auto& row : rows) {
    if (row.action != "create" || row.finish_time != Time{}) continue;
    domain::finish_create(row, container, now);
    TRY_VOID(boundary::put(writer, row));
  }
  return {};
}

Result<void> erase_actions(Writer& writer, const ContainerId& container) {
  TRY(const auto rows, actions_of(writer, container));
  for (const auto& row : rows) TRY_VOID(boundary::erase<ActionRecord>(writer, row.id));
  return {};
}

Result<std::vector<ActionRecord>> actions_of(Reader& reader, const ContainerId& container) {
  TRY(auto rows, boundary::list<ActionRecord>(reader, boundary::By{"container_id", container.str()}));
  std::ranges::sort(rows, std::ranges::greater(), &ActionRecord::number);
  return rows;
}

}  // namespace causeway::services
