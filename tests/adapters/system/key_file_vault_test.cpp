#include "causeway/adapters/system/key_file_vault.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "causeway/adapters/system/file_host_files.hpp"

namespace causeway::adapters {
namespace {

namespace fs = std::filesystem;

class Directory : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "causeway-vault-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory = name;
  }
  void TearDown() override { fs::remove_all(directory); }
  fs::path directory;
};
using KeyFile = Directory;
using HostFiles = Directory;

TEST_F(KeyFile, is_made_once_for_its_user_alone_and_opens_what_it_sealed_before) {
  const auto file = directory / "secrets.key";
  std::string sealed;
  {
    const auto vault = KeyFileVault::open_file(file);
    ASSERT_TRUE(vault) << vault.error().describe();
    sealed = (*vault)->seal("hunter2", "registry/1").value();
  }
  struct stat found{};
  ASSERT_EQ(::stat(file.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  EXPECT_FALSE(fs::exists(directory / "secrets.key.new"));
  const auto again = KeyFileVault::open_file(file);
  ASSERT_TRUE(again);
  EXPECT_EQ((*again)->open(sealed, "registry/1").value(), "hunter2");
}

TEST_F(KeyFile, a_sealed_secret_tells_nothing_and_is_never_the_same_twice) {
  const auto vault = KeyFileVault::open_file(directory / "secrets.key").value();
  const auto one = vault->seal("hunter2", "p").value();
  EXPECT_EQ(one.find("hunter2"), std::string::npos);
  EXPECT_NE(one, vault->seal("hunter2", "p").value());
  EXPECT_EQ(vault->open(vault->seal("", "p").value(), "p").value(), "");
}

TEST_F(KeyFile, a_secret_opens_nowhere_else_and_not_when_it_was_changed) {
  const auto vault = KeyFileVault::open_file(directory / "secrets.key").value();
  const auto other = KeyFileVault::open_file(directory / "other.key").value();
  const auto sealed = vault->seal("hunter2", "registry/1").value();
  auto changed = sealed;
  changed[10] = changed[10] == 'A' ? 'B' : 'A';
  for (const auto& opened : {vault->open(sealed, "registry/2"), vault->open(changed, "registry/1"), other->open(sealed, "registry/1"),
                             vault->open("", "registry/1"), vault->open("v1.AAAA", "registry/1")}) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, "vault.unreadable");
  }
}

TEST_F(KeyFile, a_file_that_is_no_key_or_that_others_read_is_refused) {
  const auto file = directory / "secrets.key";
  std::ofstream(file) << "not a key\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(KeyFileVault::open_file(file).error().reason, "vault.bad_key_file");
  std::ofstream(file) << std::string(64, 'a') << "\n";
  EXPECT_TRUE(KeyFileVault::open_file(file));
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(KeyFileVault::open_file(file).error().reason, "vault.bad_key_file");
}

TEST_F(HostFiles, are_written_once_and_go_with_their_owner) {
  FileHostFiles files(directory / "files");
  EXPECT_TRUE(files.owners().value().empty());
  const auto path = files.ensure("c1", "0", std::string("hello\0you", 9)).value();
  EXPECT_TRUE(fs::path(path).is_absolute());
  EXPECT_EQ(fs::file_size(path), 9U);
  EXPECT_EQ(files.ensure("c1", "0", "other").value(), path);
  EXPECT_EQ(fs::file_size(path), 9U) << "what is there stays";
  ASSERT_TRUE(files.ensure("c2", "0", ""));
  EXPECT_EQ(files.owners().value().size(), 2U);
  ASSERT_TRUE(files.remove("c1"));
  ASSERT_TRUE(files.remove("c1"));
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(files.owners().value(), (std::vector<std::string>{"c2"}));
  EXPECT_FALSE(files.ensure("..", "x", ""));
  EXPECT_FALSE(files.ensure("c1", "a/b", ""));
}

}  // namespace
}  // namespace causeway::adapters
