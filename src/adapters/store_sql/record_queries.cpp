#include "causeway/adapters/store_sql/record_queries.hpp"

#include <algorithm>
#include <charconv>

namespace causeway::adapters {

using boundary::Change;
using boundary::Record;
using boundary::Revision;
using boundary::Select;

namespace {

std::int64_t row_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::size_t{INT64_MAX}));
}

/// Columns: revision, id, body.
Result<Record> read_record(const sql::Row& row, std::string_view kind) {
  TRY(const auto revision, row.integer(0));
  TRY(const auto id, row.text(1));
  TRY(const auto body, row.text(2));
  auto json = parse_json(body);
  if (!json) {
    return failed(fail(Code::internal, "store.bad_body", "A stored record cannot be read.")
                      .while_("reading {} {}: {}", kind, id, json.error().describe()));
  }
  return Record{std::string(kind), std::string(id), revision, *std::move(json)};
}

}  // namespace

Result<std::optional<std::string>> query_text(sql::Session& session, std::string_view sql, sql::Values parameters) {
  std::optional<std::string> found;
  TRY_VOID(session.query(sql, parameters, [&](const sql::Row& row) -> Result<void> {
    if (row.is_null(0)) return {};
    TRY(found, row.text(0));
    return {};
  }));
  return found;
}

Result<std::optional<std::int64_t>> query_integer(sql::Session& session, std::string_view sql, sql::Values parameters) {
  std::optional<std::int64_t> found;
  TRY_VOID(session.query(sql, parameters, [&](const sql::Row& row) -> Result<void> {
    if (row.is_null(0)) return {};
    TRY(found, row.integer(0));
    return {};
  }));
  return found;
}

Result<std::optional<Record>> find_record(sql::Session& session, std::string_view kind, std::string_view id) {
  std::optional<Record> found;
  TRY_VOID(session.query("SELECT revision, id, body FROM records WHERE kind = ? AND erased = 0 AND id = ?", {kind, id},
                         [&](const sql::Row& row) -> Result<void> {
                           TRY(found, read_record(row, kind));
                           return {};
                         }));
  return found;
}

Result<std::vector<Record>> list_records(sql::Session& session, const Select& select) {
  std::vector<Record> records;
  const auto take = [&](const sql::Row& row) -> Result<void> {
    TRY(auto record, read_record(row, select.kind));
    records.push_back(std::move(record));
    return {};
  };
  const auto limit = row_limit(select.limit);
  if (select.index.empty()) {
    TRY_VOID(session.query(
        "SELECT revision, id, body FROM records WHERE kind = ? AND erased = 0 AND id > ? ORDER BY id LIMIT ?",
        {select.kind, select.after_id, limit}, take));
    return records;
  }
  // CROSS JOIN holds the order of the loops: entries first, each record by its id
  TRY_VOID(
      session.query("SELECT r.revision, r.id, r.body FROM ("
                    " SELECT id FROM record_index WHERE kind = ? AND name = ? AND value = ? AND id > ?"
                    " UNION ALL"
                    " SELECT id FROM record_unique WHERE kind = ? AND name = ? AND value = ? AND id > ?"
                    " ORDER BY id LIMIT ?) AS entry"
                    " CROSS JOIN records AS r WHERE r.kind = ? AND r.erased = 0 AND r.id = entry.id ORDER BY entry.id",
                    {select.kind, select.index, select.value, select.after_id, select.kind, select.index, select.value,
                     select.after_id, limit, select.kind},
                    take));
  return records;
}

Result<std::size_t> count_records(sql::Session& session, const Select& select) {
  std::optional<std::int64_t> count;
  if (select.index.empty()) {
    TRY(count,
        query_integer(
            session,
            "SELECT count(*) FROM (SELECT 1 FROM records WHERE kind = ? AND erased = 0 AND id > ? LIMIT ?) AS found",
            {select.kind, select.after_id, row_limit(select.limit)}));
  } else {
    TRY(count, query_integer(session,
                             "SELECT count(*) FROM ("
                             " SELECT id FROM record_index WHERE kind = ? AND name = ? AND value = ? AND id > ?"
                             " UNION ALL"
                             " SELECT id FROM record_unique WHERE kind = ? AND name = ? AND value = ? AND id > ?"
                             " LIMIT ?) AS found",
                             {select.kind, select.index, select.value, select.after_id, select.kind, select.index,
                              select.value, select.after_id, row_limit(select.limit)}));
  }
  return static_cast<std::size_t>(count.value_or(0));
}

Result<std::vector<Change>> list_changes(sql::Session& session, Revision after, std::size_t limit) {
  std::vector<Change> changes;
  TRY_VOID(
      session.query("SELECT revision, id, body, kind, erased FROM records WHERE revision > ? ORDER BY revision LIMIT ?",
                    {after, row_limit(limit)}, [&](const sql::Row& row) -> Result<void> {
                      TRY(const auto kind, row.text(3));
                      TRY(const auto erased, row.integer(4));
                      TRY(auto record, read_record(row, kind));
                      changes.push_back({std::move(record), erased != 0});
                      return {};
                    }));
  return changes;
}

Result<Revision> newest_revision(sql::Session& session) {
  TRY(const auto newest, query_integer(session, "SELECT max(revision) FROM records", {}));
  // the newest may have been a tombstone that was dropped, but never one beyond this
  TRY(const auto dropped, oldest_complete_revision(session));
  return std::max(newest.value_or(0), dropped);
}

Result<Revision> oldest_complete_revision(sql::Session& session) {
  TRY(const auto text, query_text(session, "SELECT value FROM meta WHERE key = 'oldest_complete'", {}));
  if (!text) return 0;
  Revision revision = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), revision);
  if (error != std::errc() || end != text->data() + text->size()) {
    return failed(Code::internal, "store.bad_meta", "The store's oldest complete revision is no number.");
  }
  return revision;
}

}  // namespace causeway::adapters
