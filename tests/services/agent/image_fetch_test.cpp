#include "agent_room.hpp"

/// Images of the region's image service whose data breaks off on its way to a host in memory.
namespace causeway::testing {
namespace {

using namespace std::chrono_literals;
using domain::ContainerStatus;
using ImageFetchAgent = AgentRoom;

Error cut_off() {
  return fail(Code::unavailable, "image.cut_off", "The image service broke off the data.");
}
Error glance_away() { return fail(Code::unavailable, "glance.away", "The image service of region one cannot be reached now; try again later."); }
Error region_away() { return fail(Code::unavailable, "region.unreachable", "region cannot be reached now; try again later."); }

/// An archive of a few hundred bytes for the Engine in memory, and its SHA-512.
std::string archive() { return "image sha256:" + image_id + " " + std::string(400, 'x'); }

std::string sum_of(boundary::DigestKind kind, const std::string& data) {
  adapters::SystemDigests digests;
  auto digest = digests.begin(kind).value();
  digest->update(data);
  return digest->finish();
}

domain::Container with_sum(domain::Container container, std::string sum) {
  container.image_ref = {"glance", image_id, std::move(sum), "", ""};
  return container;
}

TEST_F(ImageFetchAgent, goes_on_where_the_data_broke_off_whoever_was_to_blame) {
  region.set_image_data(archive());
  region.break_fetches({{100, cut_off()}, {0, glance_away()}, {50, region_away()}, {0, region_away()}});
  put_records(with_sum(a_container(), sum_of(boundary::DigestKind::sha512, archive())));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  EXPECT_EQ(region.fetches(), 5) << "each asked for the rest alone, or the sum would be wrong";
}

TEST_F(ImageFetchAgent, sums_of_sha_256_and_md5_are_verified_too) {
  region.set_image_data(archive());
  put_records(with_sum(a_container(), sum_of(boundary::DigestKind::sha256, archive())));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

TEST_F(ImageFetchAgent, a_wrong_sum_is_the_container_s_error_and_leaves_nothing) {
  region.set_image_data(archive());
  put_records(with_sum(a_container(), std::string(64, '0')));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_EQ(region.seen(box)->status_reason,
            "The image's data has the checksum " + sum_of(boundary::DigestKind::sha256, archive()) + ", not " + std::string(64, '0') + ".");
  EXPECT_EQ(region.fetches(), 1) << "it would be as wrong the next time";
  EXPECT_FALSE(engine.find_image(services::engine_reference(image_id)).value());
}

TEST_F(ImageFetchAgent, an_image_service_that_gives_nothing_for_a_while_is_the_container_s_error) {
  region.set_image_data(archive());
  std::deque<std::pair<std::size_t, Error>> breaks{{100, cut_off()}};
  for (int i = 0; i < 5; ++i) breaks.emplace_back(0, cut_off());
  region.break_fetches(breaks);
  put_records(with_sum(a_container(), sum_of(boundary::DigestKind::sha512, archive())));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_EQ(region.seen(box)->status_reason, "Image " + image_id + " could not be loaded: The image service broke off the data.");
  EXPECT_EQ(region.fetches(), 6);
  EXPECT_FALSE(engine.find_image(services::engine_reference(image_id)).value());
}

TEST_F(ImageFetchAgent, bytes_that_come_begin_the_count_of_attempts_anew) {
  region.set_image_data(archive());
  std::deque<std::pair<std::size_t, Error>> breaks;
  for (int i = 0; i < 12; ++i) breaks.emplace_back(i % 4 == 0 ? 10 : 0, cut_off());
  region.break_fetches(breaks);
  put_records(with_sum(a_container(), sum_of(boundary::DigestKind::sha512, archive())));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

TEST_F(ImageFetchAgent, a_refusal_is_final) {
  region.refuse_fetches(fail(Code::not_found, "image.not_found", "No image found with ID or name 'x'."));
  put_records(with_sum(a_container(), std::string(128, '0')));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error); }));
  EXPECT_EQ(region.seen(box)->status_reason, "No image found with ID or name 'x'.");
  EXPECT_EQ(region.fetches(), 1);
}

TEST_F(ImageFetchAgent, a_region_that_is_away_is_waited_for) {
  region.set_image_data(archive());
  std::deque<std::pair<std::size_t, Error>> breaks;
  for (int i = 0; i < 9; ++i) breaks.emplace_back(0, region_away());
  region.break_fetches(breaks);
  put_records(with_sum(a_container(), sum_of(boundary::DigestKind::sha512, archive())));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }, 20s));
}

}  // namespace
}  // namespace causeway::testing
