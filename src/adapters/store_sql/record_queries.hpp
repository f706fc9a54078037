#pragma once

#include "causeway/boundary/store.hpp"
#include "causeway/sql/session.hpp"

/// The statements behind Reader, over whatever the session sees.
namespace causeway::adapters {

Result<std::optional<boundary::Record>> find_record(sql::Session& session, std::string_view kind, std::string_view id);
Result<std::vector<boundary::Record>> list_records(sql::Session& session, const boundary::Select& select);
Result<std::size_t> count_records(sql::Session& session, const boundary::Select& select);
Result<std::vector<boundary::Change>> list_changes(sql::Session& session, boundary::Revision after, std::size_t limit);
Result<boundary::Revision> newest_revision(sql::Session& session);
Result<boundary::Revision> oldest_complete_revision(sql::Session& session);

/// The single row and column of a query; none where there is no row or it is NULL.
Result<std::optional<std::string>> query_text(sql::Session& session, std::string_view sql, sql::Values parameters);
Result<std::optional<std::int64_t>> query_integer(sql::Session& session, std::string_view sql, sql::Values parameters);

/// Reader over a session that stands in a read transaction.
class SqlReader final : public boundary::Reader {
 public:
  explicit SqlReader(sql::Session& session) : session_(session) {}
  Result<std::optional<boundary::Record>> find(std::string_view kind, std::string_view id) override {
    return find_record(session_, kind, id);
  }
  Result<std::vector<boundary::Record>> list(const boundary::Select& select) override {
    return list_records(session_, select);
  }
  Result<std::size_t> count(const boundary::Select& select) override { return count_records(session_, select); }
  Result<std::vector<boundary::Change>> changes(boundary::Revision after, std::size_t limit) override {
    return list_changes(session_, after, limit);
  }
  Result<boundary::Revision> revision() override { return newest_revision(session_); }
  Result<boundary::Revision> oldest_complete() override { return oldest_complete_revision(session_); }

 private:
  sql::Session& session_;
};

}  // namespace causeway::adapters
