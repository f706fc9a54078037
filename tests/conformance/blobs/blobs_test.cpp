#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_blobs.hpp"
#include "causeway/adapters/system/file_blobs.hpp"

namespace causeway::adapters {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A directory of its own for each test.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "causeway-blobs-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::size_t entries() const {
    return std::size_t(
        std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path path_;
};

std::string read_all(boundary::ByteSource& source) {
  std::string out;
  char buffer[7];
  for (int round = 0; round < 100'000; ++round) {
    const auto count = source.read(buffer);
    if (!count || *count == 0) return count ? out : out + "<" + count.error().reason + ">";
    out.append(buffer, *count);
  }
  return out + "<endless>";
}

class BlobsTest : public ::testing::TestWithParam<std::string> {
 protected:
  BlobsTest() {
    if (GetParam() == "memory") {
      blobs_ = std::make_unique<MemoryBlobs>();
    } else {
      blobs_ = FileBlobs::open_directory(directory_.path()).value();
    }
  }
  void put(const std::string& name, std::string_view data) {
    auto writer = blobs_->begin().value();
    ASSERT_TRUE(writer->append(data.substr(0, data.size() / 2)));
    ASSERT_TRUE(writer->append(data.substr(data.size() / 2)));
    ASSERT_TRUE(writer->commit(name));
  }
  std::string get(const std::string& name, boundary::ByteRange range = {}) {
    auto source = blobs_->open(name, range);
    return source ? read_all(**source) : "<" + source.error().reason + ">";
  }

  TemporaryDirectory directory_;
  std::unique_ptr<boundary::Blobs> blobs_;
};

TEST_P(BlobsTest, gives_back_what_was_committed) {
  const std::string data = std::string("some\0bytes", 10) + std::string(100'000, 'x');
  put("one", data);
  EXPECT_EQ(get("one"), data);
  EXPECT_EQ(blobs_->open("one").value()->length(), data.size());
  put("empty", "");
  EXPECT_EQ(get("empty"), "");
  EXPECT_THAT(blobs_->list().value(), ElementsAre("empty", "one"));
}

TEST_P(BlobsTest, nothing_is_seen_before_the_commit_and_nothing_is_left_without_one) {
  {
    auto writer = blobs_->begin().value();
    ASSERT_TRUE(writer->append("half"));
    EXPECT_THAT(blobs_->list().value(), IsEmpty());
  }
  EXPECT_THAT(blobs_->list().value(), IsEmpty());
  EXPECT_EQ(directory_.entries(), 0u);
}

TEST_P(BlobsTest, a_commit_replaces_what_had_the_name) {
  put("a", "old");
  put("a", "new");
  EXPECT_EQ(get("a"), "new");
  EXPECT_THAT(blobs_->list().value(), ElementsAre("a"));
}

TEST_P(BlobsTest, reads_ranges) {
  put("a", "0123456789");
  EXPECT_EQ(get("a", {3, 4}), "3456");
  EXPECT_EQ(get("a", {8, 100}), "89");
  EXPECT_EQ(get("a", {8}), "89");
  EXPECT_EQ(get("a", {10, 1}), "");
  EXPECT_EQ(get("a", {UINT64_MAX, 5}), "");
  EXPECT_EQ(blobs_->open("a", {3, 4}).value()->length(), 4u);
}

TEST_P(BlobsTest, removing_is_idempotent_and_leaves_open_readers_their_data) {
  put("a", "0123456789");
  put("b", "0123456789");
  const auto removed = blobs_->open("a").value();
  const auto replaced = blobs_->open("b").value();
  ASSERT_TRUE(blobs_->remove("a"));
  ASSERT_TRUE(blobs_->remove("a"));
  put("b", "other");
  EXPECT_EQ(get("a"), "<blobs.not_found>");
  EXPECT_EQ(read_all(*removed), "0123456789");
  EXPECT_EQ(read_all(*replaced), "0123456789");
}

TEST_P(BlobsTest, refuses_names_that_could_mean_something_else) {
  const std::string names[] = {"", ".", "..", "../a", "a/b", ".tmp-abc", "A", "-a", "a b", std::string("a\0b", 3)};
  for (const auto& name : names) {
    EXPECT_EQ(get(name), "<blobs.bad_name>") << name;
    EXPECT_FALSE(blobs_->remove(name)) << name;
    EXPECT_FALSE(blobs_->begin().value()->commit(name)) << name;
  }
  EXPECT_EQ(get(std::string(65, 'a')), "<blobs.bad_name>");
  EXPECT_THAT(blobs_->list().value(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(all, BlobsTest, ::testing::Values("memory", "file"),
                         [](const auto& tested) { return tested.param; });

TEST(MemoryBlobs, is_full_at_its_capacity_and_counts_what_is_free_again) {
  MemoryBlobs blobs;
  blobs.set_capacity(10);
  {
    auto writer = blobs.begin().value();
    ASSERT_TRUE(writer->append("12345678"));
    EXPECT_EQ(blobs.begin().value()->append("123").error().reason, "blobs.full");
  }
  auto writer = blobs.begin().value();
  EXPECT_TRUE(writer->append("1234567890"));
}

/// The size limit of the process stands for a disk that is full: the kernel refuses the write in the same place.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : ignored_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, ignored_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*ignored_)(int);
  rlimit before_{};
};

TEST(FileBlobs, a_full_disk_is_said_so_and_no_file_is_left) {
  const TemporaryDirectory directory;
  const auto blobs = FileBlobs::open_directory(directory.path()).value();
  {
    const FileSizeLimit limit(1000);
    auto writer = blobs->begin().value();
    const auto full = writer->append(std::string(5000, 'x'));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().reason, "blobs.full");
    EXPECT_EQ(full.error().code, Code::unavailable);
  }
  EXPECT_EQ(directory.entries(), 0u);
}

TEST(FileBlobs, makes_its_directory_for_its_user_alone) {
  const TemporaryDirectory parent;
  const auto path = parent.path() / "images";
  const auto blobs = FileBlobs::open_directory(path).value();
  ASSERT_TRUE(blobs->begin().value()->commit("a"));
  struct stat directory{};
  struct stat file{};
  ASSERT_EQ(::stat(path.c_str(), &directory), 0);
  ASSERT_EQ(::stat((path / "a").c_str(), &file), 0);
  EXPECT_EQ(directory.st_mode & 0777, 0700u);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST(FileBlobs, removes_what_a_dead_process_left_and_nothing_else) {
  const TemporaryDirectory directory;
  auto blobs = FileBlobs::open_directory(directory.path()).value();
  ASSERT_TRUE(blobs->begin().value()->commit("kept"));
  // a copy of an unfinished file is what a killed writer leaves
  std::filesystem::copy_file(directory.path() / "kept", directory.path() / ".tmp-dead01");
  blobs.reset();
  blobs = FileBlobs::open_directory(directory.path()).value();
  EXPECT_EQ(blobs->remove_unfinished().value(), 1u);
  EXPECT_THAT(blobs->list().value(), ElementsAre("kept"));
  EXPECT_EQ(directory.entries(), 1u);
}

TEST(FileBlobs, two_processes_do_not_share_a_directory) {
  const TemporaryDirectory directory;
  auto first = FileBlobs::open_directory(directory.path()).value();
  const auto second = FileBlobs::open_directory(directory.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, "blobs.in_use");
  first.reset();
  EXPECT_TRUE(FileBlobs::open_directory(directory.path()));
}

}  // namespace
}  // namespace causeway::adapters
