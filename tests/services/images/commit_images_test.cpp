#include <gtest/gtest.h>

#include "causeway/boundary/collection.hpp"
#include "image_room.hpp"

namespace causeway::services {
namespace {

using namespace causeway::testing;
using domain::ImageId;
using domain::ImageStatus;

class CommitImagesTest : public ::testing::Test {
 protected:
  ImageId begun() {
    const auto image = room.images.prepare_commit(anna, "shop/web", "v1").value();
    EXPECT_TRUE(room.store.write([&](boundary::Writer& writer) { return room.images.begin_commit(writer, anna, image); }));
    return image.id;
  }
  void end(const ImageId& id) {
    ASSERT_TRUE(room.store.write([&](boundary::Writer& writer) { return room.images.end_commit(writer, id); }));
  }
  std::string upload(const ImageId& id, ScriptedSource data) {
    const auto done = room.images.upload_committed(id, data);
    return done ? "" : done.error().reason;
  }
  ImageRoom room;
  const domain::Caller anna = a_member_of("anna");
};

TEST_F(CommitImagesTest, an_image_of_a_container_becomes_active_with_its_data) {
  const auto id = begun();
  auto image = room.images.get(anna, id).value();
  EXPECT_EQ(image.name, "shop/web");
  EXPECT_EQ(image.tags, std::vector<std::string>{"v1"});
  EXPECT_EQ(image.container_format, "docker");
  EXPECT_EQ(image.disk_format, "raw");
  EXPECT_EQ(image.status, ImageStatus::queued);
  EXPECT_EQ(upload(id, ScriptedSource(docker_archive())), "");
  image = room.images.get(anna, id).value();
  EXPECT_EQ(image.status, ImageStatus::active);
  EXPECT_EQ(image.os_hash_value.size(), 128u);
  EXPECT_EQ(upload(id, ScriptedSource("never read").breaking_after(0)), "") << "a repeated upload is done already";
  end(id);
  EXPECT_TRUE(room.images.get(anna, id)) << "an image that is whole stays";
  EXPECT_TRUE(room.images.resolve(anna, id.str()));
}

TEST_F(CommitImagesTest, an_image_that_gets_no_data_goes_with_its_task) {
  const auto id = begun();
  EXPECT_EQ(upload(id, ScriptedSource(docker_archive()).breaking_after(1000)), "http.body_broken");
  EXPECT_EQ(room.images.get(anna, id)->status, ImageStatus::queued) << "it can be tried again";
  end(id);
  EXPECT_FALSE(room.images.get(anna, id));
  end(id);
  EXPECT_EQ(upload(id, ScriptedSource(docker_archive())), "image.not_found");
  EXPECT_TRUE(room.blobs.list()->empty());
}

TEST_F(CommitImagesTest, a_second_upload_waits_for_the_first_and_one_whose_task_ended_leaves_nothing) {
  const auto id = begun();
  std::string second;
  ScriptedSource data(docker_archive());
  data.meanwhile([&] {
    second = upload(id, ScriptedSource(docker_archive()));
    end(id);
  });
  EXPECT_EQ(room.images.upload_committed(id, data).error().reason, "image.not_found");
  EXPECT_EQ(second, "image.upload_under_way");
  EXPECT_TRUE(room.blobs.list()->empty());
}

TEST_F(CommitImagesTest, what_is_no_image_is_refused) {
  const auto id = begun();
  EXPECT_EQ(upload(id, ScriptedSource(std::string(2048, 'x'))), "image.not_docker_archive");
  EXPECT_EQ(room.images.get(anna, id)->status, ImageStatus::queued);
}

}  // namespace
}  // namespace causeway::services
