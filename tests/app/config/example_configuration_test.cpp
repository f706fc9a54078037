#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "causeway/app/config/process_kind.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

Result<Config> loaded(const std::string& text) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("causeway-example-{}.toml", ::getpid());
  std::ofstream(file) << text;
  auto config = load_config(file);
  std::filesystem::remove(file);
  return config;
}

/// Every setting that the file only shows, set: "#key = value" without its mark. What must not be empty gets a value.
std::string with_all_set(const std::string& text) {
  std::string out;
  for (const auto line : split(text, '\n')) {
    const bool shows = line.starts_with('#') && !line.starts_with("# ");
    std::string set(shows ? line.substr(1) : line);
    if (set == "host = \"\"" || set == "vtep = \"\"" || set == "region_control_url = \"\"") set.insert(set.size() - 1, "x");
    out += set + "\n";
  }
  return out;
}

class ExampleOf : public testing::TestWithParam<ProcessKind> {};

TEST_P(ExampleOf, is_read_with_the_settings_it_says_and_every_one_it_shows) {
  const std::string text = example_configuration(GetParam());
  const auto config = loaded(with_all_set(text));
  ASSERT_TRUE(config) << config.error().message << "\n" << text;
  EXPECT_EQ(process_kind_of(*config), GetParam());
  EXPECT_EQ(config->state_dir, fmt::format("/var/lib/causeway/{}", file_name_of(GetParam())));
}

TEST_P(ExampleOf, opens_nothing_to_the_network_until_it_is_told_to) {
  if (GetParam() == ProcessKind::host) return;  // it cannot run before it has an address
  const auto config = loaded(example_configuration(GetParam()));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listen_address, "127.0.0.1");
  EXPECT_EQ(config->control_address, "127.0.0.1");
}

INSTANTIATE_TEST_SUITE_P(EachKind, ExampleOf, testing::ValuesIn(all_process_kinds),
                         [](const auto& info) { return std::string(file_name_of(info.param)); });

TEST(ProcessKinds, each_setting_is_read_by_one_at_least) {
  for (const auto& setting : settings()) {
    EXPECT_TRUE(std::ranges::any_of(all_process_kinds, [&](ProcessKind kind) { return reads(kind, setting.name); })) << setting.name;
  }
}

TEST(ProcessKinds, need_nothing_that_they_do_not_read) {
  for (const auto& setting : settings()) {
    for (const auto kind : all_process_kinds) {
      if (needs(kind, setting.name)) EXPECT_TRUE(reads(kind, setting.name)) << file_name_of(kind) << " " << setting.name;
    }
  }
}

TEST(Configuration, names_the_file_the_line_and_the_setting_that_is_wrong) {
  const auto bad = loaded("roles = [\"agent\"]\n[agent]\napi_port = 70000\n");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find(".toml: Line 3: agent.api_port must be an integer"), std::string::npos) << bad.error().message;
}

}  // namespace
}  // namespace causeway::app
