#include "causeway/services/images/external/external_images.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "causeway/boundary/collection.hpp"
#include "fake_glance.hpp"
#include "image_room.hpp"

namespace causeway::services {
namespace {

using namespace causeway::testing;
using namespace std::chrono_literals;
using domain::ImageId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string box = "aaaaaaaa-0000-4000-8000-000000000001";
const std::string other = "aaaaaaaa-0000-4000-8000-000000000002";

/// A region whose images are in a Glance, with the image service of its own behind it.
class ExternalImagesTest : public ::testing::Test {
 protected:
  template <class T>
  static std::string reason_of(const Result<T>& result) {
    return result ? "" : result.error().reason;
  }
  std::string resolved(const domain::Caller& who, const std::string& words) {
    const auto ref = images.resolve(who, words);
    return ref ? ref->id : ref.error().reason;
  }
  std::string read_from(std::uint64_t from, const std::string& id = box) {
    auto data = images.for_host(ImageId(id), from);
    return data ? read_all(**data) : data.error().reason;
  }
  ImageId begun() {
    const auto image = images.prepare_commit(anna, "shop/web", "v1").value();
    EXPECT_TRUE(room.store.write([&](boundary::Writer& writer) { return images.begin_commit(writer, anna, image); }));
    return image.id;
  }
  void end(const ImageId& id) {
    ASSERT_TRUE(room.store.write([&](boundary::Writer& writer) { return images.end_commit(writer, id); }));
  }
  std::string upload(const ImageId& id, ScriptedSource data) { return reason_of(images.upload_committed(id, data)); }
  std::size_t records() {
    return boundary::view(room.store, [](boundary::Reader& reader) { return boundary::list<domain::ExternalCommit>(reader); })->size();
  }

  ImageRoom room;
  FakeGlance glance;
  ExternalCommits commits{{room.store, glance, glance, room.clock, room.ids, {}}};
  ExternalImages images{{glance, glance, commits, room.images, {.image_bytes = 1'000'000, .most_waiting = 2, .patience = 1ms}}};
  const domain::Caller anna = a_member_of("anna");
  const domain::Caller bert = a_member_of("bert");
};

TEST_F(ExternalImagesTest, an_image_is_what_glance_says_to_who_asks) {
  glance.add(box, "box", "anna", "data").os_hash_value = std::string(128, 'e');
  const auto ref = images.resolve(anna, "box").value();
  EXPECT_EQ(ref.driver, "glance");
  EXPECT_EQ(ref.id, box);
  EXPECT_EQ(ref.checksum, std::string(128, 'e'));
  EXPECT_EQ(resolved(anna, box), box);
  EXPECT_EQ(resolved(bert, box), "image.not_found");
  EXPECT_EQ(resolved(bert, "box"), "image.not_found");
  EXPECT_EQ(resolved(anna, ""), "image.not_found");
  glance.add(other, box, "anna", "data");
  EXPECT_EQ(resolved(bert, box), "image.not_found");
  EXPECT_EQ(resolved(anna, box), box) << "an id goes before a name";
  glance.images.erase(ImageId(box));
  EXPECT_EQ(resolved(anna, box), other) << "a name may look like an id";
  glance.images[ImageId(other)].image.status = "importing";
  EXPECT_EQ(resolved(anna, other), "image.not_usable");
}

TEST_F(ExternalImagesTest, a_glance_that_is_away_is_said_so) {
  glance.add(box, "box", "anna", "data");
  glance.be_away();
  for (const auto& words : {box, std::string("box")}) {
    const auto refused = images.resolve(anna, words);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::unavailable);
    EXPECT_EQ(refused.error().message, "The image service of region one cannot be reached now; try again later.");
  }
  EXPECT_EQ(reason_of(images.search(anna, "b", boundary::NameMatch::part)), "glance.away");
  EXPECT_EQ(reason_of(images.prepare_commit(anna, "a", "b")), "glance.away");
  EXPECT_EQ(read_from(0), "glance.away");
}

TEST_F(ExternalImagesTest, search_finds_what_can_be_run_by_name_or_part_of_it) {
  glance.add(box, "busybox", "anna", "data");
  glance.add(other, "box", "anna", "data");
  glance.add("3", "boxer", "bert", "data");
  glance.add("4", "box-bare", "anna", "data").container_format = "bare";
  const auto names = [&](const std::string& name, boundary::NameMatch match) {
    std::vector<std::string> out;
    for (const auto& image : images.search(anna, name, match).value()) out.push_back(image.name);
    return out;
  };
  EXPECT_THAT(names("box", boundary::NameMatch::part), ElementsAre("box", "busybox"));
  EXPECT_THAT(names("box", boundary::NameMatch::exact), ElementsAre("box"));
  EXPECT_THAT(names("none", boundary::NameMatch::exact), IsEmpty());
}

TEST_F(ExternalImagesTest, data_comes_from_any_byte_to_the_end) {
  std::string data;
  for (int i = 0; i < 50'000; ++i) data += std::to_string(i);
  glance.add(box, "box", "anna", data);
  EXPECT_EQ(read_from(0), data);
  EXPECT_EQ(read_from(70'000), data.substr(70'000));
  const auto opened = glance.opened;
  EXPECT_EQ(read_from(data.size()), "");
  EXPECT_EQ(glance.opened, opened) << "there is nothing to ask for";
  EXPECT_EQ(read_from(data.size() + 1), "image.bad_range");
  EXPECT_EQ(images.for_host(ImageId(box), 10).value()->length(), data.size() - 10);
}

TEST_F(ExternalImagesTest, data_that_ends_too_early_is_an_error_however_it_ends) {
  glance.add(box, "box", "anna", std::string(150'000, 'x'));
  glance.breaks_at = 100'000;
  EXPECT_EQ(read_from(0), std::string(100'000, 'x') + "<image.cut_off>");
  EXPECT_EQ(read_from(100'000), "image.cut_off") << "before anything was promised";
  glance.breaks_with_error = true;
  EXPECT_EQ(read_from(0), std::string(100'000, 'x') + "<image.cut_off>");
  const auto refused = images.for_host(ImageId(box), 100'000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "The image service broke off the data of image " + box + " after 100000 of 150000 bytes.");
}

TEST_F(ExternalImagesTest, data_that_must_not_be_given_out_is_not) {
  glance.add(box, "box", "anna", "data").status = "deactivated";
  EXPECT_EQ(read_from(0), "image.deactivated");
  glance.images[ImageId(box)].image.status = "queued";
  EXPECT_EQ(read_from(0), "image.no_data");
  EXPECT_EQ(read_from(0, other), "image.not_found");
  glance.add(other, "large", "anna", "").size = 1'000'001;
  EXPECT_EQ(read_from(0, other), "image.too_large");
}

TEST_F(ExternalImagesTest, a_glance_that_hangs_holds_up_few_of_those_who_ask) {
  glance.add(box, "box", "anna", "data");
  std::vector<std::string> inner;
  int depth = 0;
  glance.while_asked = [&] {
    if (++depth == 1) inner.push_back(read_from(0));
    if (depth == 2) inner.push_back(read_from(0));
  };
  EXPECT_EQ(read_from(0), "data");
  EXPECT_THAT(inner, ElementsAre("image.busy", "data")) << "two may wait, the third is sent away";
}

TEST_F(ExternalImagesTest, users_wait_apart_from_hosts) {
  glance.add(box, "box", "anna", "data");
  std::vector<std::string> inner;
  glance.while_asked = [&] {
    glance.while_asked = [&] {
      glance.while_asked = nullptr;
      inner.push_back(resolved(anna, box));
      inner.push_back(read_from(0));
    };
    inner.push_back(resolved(anna, box));
  };
  EXPECT_EQ(resolved(anna, box), box);
  EXPECT_THAT(inner, ElementsAre("image.busy", "data", box));
}

TEST_F(ExternalImagesTest, images_that_the_region_held_before_stay_for_hosts_but_not_for_users) {
  const auto old = room.queued(anna);
  ScriptedSource data(docker_archive());
  ASSERT_TRUE(room.images.upload(anna, old.id, data));
  EXPECT_EQ(resolved(anna, old.id.str()), "image.not_found");
  glance.be_away();
  EXPECT_EQ(read_from(0, old.id.str()), docker_archive());
  EXPECT_EQ(read_from(7, old.id.str()), docker_archive().substr(7));
  EXPECT_TRUE(images.for_region(old.id));
  EXPECT_EQ(reason_of(images.for_region(ImageId(box))), "image.not_found");
}

TEST_F(ExternalImagesTest, an_image_of_another_region_is_run_by_its_id) {
  domain::RemoteImage remote;
  remote.id = "RegionTwo/" + box;
  remote.region = domain::RegionName("RegionTwo");
  remote.image_id = ImageId(box);
  remote.owner = anna.project_id;
  remote.os_hash_value = std::string(128, 'f');
  ASSERT_TRUE(room.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, remote));
    return {};
  }));
  EXPECT_EQ(resolved(anna, box), box);
  EXPECT_EQ(resolved(bert, box), "image.not_found");
}

TEST_F(ExternalImagesTest, a_commit_makes_an_image_of_the_user_s_project) {
  const auto id = begun();
  const auto& made = glance.images.at(id).image;
  EXPECT_EQ(made.owner, anna.project_id);
  EXPECT_EQ(made.name, "shop/web");
  EXPECT_EQ(made.tags, std::vector<std::string>{"v1"});
  EXPECT_EQ(upload(id, ScriptedSource("the container")), "");
  EXPECT_EQ(glance.images.at(id).data, "the container");
  EXPECT_EQ(upload(id, ScriptedSource("never read").breaking_after(0)), "") << "a repeated upload is done already";
  end(id);
  ASSERT_TRUE(commits.settle());
  EXPECT_TRUE(glance.images.contains(id)) << "an image that is whole stays";
  EXPECT_EQ(records(), 0u);
  EXPECT_EQ(upload(id, ScriptedSource("more")), "image.not_found");
}

TEST_F(ExternalImagesTest, a_commit_that_fails_leaves_nothing_in_glance) {
  const auto id = begun();
  EXPECT_EQ(upload(id, ScriptedSource("half of it").breaking_after(3)), "http.body_broken");
  EXPECT_TRUE(glance.images.contains(id)) << "it can be tried again";
  end(id);
  EXPECT_EQ(upload(id, ScriptedSource("too late")), "image.not_found");
  glance.be_away();
  EXPECT_EQ(reason_of(commits.settle()), "glance.away");
  EXPECT_EQ(records(), 1u) << "it is not forgotten";
  glance.trouble.reset();
  ASSERT_TRUE(commits.settle());
  EXPECT_THAT(glance.images, IsEmpty());
  EXPECT_EQ(records(), 0u);
}

TEST_F(ExternalImagesTest, an_image_that_was_made_although_the_answer_was_lost_goes) {
  glance.after_create = fail(Code::unavailable, "glance.away", "no answer");
  EXPECT_EQ(reason_of(images.prepare_commit(anna, "a", "b")), "glance.away");
  glance.after_create.reset();
  EXPECT_EQ(glance.images.size(), 1u);
  ASSERT_TRUE(commits.settle());
  EXPECT_THAT(glance.images, IsEmpty());
  EXPECT_EQ(records(), 0u);
}

TEST_F(ExternalImagesTest, a_request_that_was_given_up_is_watched_for_a_while) {
  glance.be_away();
  EXPECT_EQ(reason_of(images.prepare_commit(anna, "a", "b")), "glance.away");
  glance.trouble.reset();
  ASSERT_TRUE(commits.settle());
  EXPECT_EQ(records(), 1u) << "it may still be on its way";
  room.clock.advance(121s);
  ASSERT_TRUE(commits.settle());
  EXPECT_EQ(records(), 0u);
}

TEST_F(ExternalImagesTest, what_glance_was_never_asked_for_leaves_no_record) {
  for (const char* reason : {"glance.unreachable", "keystone.away"}) {
    glance.trouble = fail(Code::unavailable, reason, "no connection");
    EXPECT_EQ(reason_of(images.prepare_commit(anna, "a", "b")), reason);
    EXPECT_EQ(records(), 0u);
  }
}

TEST_F(ExternalImagesTest, what_glance_refuses_to_make_leaves_no_record) {
  glance.trouble = fail(Code::too_large, "image.quota", "too many");
  EXPECT_EQ(reason_of(images.prepare_commit(anna, "a", "b")), "image.quota");
  EXPECT_EQ(records(), 0u);
}

TEST_F(ExternalImagesTest, what_a_dead_process_was_making_goes) {
  const auto image = images.prepare_commit(anna, "a", "b").value();
  ASSERT_TRUE(commits.settle());
  EXPECT_TRUE(glance.images.contains(image.id)) << "its transaction may be running";
  ExternalCommits next{{room.store, glance, glance, room.clock, room.ids, {}}};
  ASSERT_TRUE(next.recover());
  ASSERT_TRUE(next.settle());
  EXPECT_THAT(glance.images, IsEmpty());
}

TEST_F(ExternalImagesTest, a_commit_does_not_wait_for_glance_for_ever) {
  const auto id = begun();
  glance.be_away();
  EXPECT_EQ(upload(id, ScriptedSource("data")), "glance.away");
  room.clock.advance(299s);
  EXPECT_EQ(upload(id, ScriptedSource("data")), "glance.away");
  room.clock.advance(2s);
  ScriptedSource data("data");
  const auto refused = images.upload_committed(id, data);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "image.commit_failed");
  EXPECT_EQ(refused.error().code, Code::exhausted) << "final for the host";
}

TEST_F(ExternalImagesTest, glance_may_take_its_time_to_notice_that_an_upload_broke_off) {
  const auto id = begun();
  glance.stuck = true;
  EXPECT_EQ(upload(id, ScriptedSource("data").breaking_after(2)), "http.body_broken");
  EXPECT_EQ(upload(id, ScriptedSource("data")), "image.saving");
  glance.images.at(id).image.status = "queued";
  EXPECT_EQ(upload(id, ScriptedSource("data")), "");
  const auto never = begun();
  EXPECT_EQ(upload(never, ScriptedSource("data").breaking_after(2)), "http.body_broken");
  EXPECT_EQ(upload(never, ScriptedSource("data")), "image.saving");
  room.clock.advance(61s);
  EXPECT_EQ(upload(never, ScriptedSource("data")), "image.wrong_status");
}

TEST_F(ExternalImagesTest, one_upload_of_an_image_runs_at_a_time) {
  const auto id = begun();
  std::string second;
  glance.meanwhile = [&] { second = upload(id, ScriptedSource("other")); };
  EXPECT_EQ(upload(id, ScriptedSource("data")), "");
  EXPECT_EQ(second, "image.upload_under_way");
  EXPECT_EQ(glance.images.at(id).data, "data");
}

}  // namespace
}  // namespace causeway::services
