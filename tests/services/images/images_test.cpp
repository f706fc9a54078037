#include "causeway/services/images/images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "causeway/boundary/collection.hpp"
#include "image_room.hpp"

namespace causeway::services {
namespace {

using namespace causeway::testing;
using domain::ImageId;
using domain::ImageStatus;
using ::testing::IsEmpty;

/// "" when it worked, else the reason.
template <class T>
std::string reason_of(const Result<T>& result) {
  return result ? "" : result.error().reason;
}

std::vector<domain::PatchStep> patch(std::string_view text) {
  return domain::parse_patch(parse_json(text).value()).value();
}

class ImagesTest : public ::testing::Test {
 protected:
  std::string upload(const domain::Caller& who, const ImageId& id, ScriptedSource data) {
    return reason_of(room_.images.upload(who, id, data));
  }
  /// The image is as before its upload, and nothing of the upload is left.
  void expect_untouched(const ImageId& id) {
    const auto image = room_.images.get(an_admin(), id).value();
    EXPECT_EQ(image.status, ImageStatus::queued);
    EXPECT_EQ(image.blob, "");
    EXPECT_EQ(image.checksum, "");
    EXPECT_THAT(room_.blobs.list().value(), IsEmpty());
    EXPECT_EQ(room_.blobs.unfinished(), 0u);
  }

  ImageRoom room_;
  const domain::Caller anna_ = a_member_of("anna");
  const domain::Caller bert_ = a_member_of("bert");
  const domain::Caller admin_ = an_admin();
};

TEST_F(ImagesTest, an_upload_makes_the_image_active_with_sums_of_the_very_bytes) {
  const auto image = room_.queued(anna_, R"({"container_format": "bare", "disk_format": "raw"})");
  room_.clock.advance(std::chrono::seconds(5));
  ASSERT_EQ(upload(anna_, image.id, ScriptedSource("abc", 1)), "");
  const auto done = room_.images.get(anna_, image.id).value();
  EXPECT_EQ(done.status, ImageStatus::active);
  EXPECT_EQ(done.size, 3);
  EXPECT_EQ(done.checksum, "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(done.os_hash_value.substr(0, 32), "ddaf35a193617abacc417349ae204131");
  EXPECT_EQ(done.updated_at - done.created_at, std::chrono::seconds(5));
  auto download = room_.images.download(anna_, image.id).value();
  EXPECT_EQ(read_all(*download.data), "abc");
}

TEST_F(ImagesTest, is_saving_during_an_upload_and_takes_no_second_one) {
  const auto image = room_.queued(anna_);
  std::string second;
  ImageStatus status{};
  ScriptedSource data(docker_archive());
  data.meanwhile([&] {
    status = room_.images.get(anna_, image.id).value().status;
    second = upload(anna_, image.id, ScriptedSource(docker_archive()));
  });
  EXPECT_TRUE(room_.images.upload(anna_, image.id, data));
  EXPECT_EQ(status, ImageStatus::saving);
  EXPECT_EQ(second, "image.wrong_status");
  EXPECT_EQ(upload(anna_, image.id, ScriptedSource(docker_archive())), "image.wrong_status") << "it has data now";
  EXPECT_EQ(room_.blobs.list().value().size(), 1u);
}

TEST_F(ImagesTest, a_broken_upload_leaves_nothing_and_can_be_tried_again) {
  const auto image = room_.queued(anna_);
  EXPECT_EQ(upload(anna_, image.id, ScriptedSource(docker_archive()).breaking_after(1400)), "http.body_broken");
  expect_untouched(image.id);
  EXPECT_EQ(upload(anna_, image.id, ScriptedSource(docker_archive())), "");
}

TEST_F(ImagesTest, a_full_disk_leaves_nothing) {
  const auto image = room_.queued(anna_);
  room_.blobs.set_capacity(1000);
  EXPECT_EQ(upload(anna_, image.id, ScriptedSource(docker_archive())), "blobs.full");
  expect_untouched(image.id);
}

TEST_F(ImagesTest, a_store_that_fails_at_the_end_of_an_upload_leaves_nothing) {
  const auto image = room_.queued(anna_);
  ScriptedSource data(docker_archive());
  data.meanwhile([&] { room_.store.fail_next_writes(1, fail(Code::unavailable, "store.away", "away")); });
  EXPECT_EQ(reason_of(room_.images.upload(anna_, image.id, data)), "store.away");
  expect_untouched(image.id);
}

TEST_F(ImagesTest, what_is_no_docker_archive_is_refused_for_container_format_docker_only) {
  const auto docker = room_.queued(anna_);
  EXPECT_EQ(upload(anna_, docker.id, ScriptedSource("\x1f\x8b" + std::string(2000, 'z'))), "image.not_docker_archive");
  expect_untouched(docker.id);
  EXPECT_EQ(upload(anna_, docker.id, ScriptedSource(docker_archive().substr(0, 600))), "image.not_docker_archive");
  expect_untouched(docker.id);
  const auto bare = room_.queued(anna_, R"({"container_format": "bare", "disk_format": "raw"})");
  EXPECT_EQ(upload(anna_, bare.id, ScriptedSource("anything")), "");
}

TEST_F(ImagesTest, formats_must_be_known_before_an_upload) {
  const auto image = room_.queued(anna_, "{}");
  EXPECT_EQ(upload(anna_, image.id, ScriptedSource(docker_archive())), "image.no_format");
  expect_untouched(image.id);
}

TEST_F(ImagesTest, larger_than_the_limit_is_too_large) {
  ImageRoom small({.image_bytes = 2000});
  const auto image = small.queued(anna_);
  ScriptedSource data(docker_archive(std::string(5000, 'x')));
  EXPECT_EQ(small.images.upload(anna_, image.id, data).error().code, Code::too_large);
  EXPECT_EQ(small.images.get(anna_, image.id)->status, ImageStatus::queued);
  EXPECT_EQ(small.blobs.unfinished(), 0u);
}

TEST_F(ImagesTest, a_project_has_so_many_images_and_no_more) {
  ImageRoom small({.images_per_project = 2});
  small.queued(anna_);
  small.queued(anna_);
  EXPECT_EQ(reason_of(small.images.create(anna_, {})), "image.quota");
  EXPECT_TRUE(small.images.create(bert_, {}));
}

TEST_F(ImagesTest, deleting_during_an_upload_takes_the_data_along) {
  const auto image = room_.queued(anna_);
  ScriptedSource data(docker_archive());
  data.meanwhile([&] { ASSERT_TRUE(room_.images.remove(anna_, image.id)); });
  EXPECT_EQ(reason_of(room_.images.upload(anna_, image.id, data)), "image.not_found");
  EXPECT_THAT(room_.blobs.list().value(), IsEmpty());
}

TEST_F(ImagesTest, an_upload_does_not_finish_the_one_of_a_new_image_with_the_same_id) {
  const auto image = room_.queued(anna_);
  const std::string same = R"({"id": ")" + image.id.str() + R"(", "container_format": "bare", "disk_format": "raw"})";
  ScriptedSource inner("inner");
  ScriptedSource outer(docker_archive());
  outer.meanwhile([&] {
    ASSERT_TRUE(room_.images.remove(anna_, image.id));
    room_.queued(anna_, same);
    ASSERT_TRUE(room_.images.upload(anna_, image.id, inner));
  });
  EXPECT_EQ(reason_of(room_.images.upload(anna_, image.id, outer)), "image.not_found");
  auto download = room_.images.download(anna_, image.id).value();
  EXPECT_EQ(read_all(*download.data), "inner");
  EXPECT_EQ(room_.blobs.list().value().size(), 1u);
}

TEST_F(ImagesTest, a_download_survives_the_deletion_of_its_image) {
  const auto image = room_.active(anna_);
  auto download = room_.images.download(anna_, image.id).value();
  ASSERT_TRUE(room_.images.remove(anna_, image.id));
  EXPECT_THAT(room_.blobs.list().value(), IsEmpty());
  EXPECT_EQ(read_all(*download.data), docker_archive());
  EXPECT_EQ(reason_of(room_.images.get(anna_, image.id)), "image.not_found");
}

TEST_F(ImagesTest, a_protected_image_is_not_deleted) {
  const auto image = room_.active(anna_, R"({"protected": true, "container_format": "docker", "disk_format": "raw"})");
  EXPECT_EQ(reason_of(room_.images.remove(anna_, image.id)), "image.protected");
  EXPECT_EQ(reason_of(room_.images.remove(admin_, image.id)), "image.protected");
  ASSERT_TRUE(
      room_.images.update(anna_, image.id, patch(R"([{"op": "replace", "path": "/protected", "value": false}])")));
  EXPECT_TRUE(room_.images.remove(anna_, image.id));
}

TEST_F(ImagesTest, strangers_see_by_visibility_and_change_nothing) {
  struct Row {
    const char* visibility;
    bool seen;
  };
  for (const auto& [visibility, seen] :
       {Row{"public", true}, Row{"community", true}, Row{"shared", false}, Row{"private", false}}) {
    const auto image = room_.active(
        admin_,
        fmt::format(R"({{"visibility": "{}", "container_format": "docker", "disk_format": "raw"}})", visibility));
    const std::string changing = seen ? "image.not_owner" : "image.not_found";
    EXPECT_EQ(reason_of(room_.images.get(bert_, image.id)), seen ? "" : "image.not_found") << visibility;
    EXPECT_EQ(reason_of(room_.images.download(bert_, image.id)), seen ? "" : "image.not_found") << visibility;
    EXPECT_EQ(reason_of(room_.images.update(bert_, image.id, {})), changing) << visibility;
    EXPECT_EQ(reason_of(room_.images.remove(bert_, image.id)), changing) << visibility;
    EXPECT_EQ(upload(bert_, image.id, ScriptedSource(docker_archive())), changing) << visibility;
    EXPECT_EQ(reason_of(room_.images.add_tag(bert_, image.id, "t")), changing) << visibility;
    EXPECT_EQ(reason_of(room_.images.remove_tag(bert_, image.id, "t")), changing) << visibility;
  }
}

TEST_F(ImagesTest, a_chosen_id_is_taken_once) {
  const auto image = room_.queued(anna_);
  domain::Image same;
  same.id = image.id;
  EXPECT_EQ(reason_of(room_.images.create(bert_, same)), "image.exists");
}

TEST_F(ImagesTest, a_failing_patch_changes_nothing) {
  const auto image = room_.queued(anna_);
  EXPECT_EQ(reason_of(room_.images.update(anna_, image.id, patch(R"([{"op": "add", "path": "/name", "value": "other"},
      {"op": "remove", "path": "/nothing"}])"))),
            "image.no_such_property");
  EXPECT_EQ(room_.images.get(anna_, image.id)->name, "web");
  EXPECT_EQ(reason_of(room_.images.update(anna_, image.id,
                                          patch(R"([{"op": "add", "path": "/visibility", "value": "public"}])"))),
            "image.publicize");
}

TEST_F(ImagesTest, tags_are_a_set) {
  const auto image = room_.queued(anna_);
  ASSERT_TRUE(room_.images.add_tag(anna_, image.id, "t"));
  ASSERT_TRUE(room_.images.add_tag(anna_, image.id, "t"));
  EXPECT_EQ(room_.images.get(anna_, image.id)->tags, (std::vector<std::string>{"t"}));
  EXPECT_TRUE(room_.images.remove_tag(anna_, image.id, "t"));
  EXPECT_EQ(reason_of(room_.images.remove_tag(anna_, image.id, "t")), "image.tag_not_found");
}

TEST_F(ImagesTest, a_deactivated_image_gives_no_data_and_is_not_run) {
  const auto image = room_.active(anna_);
  EXPECT_EQ(reason_of(room_.images.set_active(anna_, image.id, false)), "image.admin_only");
  ASSERT_TRUE(room_.images.set_active(admin_, image.id, false));
  EXPECT_EQ(reason_of(room_.images.download(anna_, image.id)), "image.deactivated");
  EXPECT_EQ(reason_of(room_.images.download_for_host(image.id)), "image.deactivated");
  EXPECT_TRUE(room_.images.download(admin_, image.id));
  EXPECT_EQ(reason_of(room_.images.resolve(anna_, "web")), "image.not_usable");
  ASSERT_TRUE(room_.images.set_active(admin_, image.id, true));
  EXPECT_TRUE(room_.images.download(anna_, image.id));
  EXPECT_EQ(reason_of(room_.images.set_active(admin_, room_.queued(anna_).id, false)), "image.wrong_status");
}

TEST_F(ImagesTest, recovery_undoes_dead_uploads_and_removes_what_no_image_names) {
  const auto kept = room_.active(anna_);
  auto dead = room_.queued(anna_);
  dead.status = ImageStatus::saving;
  dead.blob = "halfway";
  ASSERT_TRUE(room_.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, dead));
    return {};
  }));
  for (const char* name : {"halfway", "orphan"}) ASSERT_TRUE(room_.blobs.begin().value()->commit(name));
  ASSERT_TRUE(room_.images.recover());
  EXPECT_THAT(room_.blobs.list().value(), ::testing::ElementsAre(kept.blob));
  EXPECT_EQ(room_.images.get(anna_, dead.id)->status, ImageStatus::queued);
  EXPECT_EQ(upload(anna_, dead.id, ScriptedSource(docker_archive())), "");
}

TEST_F(ImagesTest, resolves_an_id_or_a_name_to_what_can_be_run) {
  const auto image = room_.active(anna_);
  const auto found = room_.images.resolve(anna_, "web");
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->driver, "glance");
  EXPECT_EQ(found->id, image.id.str());
  EXPECT_EQ(found->checksum, image.os_hash_value);
  EXPECT_EQ(room_.images.resolve(anna_, image.id.str())->id, image.id.str());
  EXPECT_EQ(reason_of(room_.images.resolve(bert_, "web")), "image.not_found");
  EXPECT_EQ(reason_of(room_.images.resolve(bert_, image.id.str())), "image.not_found");
  EXPECT_EQ(reason_of(room_.images.resolve(anna_, "")), "image.not_found");
  room_.queued(anna_);
  EXPECT_EQ(room_.images.resolve(anna_, "web")->id, image.id.str())
      << "one that cannot be run does not stand in the way";
  room_.active(anna_);
  EXPECT_EQ(reason_of(room_.images.resolve(anna_, "web")), "image.ambiguous");
}

TEST_F(ImagesTest, a_strangers_community_image_is_run_by_id_but_not_by_name) {
  const auto image = room_.active(
      bert_, R"({"name": "web", "visibility": "community", "container_format": "docker", "disk_format": "raw"})");
  EXPECT_EQ(reason_of(room_.images.resolve(anna_, "web")), "image.not_found");
  EXPECT_TRUE(room_.images.resolve(anna_, image.id.str()));
}

TEST_F(ImagesTest, only_container_format_docker_is_run) {
  const auto image = room_.active(anna_, R"({"name": "disk", "container_format": "bare", "disk_format": "raw"})");
  EXPECT_EQ(reason_of(room_.images.resolve(anna_, "disk")), "image.not_usable");
}

}  // namespace
}  // namespace causeway::services
