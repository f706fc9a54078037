#include "causeway/services/common/convergence/region_progress.hpp"

#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_store.hpp"

namespace causeway::services {
namespace {

using namespace std::chrono_literals;

/// Remembers what it was told, and can be away.
class Centre final : public boundary::ProgressReceiver {
 public:
  Result<void> progress(const domain::RegionProgress& progress) override {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (away) return failed(Code::unavailable, "central.unreachable", "away");
    last_ = progress;
    heard_.notify_all();
    return {};
  }
  bool wait_for(const domain::RegionProgress& wanted) {
    std::unique_lock lock(mutex_);
    return heard_.wait_for(lock, 10s, [&] { return last_ == wanted; });
  }
  std::atomic<bool> away = false;

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  domain::RegionProgress last_;
  int calls_ = 0;
};

struct Room {
  void write(int records = 1) {
    ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
      for (int i = 0; i < records; ++i) TRY_VOID(writer.put("thing", "id", JsonObject(), {}));
      return {};
    }));
  }
  domain::HostApplied word(boundary::Revision applied) const { return {store.store_id(), applied, {}}; }
  boundary::Revision centre_revision_of(const std::string& name) {
    const auto now = progress.now();
    for (const auto& each : now.hosts) {
      if (each.host.str() == name) return each.applied;
    }
    return -1;
  }
  adapters::MemoryStore store;
  Centre centre;
  RegionProgress progress{store, centre, {1ms, 60s, 1ms, 8}};
  const domain::HostName host{"h1"};
};

TEST(RegionProgress, translates_what_hosts_say) {
  Room room;
  room.write(3);
  room.progress.applied("centre", 100);  // ours: 3
  room.write(2);
  room.progress.applied("centre", 110);  // ours: 5
  room.progress.applied("centre", 120);  // nothing of ours changed since
  room.progress.host_applied(room.host, room.word(2));
  EXPECT_EQ(room.centre_revision_of("h1"), 0);
  room.progress.host_applied(room.host, room.word(4));
  EXPECT_EQ(room.centre_revision_of("h1"), 100);
  room.progress.host_applied(room.host, room.word(5));
  EXPECT_EQ(room.centre_revision_of("h1"), 120);
  room.progress.applied("centre", 130);  // still nothing of ours
  EXPECT_EQ(room.centre_revision_of("h1"), 130);
  room.progress.host_applied(domain::HostName("h2"), {"another store", 5, {}});
  EXPECT_EQ(room.centre_revision_of("h2"), -1);
}

TEST(RegionProgress, never_claims_more_than_a_host_has_however_many_pairs_are_dropped) {
  Room room;
  for (int i = 1; i <= 1'000; ++i) {
    room.write();
    room.progress.applied("centre", i * 10);
  }
  for (const int at : {1, 500, 993, 999, 1'000}) {
    Room* r = &room;
    const domain::HostName name("h" + std::to_string(at));
    r->progress.host_applied(name, r->word(at));
    EXPECT_LE(r->centre_revision_of(name.str()), at * 10);
  }
  EXPECT_EQ(room.centre_revision_of("h1000"), 10'000);
}

TEST(RegionProgress, a_centre_that_went_back_in_time_is_believed) {
  Room room;
  room.write(3);
  room.progress.applied("centre", 100);
  room.progress.host_applied(room.host, room.word(3));
  room.progress.applied("centre", 40);
  EXPECT_EQ(room.progress.now().applied, 40);
  EXPECT_EQ(room.centre_revision_of("h1"), -1);
}

TEST(RegionProgress, is_told_again_when_the_centre_was_away) {
  Room room;
  room.centre.away = true;
  room.progress.start();
  room.write();
  room.progress.applied("centre", 10);
  room.progress.host_applied(room.host, {room.store.store_id(), 1, {{"network/n", "broken"}}});
  room.centre.away = false;
  EXPECT_TRUE(room.centre.wait_for({"centre", 10, {{room.host, 10, {{"network/n", "broken"}}}}}));
  room.progress.host_applied(room.host, room.word(1));
  EXPECT_TRUE(room.centre.wait_for({"centre", 10, {{room.host, 10, {}}}}));
  room.progress.stop();
}

}  // namespace
}  // namespace causeway::services
