#include "causeway/sql/migrations.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "causeway/sql/sqlite/sqlite_session.hpp"

namespace causeway::sql {
namespace {

constexpr Migration first{1, "one", "CREATE TABLE one (a TEXT); INSERT INTO one VALUES ('x');"};
constexpr Migration second{2, "two", "CREATE TABLE two (a TEXT);"};

class Migrations : public ::testing::Test {
 protected:
  void SetUp() override {
    auto session = SqliteSession::open({.path = ":memory:"});
    ASSERT_TRUE(session) << session.error().describe();
    session_ = *std::move(session);
  }
  std::string migrate_to(std::vector<Migration> migrations) {
    const auto done = migrate(*session_, migrations);
    return done ? "" : done.error().reason;
  }
  std::int64_t number(std::string_view sql) {
    std::int64_t found = -1;
    const auto done = session_->query(sql, {}, [&](const Row& row) -> Result<void> {
      TRY(found, row.integer(0));
      return {};
    });
    EXPECT_TRUE(done) << done.error().describe();
    return found;
  }

  std::unique_ptr<SqliteSession> session_;
};

TEST_F(Migrations, run_once_and_in_order) {
  EXPECT_EQ(migrate_to({first}), "");
  EXPECT_EQ(migrate_to({first, second}), "");
  EXPECT_EQ(migrate_to({first, second}), "");
  EXPECT_EQ(number("SELECT count(*) FROM one"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM two"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM schema_migrations WHERE applied_at <> ''"), 2);
}

TEST_F(Migrations, refuse_a_newer_schema) {
  EXPECT_EQ(migrate_to({first, second}), "");
  EXPECT_EQ(migrate_to({first}), "sql.schema_newer");
}

TEST_F(Migrations, refuse_a_step_that_was_edited_and_change_nothing) {
  EXPECT_EQ(migrate_to({first}), "");
  Migration edited = first;
  edited.sql = "CREATE TABLE one (b TEXT);";
  EXPECT_EQ(migrate_to({edited, second}), "sql.schema_changed");
  EXPECT_EQ(number("SELECT max(version) FROM schema_migrations"), 1);
}

TEST_F(Migrations, refuse_wrong_numbers) {
  EXPECT_EQ(migrate_to({second}), "sql.migrations");
  EXPECT_EQ(migrate_to({first, first}), "sql.migrations");
}

TEST_F(Migrations, a_step_that_fails_leaves_nothing_and_can_be_mended) {
  EXPECT_EQ(migrate_to({first, {2, "broken", "CREATE TABLE half (a TEXT); CREATE TABLE one (a TEXT);"}}), "sql.error");
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_master WHERE name = 'half'"), 0);
  EXPECT_EQ(number("SELECT max(version) FROM schema_migrations"), 1);
  EXPECT_EQ(migrate_to({first, second}), "");
}

TEST(Checksum, tells_texts_apart_and_never_changes) {
  EXPECT_EQ(checksum(""), "cbf29ce484222325");
  EXPECT_EQ(checksum("a"), "af63dc4c8601ec8c");
  EXPECT_NE(checksum("CREATE TABLE a"), checksum("CREATE TABLE b"));
}

}  // namespace
}  // namespace causeway::sql
