#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/image/remote_image.hpp"
#include "causeway/services/common/interests.hpp"
#include "causeway/services/common/kinds.hpp"

namespace causeway::services {
namespace {

domain::RemoteImage a_remote_image() {
  domain::RemoteImage image;
  image.region = domain::RegionName("RegionOne");
  image.image_id = domain::ImageId("i");
  image.id = domain::RemoteImage::id_of(image.region, image.image_id);
  image.owner = domain::ProjectId("anna");
  return image;
}

TEST(RemoteImageFeed, takes_what_a_region_holds_to_all_others_with_its_end) {
  boundary::Change change{{"remote_image", "RegionOne/i", 1, encode(a_remote_image())}, false};
  for (const bool erased : {false, true}) {
    change.erased = erased;
    EXPECT_TRUE(RegionInterest(domain::RegionName("RegionTwo")).wants(change));
    EXPECT_FALSE(RegionInterest(domain::RegionName("RegionOne")).wants(change)) << "it knows its own";
    EXPECT_FALSE(HostInterest(domain::RegionName("RegionOne"), domain::HostName("h1")).wants(change));
  }
}

TEST(RemoteImageFeed, is_found_by_the_images_id_where_it_arrives) {
  adapters::MemoryStore store;
  const auto image = a_remote_image();
  ASSERT_TRUE(store.write([&](boundary::Writer& writer) { return put_replicated(writer, "remote_image", image.id, encode(image)); }));
  const auto held = boundary::view(store, [](boundary::Reader& reader) {
    return boundary::list<domain::RemoteImage>(reader, boundary::By{"image_id", "i"});
  });
  ASSERT_TRUE(held);
  EXPECT_EQ(held->size(), 1u);
  EXPECT_EQ(held->front(), image);
}

}  // namespace
}  // namespace causeway::services
