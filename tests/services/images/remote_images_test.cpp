#include "causeway/services/images/remote_images.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "causeway/boundary/collection.hpp"
#include "image_room.hpp"

namespace causeway::services {
namespace {

using namespace causeway::testing;
using domain::Image;
using domain::ImageId;
using domain::RemoteImage;

/// RegionOne's image service, and what it tells the cloud.
struct Home {
  adapters::MemoryStore store;
  adapters::MemoryBlobs blobs;
  adapters::SystemDigests digests;
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  Images images{{store, blobs, digests, clock, ids, {}, {domain::RegionName("RegionOne"), "https://one:9519"}}};

  Image active(const domain::Caller& who, const std::string& visibility = "shared") {
    const auto body = R"({"name":"web","container_format":"docker","disk_format":"raw","visibility":")" + visibility + "\"}";
    const auto made = images.create(who, domain::parse_new_image(parse_json(body).value()).value()).value();
    ScriptedSource data(docker_archive());
    images.upload(who, made.id, data).value();
    return images.get(who, made.id).value();
  }
  std::vector<RemoteImage> told() {
    return boundary::view(store, [](boundary::Reader& reader) { return boundary::list<RemoteImage>(reader); }).value();
  }
};

/// The way between the regions: asks the home's own service, and can be cut, held, and made to lie.
class Way final : public boundary::RegionImages {
 public:
  explicit Way(Home& home) : home_(home) {}
  std::atomic<int> transfers = 0;
  std::atomic<bool> cut = false, held = false, lies = false;
  Result<void> fetch(const RemoteImage& image, const std::function<Result<void>(std::string_view)>& piece,
                     std::stop_token stop) override {
    ++transfers;
    if (cut) return failed(Code::unavailable, "region.unreachable", "region RegionOne cannot be reached now.");
    while (held && !stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    if (stop.stop_requested()) return failed(Code::cancelled, "http.cancelled", "stopped");
    TRY(auto download, home_.images.download_for_region(image.image_id));
    auto bytes = read_all(*download.data);
    if (lies) bytes[600] ^= 1;
    for (std::size_t at = 0; at < bytes.size(); at += 1000) TRY_VOID(piece(std::string_view(bytes).substr(at, 1000)));
    return {};
  }

 private:
  Home& home_;
};

/// RegionTwo, to which the centre's feed brings what RegionOne tells.
class RemoteImagesTest : public ::testing::Test {
 protected:
  void feed() {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY(const auto before, boundary::list<RemoteImage>(writer));
      for (const auto& old : before) {
        if (old.region.str() == "RegionOne") TRY_VOID(boundary::erase<RemoteImage>(writer, old.id));
      }
      for (const auto& told : home.told()) TRY_VOID(boundary::put(writer, told));
      return {};
    }));
  }
  std::string fetched(const ImageId& id) {
    const auto download = images.download_for_host(id);
    return download ? read_all(*download->data) : "<" + download.error().reason + ">";
  }
  /// As hosts do: again and again until it is there.
  std::string fetched_at_last(const ImageId& id) {
    for (int i = 0; i < 5000; ++i) {
      auto text = fetched(id);
      if (text != "<image.being_fetched>") return text;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return "<never>";
  }
  template <class T>
  std::string reason_of(const Result<T>& result) {
    return result ? "" : result.error().reason;
  }

  Home home;
  Way way{home};
  adapters::MemoryStore store;
  adapters::MemoryBlobs blobs;
  adapters::SystemDigests digests;
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  RemoteImages remote{{store, blobs, digests, ids, way, {.patience = std::chrono::milliseconds(20)}}};
  Images images{{store, blobs, digests, clock, ids, {}, {domain::RegionName("RegionTwo"), "https://two:9519"}, &remote}};
  const domain::Caller anna = a_member_of("anna"), bert = a_member_of("bert");
};

TEST_F(RemoteImagesTest, a_region_tells_of_the_images_that_can_be_run_and_of_no_others) {
  const auto body = R"({"name":"web","container_format":"docker","disk_format":"raw"})";
  const auto queued = home.images.create(anna, domain::parse_new_image(parse_json(body).value()).value()).value();
  EXPECT_TRUE(home.told().empty()) << "it has no data yet";
  ScriptedSource data(docker_archive());
  ASSERT_TRUE(home.images.upload(anna, queued.id, data));
  ASSERT_EQ(home.told().size(), 1u);
  const auto told = home.told().front();
  const auto image = home.images.get(anna, queued.id).value();
  EXPECT_EQ(told.id, "RegionOne/" + queued.id.str());
  EXPECT_EQ(told.os_hash_value, image.os_hash_value);
  EXPECT_EQ(told.size, image.size);
  EXPECT_EQ(told.control_url, "https://one:9519");
  ASSERT_TRUE(home.images.set_active(an_admin(), queued.id, false));
  EXPECT_TRUE(home.told().empty()) << "a deactivated image is not given out";
  ASSERT_TRUE(home.images.set_active(an_admin(), queued.id, true));
  EXPECT_EQ(home.told().size(), 1u);
  ASSERT_TRUE(home.images.remove(anna, queued.id));
  EXPECT_TRUE(home.told().empty());
}

TEST_F(RemoteImagesTest, a_start_tells_of_images_that_were_there_before) {
  const auto image = home.active(anna);
  Images moved{{home.store, home.blobs, home.digests, home.clock, home.ids, {}, {domain::RegionName("RegionOne"), "https://moved:1"}}};
  ASSERT_TRUE(moved.recover());
  ASSERT_EQ(home.told().size(), 1u);
  EXPECT_EQ(home.told().front().control_url, "https://moved:1");
}

TEST_F(RemoteImagesTest, another_regions_image_is_found_by_id_by_those_who_may_see_it_and_by_name_by_nobody) {
  const auto hers = home.active(anna);
  const auto everybodys = home.active(an_admin(), "public");
  feed();
  const auto ref = images.resolve(anna, hers.id.str());
  ASSERT_TRUE(ref) << ref.error().describe();
  EXPECT_EQ(ref->id, hers.id.str());
  EXPECT_EQ(ref->checksum, hers.os_hash_value);
  EXPECT_EQ(reason_of(images.resolve(bert, hers.id.str())), "image.not_found");
  EXPECT_TRUE(images.resolve(bert, everybodys.id.str()));
  EXPECT_EQ(reason_of(images.resolve(anna, "web")), "image.not_found");
  EXPECT_EQ(way.transfers, 0) << "resolving asks nobody";
  EXPECT_EQ(reason_of(images.get(anna, hers.id)), "image.not_found") << "it is no image of this region";
}

TEST_F(RemoteImagesTest, the_data_is_fetched_once_and_kept_and_is_no_image_of_ours) {
  const auto image = home.active(anna);
  feed();
  EXPECT_EQ(fetched_at_last(image.id), docker_archive());
  EXPECT_EQ(fetched(image.id), docker_archive());
  EXPECT_EQ(way.transfers, 1);
  way.cut = true;
  EXPECT_EQ(fetched(image.id), docker_archive()) << "the other region is not needed any more";
  EXPECT_TRUE(images.list(an_admin(), domain::ImageQuery::parse({}).value())->images.empty());
  EXPECT_EQ(reason_of(images.download_for_region(image.id)), "image.not_found") << "it is not passed on";
  ASSERT_TRUE(images.recover());
  EXPECT_EQ(fetched(image.id), docker_archive()) << "a start keeps it";
}

TEST_F(RemoteImagesTest, many_who_ask_at_once_cause_one_transfer_and_nobody_waits_long) {
  const auto image = home.active(anna);
  feed();
  way.held = true;
  std::vector<std::jthread> hosts;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    hosts.emplace_back([&] { right += fetched(image.id) == "<image.being_fetched>"; });
  }
  hosts.clear();
  EXPECT_EQ(right, 8);
  way.held = false;
  for (int i = 0; i < 8; ++i) {
    hosts.emplace_back([&] { right += fetched_at_last(image.id) == docker_archive(); });
  }
  hosts.clear();
  EXPECT_EQ(right, 16);
  EXPECT_EQ(way.transfers, 1);
  EXPECT_EQ(blobs.list()->size(), 1u);
}

TEST_F(RemoteImagesTest, a_region_that_is_away_is_said_so_and_asked_again_later) {
  const auto image = home.active(anna);
  feed();
  way.cut = true;
  EXPECT_EQ(fetched_at_last(image.id), "<region.unreachable>");
  const auto refused = images.download_for_host(image.id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_EQ(refused.error().message, "Image " + image.id.str() + " is in region RegionOne, which cannot be reached now.");
  way.cut = false;
  EXPECT_EQ(fetched_at_last(image.id), docker_archive());
}

TEST_F(RemoteImagesTest, data_that_is_not_what_was_announced_is_never_given_out) {
  const auto image = home.active(anna);
  feed();
  way.lies = true;
  EXPECT_EQ(fetched_at_last(image.id), "<image.bad_transfer>");
  EXPECT_TRUE(blobs.list()->empty());
  EXPECT_EQ(blobs.unfinished(), 0u);
  way.lies = false;
  EXPECT_EQ(fetched_at_last(image.id), docker_archive());
}

TEST_F(RemoteImagesTest, a_copy_goes_with_its_original) {
  const auto image = home.active(anna);
  const auto other = home.active(anna);
  feed();
  EXPECT_EQ(fetched_at_last(image.id), docker_archive());
  EXPECT_EQ(fetched_at_last(other.id), docker_archive());
  ASSERT_TRUE(remote.sweep());
  EXPECT_EQ(blobs.list()->size(), 2u);
  ASSERT_TRUE(home.images.remove(anna, image.id));
  feed();
  ASSERT_TRUE(remote.sweep());
  EXPECT_EQ(blobs.list()->size(), 1u);
  EXPECT_EQ(fetched(image.id), "<image.not_found>");
  EXPECT_EQ(reason_of(images.resolve(anna, image.id.str())), "image.not_found");
  EXPECT_EQ(fetched(other.id), docker_archive());
}

TEST_F(RemoteImagesTest, stopping_breaks_a_transfer_off) {
  const auto image = home.active(anna);
  feed();
  way.held = true;
  EXPECT_EQ(fetched(image.id), "<image.being_fetched>");
  remote.stop();
  EXPECT_EQ(blobs.unfinished(), 0u);
  EXPECT_EQ(reason_of(images.download_for_host(image.id)), "region.stopping");
}

TEST(ChooseRemote, prefers_what_is_ones_own_or_public_and_never_guesses) {
  const auto anna = a_member_of("anna");
  const auto held = [](const char* region, const char* owner, domain::Visibility visibility, const char* hash) {
    RemoteImage out;
    out.region = domain::RegionName(region);
    out.image_id = ImageId("i");
    out.id = RemoteImage::id_of(out.region, out.image_id);
    out.owner = domain::ProjectId(owner);
    out.visibility = visibility;
    out.os_hash_value = hash;
    return out;
  };
  using enum domain::Visibility;
  const auto hers = held("One", "anna", private_, "a"), bait = held("Two", "mallory", community, "b"),
             same = held("Three", "anna", shared, "a"), other = held("Four", "anna", shared, "c");
  EXPECT_FALSE(domain::choose_remote({held("One", "bert", private_, "a")}, anna).value());
  EXPECT_EQ(domain::choose_remote({bait}, anna).value()->region.str(), "Two") << "community images are found by id";
  EXPECT_EQ(domain::choose_remote({bait, hers}, anna).value()->region.str(), "One");
  EXPECT_TRUE(domain::choose_remote({hers, same}, anna).value());
  EXPECT_EQ(domain::choose_remote({hers, other}, anna).error().reason, "image.ambiguous");
}

}  // namespace
}  // namespace causeway::services
