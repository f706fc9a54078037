#include "causeway/adapters/store_sql/schema.hpp"

#include <array>

namespace causeway::adapters {
namespace {

// `records` is the compacted log itself: the revision is the key, so a put appends at the end of the table, and the
// feed is a scan. A tombstone is a row with erased = 1. At most one row per (kind, id); `erased` stands inside the
// unique index so that lists and counts of living records never walk over tombstones.
//
// `indexes` holds the record's own index entries as canonical JSON: a put that leaves them as they are (almost all do)
// is seen by one comparison and touches neither of the two index tables.
constexpr std::string_view records = R"sql(
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
CREATE TABLE records (
  revision INTEGER PRIMARY KEY,
  kind     TEXT NOT NULL,
  id       TEXT NOT NULL,
  erased   INTEGER NOT NULL,
  indexes  TEXT NOT NULL,
  body     TEXT NOT NULL
);
CREATE UNIQUE INDEX records_by_id ON records (kind, erased, id);
CREATE INDEX records_erased ON records (revision) WHERE erased = 1;
CREATE TABLE record_index (
  kind  TEXT NOT NULL,
  name  TEXT NOT NULL,
  value TEXT NOT NULL,
  id    TEXT NOT NULL,
  PRIMARY KEY (kind, name, value, id)
) WITHOUT ROWID;
CREATE TABLE record_unique (
  kind  TEXT NOT NULL,
  name  TEXT NOT NULL,
  value TEXT NOT NULL,
  id    TEXT NOT NULL,
  PRIMARY KEY (kind, name, value)
) WITHOUT ROWID;
)sql";

constexpr std::array migrations = {sql::Migration{1, "records", records}};

}  // namespace

std::span<const sql::Migration> store_migrations() { return migrations; }

}  // namespace causeway::adapters
