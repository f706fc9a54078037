#include "causeway/sql/sqlite/sqlite_session.hpp"

#include <sqlite3.h>

#include "causeway/sql/sqlite/sqlite_error.hpp"

namespace causeway::sql {
namespace {

Error last_error(sqlite3* handle) { return sqlite_error(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle)); }

int bind_one(sqlite3_stmt* statement, int position, const Value& value) {
  struct Bind {
    sqlite3_stmt* statement;
    int position;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, position); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, position, number); }
    int operator()(double number) const { return sqlite3_bind_double(statement, position, number); }
    int operator()(std::string_view text) const {
      // a null pointer would bind NULL instead of ""
      return sqlite3_bind_text64(statement, position, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    }
  };
  return std::visit(Bind{statement, position}, value.variant());
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  Result<std::int64_t> integer(int column) const override {
    if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) return wrong_type(column, "an integer");
    return sqlite3_column_int64(statement_, column);
  }
  Result<double> real(int column) const override {
    if (sqlite3_column_type(statement_, column) != SQLITE_FLOAT) return wrong_type(column, "a real number");
    return sqlite3_column_double(statement_, column);
  }
  Result<std::string_view> text(int column) const override {
    if (sqlite3_column_type(statement_, column) != SQLITE_TEXT) return wrong_type(column, "text");
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  std::unexpected<Error> wrong_type(int column, const char* wanted) const {
    return failed(fail(Code::internal, "sql.type", "A column of the database is not {}.", wanted)
                      .while_("reading column {} of: {}", column, sqlite3_sql(statement_)));
  }
  sqlite3_stmt* statement_;
};

}  // namespace

void SqliteSession::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

/// A statement in use; made ready for the next use at the end.
class SqliteSession::Lease {
 public:
  explicit Lease(sqlite3_stmt* kept) : statement_(kept) {}
  explicit Lease(Statement own) : statement_(own.get()), own_(std::move(own)) {}
  Lease(Lease&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)), own_(std::move(other.own_)) {}
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_;
  Statement own_;
};

Result<std::unique_ptr<SqliteSession>> SqliteSession::open(const SqliteOptions& options) {
  int flags = SQLITE_OPEN_NOMUTEX;
  switch (options.mode) {
    case OpenMode::read_only:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case OpenMode::read_write:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case OpenMode::create:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      break;
  }
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(options.path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<SqliteSession> session(
      new SqliteSession(handle));  // closes the handle that a failed open leaves, too
  if (opened != SQLITE_OK)
    return failed(sqlite_error(opened, sqlite3_errstr(opened)).while_("opening {}", options.path));
  if (auto done = session->configure(options); !done) {
    return failed(std::move(done).error().while_("opening {}", options.path));
  }
  return session;
}

Result<void> SqliteSession::configure(const SqliteOptions& options) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, static_cast<int>(options.busy_timeout.count()));
  if (options.mode != OpenMode::read_only) {
    TRY_VOID(run_script("PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864;"));
  }
  TRY_VOID(run_script(
      "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192;"));
  // takes the place of SQLite's own automatic checkpoint
  sqlite3_wal_hook(
      handle_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteSession*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  return {};
}

SqliteSession::~SqliteSession() {
  statements_.clear();
  sqlite3_close_v2(handle_);
}

Result<SqliteSession::Statement> SqliteSession::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int prepared =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, &rest);
  Statement statement(raw);
  if (prepared != SQLITE_OK) return failed(last_error(handle_).while_("preparing: {}", sql));
  if (!statement) return failed(Code::internal, "sql.error", "An empty statement.");
  return statement;
}

Result<SqliteSession::Lease> SqliteSession::lease(std::string_view sql, Values parameters) {
  const auto kept = statements_.find(sql);
  if (kept == statements_.end()) {
    TRY(auto statement, prepare(sql));
    Lease lease(statements_.emplace(sql, std::move(statement)).first->second.get());
    TRY_VOID(bind(lease.get(), parameters));
    return lease;
  }
  if (sqlite3_stmt_busy(kept->second.get()) != 0) {
    TRY(auto statement, prepare(sql));
    Lease lease(std::move(statement));
    TRY_VOID(bind(lease.get(), parameters));
    return lease;
  }
  Lease lease(kept->second.get());
  TRY_VOID(bind(lease.get(), parameters));
  return lease;
}

Result<void> SqliteSession::bind(sqlite3_stmt* statement, Values parameters) {
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size())) {
    return failed(fail(Code::internal, "sql.error", "A statement got {} parameters.", parameters.size())
                      .while_("binding: {}", sqlite3_sql(statement)));
  }
  int position = 0;
  for (const auto& value : parameters) {
    if (bind_one(statement, ++position, value) != SQLITE_OK) {
      return failed(last_error(handle_).while_("binding parameter {} of: {}", position, sqlite3_sql(statement)));
    }
  }
  return {};
}

Result<std::int64_t> SqliteSession::execute(std::string_view sql, Values parameters) {
  TRY(const auto lease, this->lease(sql, parameters));
  int step = SQLITE_ROW;
  while (step == SQLITE_ROW) step = sqlite3_step(lease.get());
  if (step != SQLITE_DONE) return failed(last_error(handle_).while_("running: {}", sql));
  return sqlite3_changes64(handle_);
}

Result<void> SqliteSession::query(std::string_view sql, Values parameters, const Visitor& visit) {
  TRY(const auto lease, this->lease(sql, parameters));
  const SqliteRow row(lease.get());
  int step = sqlite3_step(lease.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(lease.get())) TRY_VOID(visit(row));
  if (step != SQLITE_DONE) return failed(last_error(handle_).while_("running: {}", sql));
  return {};
}

Result<void> SqliteSession::run_script(std::string_view sql) {
  if (sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed(last_error(handle_).while_("running a script"));
  }
  return {};
}

Result<void> SqliteSession::begin(Access access) {
  TRY_VOID(execute(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN DEFERRED"));
  return {};
}

Result<void> SqliteSession::commit() {
  TRY_VOID(execute("COMMIT"));
  return {};
}

Result<void> SqliteSession::rollback() {
  if (!in_transaction()) return {};
  TRY_VOID(execute("ROLLBACK"));
  return {};
}

bool SqliteSession::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Result<Checkpoint> SqliteSession::checkpoint() {
  Checkpoint result;
  const int done =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &result.log_pages, &result.moved_pages);
  // busy: another connection is checkpointing, which serves as well
  if (done != SQLITE_OK && (done & 0xff) != SQLITE_BUSY) return failed(last_error(handle_).while_("checkpointing"));
  return result;
}

}  // namespace causeway::sql
