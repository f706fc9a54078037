#include "causeway/adapters/store_sql/sql_writer.hpp"

#include <algorithm>
#include <tuple>

namespace causeway::adapters {

using boundary::Change;
using boundary::Index;
using boundary::Record;
using boundary::Revision;
using boundary::Select;

template <class T>
Result<T> SqlWriter::noting_failure(Result<T> result) {
  if (!result && !failure_) failure_ = result.error();
  return result;
}

// A failed read may have ended the transaction too (input/output errors do), so all calls are watched.
Result<std::optional<Record>> SqlWriter::find(std::string_view kind, std::string_view id) {
  if (failure_) return failed(*failure_);
  return noting_failure(find_record(session_, kind, id));
}
Result<std::vector<Record>> SqlWriter::list(const Select& select) {
  if (failure_) return failed(*failure_);
  return noting_failure(list_records(session_, select));
}
Result<std::size_t> SqlWriter::count(const Select& select) {
  if (failure_) return failed(*failure_);
  return noting_failure(count_records(session_, select));
}
Result<std::vector<Change>> SqlWriter::changes(Revision after, std::size_t limit) {
  if (failure_) return failed(*failure_);
  return noting_failure(list_changes(session_, after, limit));
}
Result<Revision> SqlWriter::oldest_complete() {
  if (failure_) return failed(*failure_);
  return noting_failure(oldest_complete_revision(session_));
}

Result<Revision> SqlWriter::put(std::string_view kind, std::string_view id, const Json& body,
                                const std::vector<Index>& indexes) {
  if (failure_) return failed(*failure_);
  const std::string text = to_text(body);
  // what could not be read back (too deep, not UTF-8, not finite) would poison every list that it is in
  if (auto readable = parse_json(text); !readable) {
    return failed(fail(Code::invalid, "store.bad_body", "The {} cannot be stored.", kind)
                      .while_("{}", readable.error().describe()));
  }
  const Entries entries = entries_of(indexes);
  const std::string entries_now = entries_text(entries);

  TRY(const auto present, noting_failure(find_present(kind, id)));
  const std::string entries_before = present && !present->erased ? present->indexes : "[]";
  if (entries_now == entries_before) {
    TRY_VOID(noting_failure(store_row(kind, id, present, text, entries_now)));
    return newest_;
  }
  TRY_VOID(change_entries(kind, id, entries_before, entries, entries_now));
  TRY_VOID(noting_failure(store_row(kind, id, present, text, entries_now)));
  return newest_;
}

Result<bool> SqlWriter::reindex(std::string_view kind, std::string_view id, const std::vector<Index>& indexes) {
  if (failure_) return failed(*failure_);
  TRY(const auto present, noting_failure(find_present(kind, id)));
  if (!present || present->erased) return false;
  const Entries entries = entries_of(indexes);
  const std::string entries_now = entries_text(entries);
  if (entries_now == present->indexes) return false;
  TRY_VOID(change_entries(kind, id, present->indexes, entries, entries_now));
  TRY_VOID(noting_failure(
      session_.execute("UPDATE records SET indexes = ? WHERE revision = ?", {entries_now, present->revision})));
  return true;
}

Result<void> SqlWriter::change_entries(std::string_view kind, std::string_view id, const std::string& before,
                                       const Entries& entries, const std::string& now) {
  if (!parse_entries(now))
    return failed(Code::invalid, "store.bad_body", "The {} has an index entry that cannot be stored.", kind);
  TRY_VOID(check_unique(kind, id, entries));
  TRY(const auto former, noting_failure(parse_entries(before)));
  TRY_VOID(noting_failure(remove_entries(kind, id, former, entries)));
  return noting_failure(add_entries(kind, id, entries, former));
}

Result<bool> SqlWriter::erase(std::string_view kind, std::string_view id) {
  if (failure_) return failed(*failure_);
  return noting_failure(erase_present(kind, id));
}

Result<bool> SqlWriter::erase_present(std::string_view kind, std::string_view id) {
  TRY(const auto present, find_present(kind, id));
  if (!present || present->erased) return false;
  TRY(const auto entries, parse_entries(present->indexes));
  TRY_VOID(remove_entries(kind, id, entries, {}));
  TRY_VOID(session_.execute("UPDATE records SET revision = ?, erased = 1, indexes = '[]' WHERE revision = ?",
                            {newest_ + 1, present->revision}));
  ++newest_;
  return true;
}

Result<void> SqlWriter::drop_tombstones(Revision up_to) {
  if (failure_) return failed(*failure_);
  up_to = std::min(up_to, newest_);  // cursors beyond the newest revision do not exist
  return noting_failure([&]() -> Result<void> {
    TRY(const auto oldest, oldest_complete_revision(session_));
    if (up_to <= oldest) return {};
    TRY_VOID(session_.execute("DELETE FROM records WHERE erased = 1 AND revision <= ?", {up_to}));
    TRY_VOID(
        session_.execute("INSERT INTO meta (key, value) VALUES ('oldest_complete', ?)"
                         " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                         {std::to_string(up_to)}));
    return {};
  }());
}

Result<std::optional<SqlWriter::Present>> SqlWriter::find_present(std::string_view kind, std::string_view id) {
  std::optional<Present> present;
  TRY_VOID(
      session_.query("SELECT revision, erased, indexes FROM records WHERE kind = ? AND erased IN (0, 1) AND id = ?",
                     {kind, id}, [&](const sql::Row& row) -> Result<void> {
                       TRY(const auto revision, row.integer(0));
                       TRY(const auto erased, row.integer(1));
                       TRY(const auto indexes, row.text(2));
                       present = Present{revision, erased != 0, std::string(indexes)};
                       return {};
                     }));
  return present;
}

/// Looks before anything is changed, so that a refused put leaves no trace; the primary key of record_unique stands
/// behind.
Result<void> SqlWriter::check_unique(std::string_view kind, std::string_view id, const Entries& entries) {
  for (const auto& entry : entries) {
    if (!entry.unique) continue;
    TRY(const auto holder,
        noting_failure(query_text(session_, "SELECT id FROM record_unique WHERE kind = ? AND name = ? AND value = ?",
                                  {kind, entry.name, entry.value})));
    if (holder && *holder != id) {
      return failed(fail(Code::conflict, "store.unique", "Another {} has the same {}.", kind, entry.name)
                        .at(entry.name)
                        .while_("{} {} holds {} = {}", kind, *holder, entry.name, entry.value));
    }
  }
  return {};
}

/// Moves the row to the end of the log; a former tombstone of the same id turns into the record.
Result<void> SqlWriter::store_row(std::string_view kind, std::string_view id, const std::optional<Present>& present,
                                  std::string_view body, std::string_view indexes) {
  if (present) {
    TRY_VOID(session_.execute("UPDATE records SET revision = ?, erased = 0, indexes = ?, body = ? WHERE revision = ?",
                              {newest_ + 1, indexes, body, present->revision}));
  } else {
    TRY_VOID(
        session_.execute("INSERT INTO records (revision, kind, id, erased, indexes, body) VALUES (?, ?, ?, 0, ?, ?)",
                         {newest_ + 1, kind, id, indexes, body}));
  }
  ++newest_;
  return {};
}

Result<void> SqlWriter::add_entries(std::string_view kind, std::string_view id, const Entries& entries,
                                    const Entries& except) {
  for (const auto& entry : entries) {
    if (except.contains(entry)) continue;
    TRY_VOID(session_.execute(entry.unique ? "INSERT INTO record_unique (kind, name, value, id) VALUES (?, ?, ?, ?)"
                                           : "INSERT INTO record_index (kind, name, value, id) VALUES (?, ?, ?, ?)",
                              {kind, entry.name, entry.value, id}));
  }
  return {};
}

Result<void> SqlWriter::remove_entries(std::string_view kind, std::string_view id, const Entries& entries,
                                       const Entries& except) {
  for (const auto& entry : entries) {
    if (except.contains(entry)) continue;
    TRY_VOID(session_.execute(entry.unique
                                  ? "DELETE FROM record_unique WHERE kind = ? AND name = ? AND value = ? AND id = ?"
                                  : "DELETE FROM record_index WHERE kind = ? AND name = ? AND value = ? AND id = ?",
                              {kind, entry.name, entry.value, id}));
  }
  return {};
}

/// A pair that is named twice counts once, as a unique one if either is.
SqlWriter::Entries SqlWriter::entries_of(const std::vector<Index>& indexes) {
  Entries entries;
  for (const auto& index : indexes) entries.insert({index.name, index.value, index.unique});
  std::erase_if(entries,
                [&](const Entry& entry) { return !entry.unique && entries.contains({entry.name, entry.value, true}); });
  return entries;
}

/// In the order of the set: equal entries give equal text.
std::string SqlWriter::entries_text(const Entries& entries) {
  JsonArray array;
  for (const auto& entry : entries) array.push_back(JsonArray{Json(entry.name), Json(entry.value), Json(entry.unique)});
  return to_text(array);
}

Result<SqlWriter::Entries> SqlWriter::parse_entries(std::string_view text) {
  const auto bad = [&] {
    return fail(Code::internal, "store.bad_index", "The stored index entries cannot be read: {}.", text);
  };
  const auto json = parse_json(text);
  if (!json || !json->is_array()) return failed(bad());
  Entries entries;
  for (const auto& item : json->get_array()) {
    const auto* parts = item.if_array();
    if (parts == nullptr || parts->size() != 3) return failed(bad());
    const auto& [name, value, unique] = std::tie((*parts)[0], (*parts)[1], (*parts)[2]);
    if (!name.is_string() || !value.is_string() || !unique.is_bool()) return failed(bad());
    entries.insert({to_std(name.get_string()), to_std(value.get_string()), unique.get_bool()});
  }
  return entries;
}

}  // namespace causeway::adapters
