#include "causeway/sql/sqlite/sqlite_session.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace causeway::sql {
namespace {

class Sqlite : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "causeway-sqlite-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    session_ = open();
    ASSERT_TRUE(
        session_->run_script("CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT UNIQUE NOT NULL, price DOUBLE);"
                             "INSERT INTO item VALUES (1, 'one', 1.5), (2, 'two', NULL);"));
  }
  void TearDown() override {
    session_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::unique_ptr<SqliteSession> open(OpenMode mode = OpenMode::create) {
    auto session =
        SqliteSession::open({.path = folder_ + "/db", .mode = mode, .busy_timeout = std::chrono::milliseconds(1)});
    EXPECT_TRUE(session) << session.error().describe();
    return session ? *std::move(session) : nullptr;
  }
  std::int64_t count(Session& session) {
    std::int64_t found = -1;
    const auto done = session.query("SELECT count(*) FROM item", {}, [&](const Row& row) -> Result<void> {
      TRY(found, row.integer(0));
      return {};
    });
    EXPECT_TRUE(done);
    return found;
  }

  std::string folder_;
  std::unique_ptr<SqliteSession> session_;
};

std::string reason(const auto& result) { return result ? "" : result.error().reason; }

TEST_F(Sqlite, binds_and_reads_every_type) {
  const std::string text("a\0b", 3);
  ASSERT_TRUE(session_->execute("INSERT INTO item VALUES (?, ?, ?)", {INT64_MIN, text, 0.1}));
  int rows = 0;
  const auto done = session_->query("SELECT id, name, price, NULL, ? FROM item WHERE name = ?", {"", text},
                                    [&](const Row& row) -> Result<void> {
                                      ++rows;
                                      EXPECT_EQ(row.integer(0).value(), INT64_MIN);
                                      EXPECT_EQ(row.text(1).value(), text);
                                      EXPECT_EQ(row.real(2).value(), 0.1);
                                      EXPECT_TRUE(row.is_null(3));
                                      EXPECT_EQ(row.text(4).value(), "") << "an empty text is not NULL";
                                      return {};
                                    });
  EXPECT_TRUE(done);
  EXPECT_EQ(rows, 1);
}

TEST_F(Sqlite, a_column_of_another_type_is_an_error_and_never_converted) {
  const auto done =
      session_->query("SELECT name, id, price FROM item WHERE id = 2", {}, [&](const Row& row) -> Result<void> {
        EXPECT_EQ(reason(row.integer(0)), "sql.type");
        EXPECT_EQ(reason(row.text(1)), "sql.type");
        EXPECT_EQ(reason(row.real(2)), "sql.type");
        TRY_VOID(row.real(2));
        return {};
      });
  EXPECT_EQ(reason(done), "sql.type") << "the visitor's error is the query's";
}

TEST_F(Sqlite, names_what_went_wrong) {
  EXPECT_EQ(reason(session_->execute("INSERT INTO item VALUES (1, 'x', 1.0)")), "sql.unique");
  EXPECT_EQ(reason(session_->execute("INSERT INTO item VALUES (3, 'one', 1.0)")), "sql.unique");
  EXPECT_EQ(reason(session_->execute("INSERT INTO item VALUES (3, NULL, 1.0)")), "sql.constraint");
  EXPECT_EQ(reason(session_->execute("SELECT nonsense")), "sql.error");
  EXPECT_EQ(reason(session_->execute("")), "sql.error");
  EXPECT_EQ(reason(session_->execute("SELECT ?", {1, 2})), "sql.error") << "too many parameters";
  EXPECT_EQ(reason(session_->execute("SELECT ?, ?", {1})), "sql.error") << "too few parameters";
  EXPECT_EQ(reason(open(OpenMode::read_only)->execute("DELETE FROM item")), "sql.io");
  ASSERT_TRUE(session_->run_script("PRAGMA max_page_count = 10"));
  EXPECT_EQ(reason(session_->execute("INSERT INTO item VALUES (9, ?, 1.0)", {std::string(1 << 20, 'x')})), "sql.full");
  EXPECT_EQ(reason(SqliteSession::open({.path = folder_ + "/nowhere/db"})), "sql.io");
}

TEST_F(Sqlite, a_second_writer_is_busy) {
  auto other = open();
  ASSERT_TRUE(session_->begin(Access::write));
  EXPECT_EQ(reason(other->begin(Access::write)), "sql.busy");
  ASSERT_TRUE(session_->rollback());
  EXPECT_TRUE(other->begin(Access::write));
}

TEST_F(Sqlite, prepares_a_statement_once) {
  const auto before = session_->cached_statements();
  for (int i = 10; i < 20; ++i)
    ASSERT_TRUE(session_->execute("INSERT INTO item VALUES (?, ?, NULL)", {i, std::to_string(i)}));
  EXPECT_EQ(session_->cached_statements(), before + 1);
  EXPECT_EQ(count(*session_), 12);
}

TEST_F(Sqlite, a_statement_may_run_inside_itself) {
  constexpr std::string_view sql = "SELECT id FROM item ORDER BY id";
  std::vector<std::int64_t> seen;
  const auto done = session_->query(sql, {}, [&](const Row& outer) -> Result<void> {
    TRY(const auto first, outer.integer(0));
    return session_->query(sql, {}, [&](const Row& inner) -> Result<void> {
      TRY(const auto second, inner.integer(0));
      seen.push_back(first * 10 + second);
      return {};
    });
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(seen, (std::vector<std::int64_t>{11, 12, 21, 22}));
}

TEST_F(Sqlite, a_failed_statement_can_run_again) {
  constexpr std::string_view sql = "INSERT INTO item VALUES (?, ?, NULL)";
  EXPECT_FALSE(session_->execute(sql, {1, "x"}));
  EXPECT_EQ(session_->execute(sql, {3, "x"}).value(), 1);
}

TEST_F(Sqlite, transact_commits_or_leaves_no_trace) {
  const auto insert = [&](int id) {
    return session_->execute("INSERT INTO item VALUES (?, ?, NULL)", {id, std::to_string(id)});
  };
  EXPECT_TRUE(transact(*session_, Access::write, [&]() -> Result<void> {
    TRY_VOID(insert(3));
    return {};
  }));
  EXPECT_FALSE(transact(*session_, Access::write, [&]() -> Result<void> {
    TRY_VOID(insert(4));
    TRY_VOID(insert(4));
    return {};
  }));
  EXPECT_THROW(ignore(transact(*session_, Access::write,
                               [&]() -> Result<void> {
                                 TRY_VOID(insert(5));
                                 throw std::logic_error("a bug");
                               }),
                      "it throws"),
               std::logic_error);
  EXPECT_FALSE(session_->in_transaction());
  EXPECT_EQ(count(*session_), 3);
}

TEST_F(Sqlite, a_read_transaction_is_a_snapshot) {
  auto reader = open(OpenMode::read_only);
  ASSERT_TRUE(reader->begin(Access::read));
  EXPECT_EQ(count(*reader), 2);
  ASSERT_TRUE(session_->execute("DELETE FROM item"));
  EXPECT_EQ(count(*reader), 2);
  ASSERT_TRUE(reader->rollback());
  EXPECT_EQ(count(*reader), 0);
}

TEST_F(Sqlite, only_a_checkpoint_moves_the_log) {
  for (int i = 10; i < 310; ++i)
    ASSERT_TRUE(session_->execute("INSERT INTO item VALUES (?, ?, NULL)", {i, std::to_string(i)}));
  EXPECT_GT(session_->log_pages(), 250);
  const auto moved = open()->checkpoint();
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->log_pages, session_->log_pages());
  EXPECT_EQ(moved->moved_pages, moved->log_pages);
}

}  // namespace
}  // namespace causeway::sql
