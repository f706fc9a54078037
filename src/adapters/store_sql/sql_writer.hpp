#pragma once

#include <set>

#include "causeway/adapters/store_sql/record_queries.hpp"

namespace causeway::adapters {

/// Writer for one job inside the group's transaction. Used by the writer thread only.
///
/// A put or erase that is refused (store.unique, store.bad_body) has changed nothing, and the job may go on. After any
/// other failure the job's work may be half done: `failure` is set, every later call repeats it, and the job must be
/// rolled back whatever its function returns.
class SqlWriter final : public boundary::Writer {
 public:
  /// `newest` is the revision of the last record written so far in this transaction.
  SqlWriter(sql::Session& session, boundary::Revision newest) : session_(session), newest_(newest) {}

  Result<std::optional<boundary::Record>> find(std::string_view kind, std::string_view id) override;
  Result<std::vector<boundary::Record>> list(const boundary::Select& select) override;
  Result<std::size_t> count(const boundary::Select& select) override;
  Result<std::vector<boundary::Change>> changes(boundary::Revision after, std::size_t limit) override;
  Result<boundary::Revision> revision() override { return newest_; }
  Result<boundary::Revision> oldest_complete() override;
  Result<boundary::Revision> put(std::string_view kind, std::string_view id, const Json& body,
                                 const std::vector<boundary::Index>& indexes) override;
  Result<bool> reindex(std::string_view kind, std::string_view id, const std::vector<boundary::Index>& indexes) override;
  Result<bool> erase(std::string_view kind, std::string_view id) override;
  Result<void> drop_tombstones(boundary::Revision up_to) override;

  boundary::Revision newest() const { return newest_; }
  const std::optional<Error>& failure() const { return failure_; }

 private:
  struct Entry {
    std::string name;
    std::string value;
    bool unique = false;
    auto operator<=>(const Entry&) const = default;
  };
  using Entries = std::set<Entry>;
  /// The row that a record or its tombstone has now.
  struct Present {
    boundary::Revision revision = 0;
    bool erased = false;
    std::string indexes;
  };

  template <class T>
  Result<T> noting_failure(Result<T> result);
  static Entries entries_of(const std::vector<boundary::Index>& indexes);
  static std::string entries_text(const Entries& entries);
  static Result<Entries> parse_entries(std::string_view text);
  Result<std::optional<Present>> find_present(std::string_view kind, std::string_view id);
  Result<void> check_unique(std::string_view kind, std::string_view id, const Entries& entries);
  /// The record's rows in the index tables, from those of `before` to `entries`, whose text is `now`. A refusal changes nothing.
  Result<void> change_entries(std::string_view kind, std::string_view id, const std::string& before, const Entries& entries,
                              const std::string& now);
  Result<void> store_row(std::string_view kind, std::string_view id, const std::optional<Present>& present,
                         std::string_view body, std::string_view indexes);
  Result<bool> erase_present(std::string_view kind, std::string_view id);
  Result<void> add_entries(std::string_view kind, std::string_view id, const Entries& entries, const Entries& except);
  Result<void> remove_entries(std::string_view kind, std::string_view id, const Entries& entries,
                              const Entries& except);

  sql::Session& session_;
  boundary::Revision newest_;
  std::optional<Error> failure_;
};

}  // namespace causeway::adapters
