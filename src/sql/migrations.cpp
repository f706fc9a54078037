#include "causeway/sql/migrations.hpp"

#include <map>

namespace causeway::sql {
namespace {

constexpr std::string_view create_table =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " version BIGINT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)";

using Applied = std::map<std::int64_t, std::string>;

Result<Applied> load_applied(Session& session) {
  Applied applied;
  TRY_VOID(session.query("SELECT version, checksum FROM schema_migrations", {}, [&](const Row& row) -> Result<void> {
    TRY(const auto version, row.integer(0));
    TRY(const auto sum, row.text(1));
    applied.emplace(version, sum);
    return {};
  }));
  return applied;
}

Result<void> check_numbers(std::span<const Migration> migrations) {
  int expected = 1;
  for (const auto& migration : migrations) {
    if (migration.version != expected++) {
      return failed(Code::internal, "sql.migrations", "Migration {} ({}) is out of order.", migration.version,
                    migration.name);
    }
  }
  return {};
}

Result<void> check_history(const Applied& applied, std::span<const Migration> migrations) {
  for (const auto& [version, sum] : applied) {
    if (version < 1 || version > static_cast<std::int64_t>(migrations.size())) {
      return failed(Code::conflict, "sql.schema_newer",
                    "The database has schema version {}, this program knows {}: run a newer program.", version,
                    migrations.size());
    }
    const auto& migration = migrations[static_cast<std::size_t>(version - 1)];
    if (checksum(migration.sql) != sum) {
      return failed(Code::conflict, "sql.schema_changed",
                    "Schema step {} ({}) of the database is not the one that this program has.", version,
                    migration.name);
    }
  }
  return {};
}

/// Looks again inside the transaction: another process may have been faster.
Result<void> apply(Session& session, const Migration& migration) {
  return transact(session, Access::write, [&]() -> Result<void> {
    TRY(const auto applied, load_applied(session));
    if (applied.contains(migration.version)) return {};
    TRY_VOID(session.run_script(migration.sql));
    TRY_VOID(session.execute("INSERT INTO schema_migrations (version, checksum) VALUES (?, ?)",
                             {migration.version, checksum(migration.sql)}));
    return {};
  });
}

}  // namespace

Result<void> migrate(Session& session, std::span<const Migration> migrations) {
  TRY_VOID(check_numbers(migrations));
  TRY_VOID(session.execute(create_table));
  TRY(const auto applied, load_applied(session));
  TRY_VOID(check_history(applied, migrations));
  for (const auto& migration : migrations) {
    if (applied.contains(migration.version)) continue;
    if (auto done = apply(session, migration); !done) {
      return failed(std::move(done).error().while_("applying migration {} ({})", migration.version, migration.name));
    }
  }
  return {};
}

std::string checksum(std::string_view text) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", sum);
}

}  // namespace causeway::sql
