#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "causeway/sql/session.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace causeway::sql {

enum class OpenMode { read_only, read_write, create };

struct SqliteOptions {
  std::string path;
  OpenMode mode = OpenMode::create;
  /// How long a statement waits for a lock before it is "sql.busy".
  std::chrono::milliseconds busy_timeout{5000};
};

/// How far a checkpoint came, in pages of the write-ahead log.
struct Checkpoint {
  int log_pages = 0;
  int moved_pages = 0;
};

/// A connection to an SQLite file in WAL mode with synchronous=FULL: a commit that returned is on the disk. It never
/// checkpoints by itself (that would stop a commit for the length of two fsyncs); somebody has to call `checkpoint`.
/// Not thread-safe.
class SqliteSession final : public Session {
 public:
  static Result<std::unique_ptr<SqliteSession>> open(const SqliteOptions& options);
  ~SqliteSession() override;
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;

  Result<std::int64_t> execute(std::string_view sql, Values parameters = {}) override;
  Result<void> query(std::string_view sql, Values parameters, const Visitor& visit) override;
  Result<void> run_script(std::string_view sql) override;
  Result<void> begin(Access access) override;
  Result<void> commit() override;
  Result<void> rollback() override;
  bool in_transaction() const override;

  /// Pages in the write-ahead log after this connection's last commit.
  int log_pages() const { return log_pages_; }
  /// Moves what it can from the log into the database without waiting for anybody (PASSIVE).
  Result<Checkpoint> checkpoint();
  std::size_t cached_statements() const { return statements_.size(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  class Lease;

  explicit SqliteSession(sqlite3* handle) : handle_(handle) {}
  Result<void> configure(const SqliteOptions& options);
  Result<Statement> prepare(std::string_view sql);
  /// A statement that is ready to run: the kept one, or a new one while the kept one is running.
  Result<Lease> lease(std::string_view sql, Values parameters);
  Result<void> bind(sqlite3_stmt* statement, Values parameters);

  sqlite3* handle_;
  int log_pages_ = 0;
  std::map<std::string, Statement, std::less<>> statements_;
};

}  // namespace causeway::sql
