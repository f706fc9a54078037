#include "causeway/sql/sqlite/sqlite_error.hpp"

#include <sqlite3.h>

namespace causeway::sql {
namespace {

Error classify(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return fail(Code::conflict, "sql.unique", "The database holds such a row already.");
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return fail(Code::conflict, "sql.constraint", "The database refuses such a row.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(Code::unavailable, "sql.busy", "The database is busy.");
    case SQLITE_FULL:
      return fail(Code::unavailable, "sql.full", "The disk of the database is full.");
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return fail(Code::unavailable, "sql.io", "The database cannot be read or written.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(Code::internal, "sql.corrupt", "The database is damaged.");
    default:
      return fail(Code::internal, "sql.error", "The database refused a statement.");
  }
}

}  // namespace

Error sqlite_error(int code, const char* text) { return classify(code).while_("sqlite {}: {}", code, text); }

}  // namespace causeway::sql
