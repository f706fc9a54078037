#include "causeway/domain/image/external_image.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

Caller of(const std::string& project, std::vector<std::string> roles = {"member"}) {
  Caller who;
  who.project_id = ProjectId(project);
  who.roles = std::move(roles);
  return who;
}

ExternalImage box(const std::string& id, const std::string& owner = "anna") {
  ExternalImage image;
  image.id = ImageId(id);
  image.owner = ProjectId(owner);
  image.name = "box";
  image.status = "active";
  image.visibility = "shared";
  image.container_format = "docker";
  image.os_hash_algo = "sha512";
  image.os_hash_value = std::string(128, 'a');
  image.checksum = std::string(32, 'b');
  return image;
}

std::string chosen(std::vector<ExternalImage> listed, const Caller& who) {
  const auto image = choose_by_name(std::move(listed), who, "box");
  return image ? image->id.str() : image.error().reason;
}

TEST(ExternalImage, is_verified_against_the_best_sum_that_hosts_know) {
  auto image = box("1");
  EXPECT_EQ(sum_of(image), std::string(128, 'a'));
  image.os_hash_algo = "sha256";
  image.os_hash_value = std::string(64, 'c');
  EXPECT_EQ(sum_of(image), std::string(64, 'c'));
  for (const char* unknown : {"sha3_512", "blake2b", ""}) {
    image.os_hash_algo = unknown;
    image.os_hash_value = std::string(128, 'a');
    EXPECT_EQ(sum_of(image), std::string(32, 'b')) << unknown;
  }
  image.checksum = "none";
  EXPECT_EQ(sum_of(image), "");
  EXPECT_EQ(check_runnable(image, "box").error().reason, "image.not_usable");
}

TEST(ExternalImage, of_a_name_must_be_the_one_that_can_be_run) {
  EXPECT_EQ(chosen({}, of("anna")), "image.not_found");
  EXPECT_EQ(chosen({box("1")}, of("anna")), "1");
  EXPECT_EQ(chosen({box("1"), box("2")}, of("anna")), "image.ambiguous");
  auto other_case = box("1");
  other_case.name = "BOX";
  EXPECT_EQ(chosen({other_case}, of("anna")), "image.not_found") << "databases may compare without case";
  for (const char* status : {"queued", "saving", "importing", "deactivated", "killed"}) {
    auto not_ready = box("1");
    not_ready.status = status;
    EXPECT_EQ(chosen({not_ready}, of("anna")), "image.not_usable") << status;
    EXPECT_EQ(chosen({not_ready, box("2")}, of("anna")), "2") << status;
  }
  auto bare = box("1");
  bare.container_format = "";
  const auto refused = choose_by_name({bare}, of("anna"), "box");
  EXPECT_EQ(refused.error().message, "Image 'box' cannot be run: it is active and its container format is not set; it must be active and docker.");
}

TEST(ExternalImage, of_another_project_is_never_what_an_administrator_means_by_a_name) {
  const auto admin = of("admins", {"admin"});
  auto published = box("public", "bert");
  published.visibility = "public";
  EXPECT_EQ(chosen({box("1", "bert")}, admin), "image.not_found");
  EXPECT_EQ(chosen({box("1", "bert"), box("2", "admins")}, admin), "2");
  EXPECT_EQ(chosen({box("1", "bert"), published}, admin), "public");
  EXPECT_EQ(chosen({box("1", "bert")}, of("anna")), "1") << "accepted by the project, else Glance would not list it";
}

}  // namespace
}  // namespace causeway::domain
