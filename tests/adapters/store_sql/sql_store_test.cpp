#include "causeway/adapters/store_sql/sql_store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/sql/sqlite/sqlite_session.hpp"

namespace causeway::adapters {
namespace {

using boundary::Reader;
using boundary::Revision;
using boundary::Store;
using boundary::Writer;

class SqlStoreFile : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = (std::filesystem::temp_directory_path() / "causeway-sql-store-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    path_ = folder_ + "/store.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> open() {
    auto store = open_sql_store({.path = path_});
    EXPECT_TRUE(store) << store.error().describe();
    return store ? *std::move(store) : nullptr;
  }
  std::string reason_of_refusal() {
    const auto store = open_sql_store({.path = path_});
    return store ? "" : store.error().reason;
  }
  void change_by_hand(std::string_view sql) {
    auto session = sql::SqliteSession::open({.path = path_, .mode = sql::OpenMode::read_write});
    ASSERT_TRUE(session);
    ASSERT_TRUE((*session)->run_script(sql));
  }

  std::string folder_;
  std::string path_;
};

Result<void> put(Store& store, const std::string& id, const Json& body = JsonObject{}) {
  return store.write([&](Writer& w) -> Result<void> {
    TRY_VOID(w.put("thing", id, body, {{"shelf", "s"}, {"name", id, true}}));
    return {};
  });
}

std::set<std::string> ids(Store& store) {
  std::set<std::string> found;
  const auto read = store.read([&](Reader& r) -> Result<void> {
    TRY(const auto records, r.list({"thing", "shelf", "s", "", SIZE_MAX}));
    for (const auto& record : records) found.insert(record.id);
    return {};
  });
  EXPECT_TRUE(read) << read.error().describe();
  return found;
}

/// Runs in a process of its own, which must not run what this one has registered; gives its exit status.
template <class Function>
pid_t in_child(const Function& function) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(function());
  return pid;
}

TEST_F(SqlStoreFile, keeps_everything_when_it_is_opened_again) {
  auto store = open();
  ASSERT_TRUE(put(*store, "a", JsonObject{{"v", 1}}));
  ASSERT_TRUE(put(*store, "b"));
  ASSERT_TRUE(store->write([](Writer& w) -> Result<void> {
    TRY_VOID(w.erase("thing", "b"));
    return {};
  }));
  const std::string id = store->store_id();
  store.reset();

  store = open();
  EXPECT_EQ(store->store_id(), id);
  EXPECT_EQ(store->revision(), 3);
  EXPECT_EQ(ids(*store), std::set<std::string>{"a"});
  ASSERT_TRUE(store->write([](Writer& w) { return w.drop_tombstones(3); }));
  store.reset();

  store = open();
  EXPECT_EQ(store->revision(), 3) << "restored though its record is gone";
  ASSERT_TRUE(put(*store, "c"));
  EXPECT_EQ(store->revision(), 4);
}

TEST_F(SqlStoreFile, is_readable_by_its_owner_only) {
  const auto store = open();
  ASSERT_TRUE(put(*store, "a"));
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    struct stat status{};
    ASSERT_EQ(::stat((path_ + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(SqlStoreFile, is_not_opened_twice) {
  auto store = open();
  EXPECT_EQ(reason_of_refusal(), "store.in_use");
  store.reset();
  EXPECT_EQ(reason_of_refusal(), "");
}

TEST_F(SqlStoreFile, a_folder_that_does_not_exist_is_an_error) {
  path_ = folder_ + "/nowhere/store.db";
  EXPECT_EQ(reason_of_refusal(), "store.open");
}

TEST_F(SqlStoreFile, refuses_a_newer_schema) {
  open().reset();
  change_by_hand("INSERT INTO schema_migrations (version, checksum) VALUES (999, 'x')");
  EXPECT_EQ(reason_of_refusal(), "sql.schema_newer");
}

TEST_F(SqlStoreFile, refuses_a_changed_checksum) {
  open().reset();
  change_by_hand("UPDATE schema_migrations SET checksum = 'edited'");
  EXPECT_EQ(reason_of_refusal(), "sql.schema_changed");
}

TEST_F(SqlStoreFile, refuses_a_file_that_is_no_database) {
  FILE* file = std::fopen(path_.c_str(), "w");
  for (int i = 0; i < 1000; ++i) std::fputs("this is no database ", file);
  std::fclose(file);
  EXPECT_EQ(reason_of_refusal(), "sql.corrupt");
}

TEST_F(SqlStoreFile, every_acknowledged_write_survives_kill_9) {
  int acknowledged[2];
  ASSERT_EQ(::pipe(acknowledged), 0);
  const pid_t child = in_child([&] {
    ::close(acknowledged[0]);
    auto store = open();
    std::vector<std::thread> writers;
    for (int thread = 0; thread < 8; ++thread) {
      writers.emplace_back([&, thread] {
        for (int i = 0; i < 100'000; ++i) {
          const std::string id = fmt::format("{}-{}", thread, i);
          if (!put(*store, id, JsonObject{{"text", std::string(600, 'x')}})) return;
          const std::string line = id + "\n";
          if (::write(acknowledged[1], line.data(), line.size()) < 0) return;
        }
      });
    }
    for (auto& writer : writers) writer.join();
    return 0;
  });
  ASSERT_GT(child, 0);
  ::close(acknowledged[1]);
  std::string lines;
  char buffer[4096];
  bool killed = false;
  for (ssize_t got = 0; (got = ::read(acknowledged[0], buffer, sizeof buffer)) > 0;) {
    lines.append(buffer, static_cast<std::size_t>(got));
    if (!killed && lines.size() > 8'000) {
      killed = true;
      ::kill(child, SIGKILL);
    }
  }
  ::close(acknowledged[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it was to be killed in the middle of its writes";

  const auto store = open();
  const auto present = ids(*store);
  std::size_t count = 0;
  for (std::size_t at = 0; at < lines.size();) {
    const auto end = lines.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_TRUE(present.contains(lines.substr(at, end - at))) << lines.substr(at, end - at);
    at = end + 1;
    ++count;
  }
  EXPECT_GT(count, 500U);
  EXPECT_EQ(store->revision(), static_cast<Revision>(present.size())) << "revisions are contiguous";
}

/// 0, or the number of the check that failed.
int fill_the_disk(const std::string& path) {
  ::signal(SIGXFSZ, SIG_IGN);
  auto opened = open_sql_store({.path = path});
  if (!opened) return 1;
  auto& store = **opened;
  if (!put(store, "before")) return 2;
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit tight{1 << 20, limit.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  std::set<std::string> kept = {"before"};
  const Json body = JsonObject{{"text", std::string(20'000, 'x')}};
  std::optional<Error> refusal;
  for (int i = 0; i < 200 && !refusal; ++i) {
    const std::string id = std::to_string(i);
    if (const auto done = put(store, id, body)) {
      kept.insert(id);
    } else {
      refusal = done.error();
    }
  }
  if (!refusal || refusal->code != Code::unavailable) return 3;
  if (ids(store) != kept) return 4;  // reads go on, and nothing of the refused job is there
  if (put(store, "still full", body)) return 5;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  if (!put(store, "after")) return 6;
  kept.insert("after");
  if (store.revision() != static_cast<Revision>(kept.size())) return 7;
  opened->reset();
  opened = open_sql_store({.path = path});
  if (!opened || ids(**opened) != kept) return 8;
  return 0;
}

TEST_F(SqlStoreFile, works_again_after_the_disk_was_full) {
  const pid_t child = in_child([&] { return fill_the_disk(path_); });
  ASSERT_GT(child, 0);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the number of the check in fill_the_disk";
}

TEST_F(SqlStoreFile, keeps_its_log_short_under_unbroken_writes) {
  const auto store = open();
  const Json body = JsonObject{{"text", std::string(200'000, 'x')}};
  for (int i = 0; i < 600; ++i)
    ASSERT_TRUE(put(*store, std::to_string(i % 10), body));  // 120 MB through a 64 MiB bound
  EXPECT_LT(std::filesystem::file_size(path_ + "-wal"), std::uintmax_t{72} << 20);
}

}  // namespace
}  // namespace causeway::adapters
