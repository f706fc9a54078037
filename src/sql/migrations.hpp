#pragma once

#include <span>
#include <string>
#include <string_view>

#include "causeway/sql/session.hpp"

namespace causeway::sql {

/// One step of a schema. Forward only; a step that was released is never edited: add the next one.
struct Migration {
  int version = 0;        ///< 1, 2, 3, ...
  std::string_view name;  ///< for people
  std::string_view sql;
};

/// Brings the schema up to the last of `migrations`, each in a transaction of its own together with its row in
/// schema_migrations(version, checksum, applied_at). Safe when several processes start at once.
///
/// Refuses, and changes nothing: a schema that is newer than the program (conflict "sql.schema_newer"), an applied step
/// whose text is another one now (conflict "sql.schema_changed"), steps not numbered 1..n (internal "sql.migrations").
Result<void> migrate(Session& session, std::span<const Migration> migrations);

/// FNV-1a, 64 bits, hex: finds edits, not attackers.
std::string checksum(std::string_view text);

}  // namespace causeway::sql
