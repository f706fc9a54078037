#include "causeway/domain/image/archive_scan.hpp"

#include <gtest/gtest.h>

#include "tar_archive.hpp"

namespace causeway::domain {
namespace {

using namespace causeway::testing;

/// "" when accepted, else the message.
std::string scan(std::string_view data, std::size_t piece) {
  DockerArchiveScan scan;
  for (std::size_t at = 0; at < data.size(); at += piece) {
    if (auto fed = scan.feed(data.substr(at, piece)); !fed) return fed.error().message;
  }
  auto finished = scan.finish();
  return finished ? "" : finished.error().message;
}
std::string scan(std::string_view data) {
  const auto whole = scan(data, 1 << 20);
  for (const std::size_t piece : {1u, 7u, 511u, 512u, 513u})
    EXPECT_EQ(scan(data, piece), whole) << "in pieces of " << piece;
  return whole;
}

std::string pax(std::string_view key, std::string_view value) {
  std::size_t length = key.size() + value.size() + 3;
  length += fmt::format("{}", length + 1).size();
  if (fmt::format("{}", length).size() + key.size() + value.size() + 3 != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

TEST(DockerArchiveScan, accepts_a_saved_image_in_pieces_of_any_size) {
  EXPECT_EQ(scan(docker_archive(std::string(5000, 'x'))), "");
}

TEST(DockerArchiveScan, accepts_an_archive_without_closing_blocks_and_one_with_bytes_behind_them) {
  EXPECT_EQ(scan(tar_entry("manifest.json", "[]")), "");
  EXPECT_EQ(scan(docker_archive() + "rubbish"), "");
}

TEST(DockerArchiveScan, finds_the_manifest_under_a_dot_and_under_long_names) {
  EXPECT_EQ(scan(tar_entry("./manifest.json", "[]") + tar_end()), "");
  const auto renamed = tar_entry("other", "[]") + tar_end();
  EXPECT_NE(scan(renamed), "");
  EXPECT_EQ(scan(tar_entry("././@LongLink", std::string("manifest.json\0", 14), 'L') + renamed), "");
  EXPECT_EQ(scan(tar_entry("PaxHeaders/0", pax("mtime", "12.5") + pax("path", "manifest.json"), 'x') + renamed), "");
}

TEST(DockerArchiveScan, a_long_name_is_for_one_entry_only) {
  EXPECT_NE(
      scan(tar_entry("PaxHeaders/0", pax("path", "elsewhere"), 'x') + tar_entry("manifest.json", "[]") + tar_end()),
      "");
  EXPECT_EQ(scan(tar_entry("PaxHeaders/0", pax("path", "elsewhere"), 'x') + tar_entry("a", "b") +
                 tar_entry("manifest.json", "[]")),
            "");
}

TEST(DockerArchiveScan, a_manifest_that_is_no_file_or_empty_or_elsewhere_does_not_count) {
  for (const auto& data :
       {tar_entry("manifest.json", "", '5'), tar_entry("manifest.json", ""), tar_entry("sub/manifest.json", "[]")}) {
    EXPECT_NE(scan(data + tar_end()).find("no manifest.json"), std::string::npos);
  }
}

TEST(DockerArchiveScan, says_what_the_data_is_instead) {
  const std::string filler(600, 'z');
  EXPECT_NE(scan("\x1f\x8b" + filler).find("gzip"), std::string::npos);
  EXPECT_NE(scan("\x28\xb5\x2f\xfd" + filler).find("zstd"), std::string::npos);
  EXPECT_NE(scan("QFI\xfb" + filler).find("qcow2"), std::string::npos);
  EXPECT_NE(scan(filler).find("not a tar"), std::string::npos);
  EXPECT_NE(scan("short").find("not a tar"), std::string::npos);
  EXPECT_NE(scan("").find("empty"), std::string::npos);
}

TEST(DockerArchiveScan, notices_a_cut_off_or_damaged_archive) {
  const auto whole = docker_archive(std::string(3000, 'x'));
  EXPECT_NE(scan(whole.substr(0, 1000)).find("in the middle of entry 1"), std::string::npos);
  auto damaged = whole;
  damaged[512 + 3072 + 10] ^= 1;  // in the second header
  EXPECT_NE(scan(damaged).find("header of entry 2"), std::string::npos);
}

TEST(DockerArchiveScan, refuses_an_extended_header_that_would_have_to_be_kept_whole_in_memory) {
  EXPECT_NE(scan(tar_entry("PaxHeaders/0", std::string(100'000, 'x'), 'x')).find("too large"), std::string::npos);
}

}  // namespace
}  // namespace causeway::domain
