#include "causeway/app/config/config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace causeway::app {
namespace {

/// Reads a configuration of a region with these lines in it.
Result<Config> region_with(const std::string& lines) {
  const auto file = std::filesystem::temp_directory_path() / fmt::format("causeway-config-test-{}.toml", ::getpid());
  std::ofstream(file) << "roles = [\"local-network\", \"images\", \"containers\"]\nregion = \"RegionOne\"\nstate_dir = \"/nowhere\"\n" << lines;
  auto config = load_config(file);
  std::filesystem::remove(file);
  return config;
}

TEST(Config, images_of_a_glance_need_the_users_of_a_keystone) {
  const std::string external_images = "[images]\nsource = \"external\"\n";
  const auto refused = region_with(external_images);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "config.images");
  EXPECT_NE(refused.error().message.find("identity.source"), std::string::npos);
  const auto config = region_with(external_images + "[identity]\nsource = \"external\"\n[keystone]\nurl = \"http://k:5000/v3\"\npassword = \"words\"\n");
  ASSERT_TRUE(config) << config.error().describe();
  EXPECT_TRUE(config->external_images());
  EXPECT_FALSE(region_with("")->external_images());
  EXPECT_EQ(region_with("[glance]\nurl = \"glance.example\"\n").error().reason, "config.bad_value");
  EXPECT_EQ(region_with("[images]\nsource = \"mine\"\n").error().reason, "config.bad_value");
}

}  // namespace
}  // namespace causeway::app
