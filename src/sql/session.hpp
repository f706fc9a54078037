#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "causeway/base/result.hpp"

/// A small typed layer over SQL databases. It knows nothing of the business, and the callers know nothing of the
/// engine: statements use the subset that SQLite and PostgreSQL share (TEXT, BIGINT, ON CONFLICT, RETURNING) and `?`
/// for parameters.
///
/// Errors of all engines look the same:
///   conflict    sql.unique      a unique constraint; sql.constraint: any other constraint
///   unavailable sql.busy        somebody else holds the database; sql.full: the disk is full; sql.io: it does not
///   answer internal    sql.corrupt     the file is damaged or is no database; sql.type: a column is not what was asked
///   for;
///               sql.error       everything else, a mistake in a statement for example
namespace causeway::sql {

/// A parameter. Text is not copied: it must live until the call returns.
class Value {
 public:
  Value(std::nullptr_t) : value_(nullptr) {}
  Value(std::int64_t number) : value_(number) {}
  Value(int number) : value_(std::int64_t(number)) {}
  Value(bool flag) : value_(std::int64_t(flag)) {}
  Value(double number) : value_(number) {}
  Value(std::string_view text) : value_(text) {}
  Value(const std::string& text) : value_(std::string_view(text)) {}
  Value(const char* text) : value_(std::string_view(text)) {}

  const auto& variant() const { return value_; }

 private:
  std::variant<std::nullptr_t, std::int64_t, double, std::string_view> value_;
};
using Values = std::initializer_list<Value>;

/// The row under the cursor; columns count from 0. Lives as long as the call of the visitor that got it. A column of
/// another type (NULL too) is "sql.type": types are never converted silently.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual Result<std::int64_t> integer(int column) const = 0;
  virtual Result<double> real(int column) const = 0;
  /// Valid until the visitor returns.
  virtual Result<std::string_view> text(int column) const = 0;
};
using Visitor = std::function<Result<void>(const Row&)>;

enum class Access {
  read,   ///< a snapshot, which begins with the first statement
  write,  ///< holds the write lock from the start, so that it never fails half way for another writer
};

/// One connection. Statements are prepared once and kept by their text, so the text should be a constant. Not
/// thread-safe: one thread at a time. A session that is destroyed rolls its transaction back.
class Session {
 public:
  virtual ~Session() = default;
  /// Runs one statement; gives the number of rows that it changed.
  virtual Result<std::int64_t> execute(std::string_view sql, Values parameters = {}) = 0;
  /// Runs one statement and shows its rows to the visitor; stops at the first error of either. The visitor may use the
  /// session.
  virtual Result<void> query(std::string_view sql, Values parameters, const Visitor& visit) = 0;
  /// Runs several statements without parameters, not kept: for migrations.
  virtual Result<void> run_script(std::string_view sql) = 0;

  virtual Result<void> begin(Access access) = 0;
  virtual Result<void> commit() = 0;
  /// Harmless where no transaction is open.
  virtual Result<void> rollback() = 0;
  /// Some failures (full disk, input/output) end the transaction by themselves: ask after an error.
  virtual bool in_transaction() const = 0;
};

/// Runs `function` inside a transaction: committed when it succeeds, rolled back when not.
Result<void> transact(Session& session, Access access, const std::function<Result<void>()>& function);

}  // namespace causeway::sql
