#include <gtest/gtest.h>

#include <random>

#include "causeway/base/encoding.hpp"
#include "causeway/services/common/upstream.hpp"
#include "feed_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

/// The centre's side: a replica behind the boundary. It can lose its state, restart and fail.
class Centre final : public boundary::FeedReceiver {
 public:
  Centre() { lose_state(); }
  Result<Position> position() override {
    std::lock_guard lock(mutex_);
    ++dials;
    TRY(const auto at, replica_->position());
    return Position{at.store_id, at.cursor};
  }
  Result<Position> push(Revision from, const std::string& lines) override {
    std::lock_guard lock(mutex_);
    ++pushes;
    last_from_ = from;
    last_lines_ = lines;
    if (refusals > 0) {
      --refusals;
      return failed(Code::unavailable, "central.unreachable", "Away.");
    }
    return take(from, lines);
  }
  /// The last push again: one that was given up, and comes late.
  Result<Position> push_last_again() {
    std::lock_guard lock(mutex_);
    return take(last_from_, last_lines_);
  }
  void lose_state() {
    std::lock_guard lock(mutex_);
    store_ = std::make_unique<MemoryStore>();
    make_replica();
  }
  void restart() {
    std::lock_guard lock(mutex_);
    make_replica();
  }
  Picture held() {
    std::lock_guard lock(mutex_);
    return picture(*store_, {"port"}, [](const auto& record) { return text_member(record.body, "region") == "R1"; });
  }
  Revision at() {
    std::lock_guard lock(mutex_);
    return replica_->applied().cursor;
  }
  std::atomic<int> dials = 0, pushes = 0, refusals = 0;

 private:
  Result<Position> take(Revision from, std::string_view lines) {
    TRY_VOID(replica_->expect_at(from));
    TRY_VOID(replica_->apply(split(lines.substr(0, lines.size() - 1), '\n')));
    const auto at = replica_->applied();
    return Position{at.store_id, at.cursor};
  }
  void make_replica() {
    replica_ =
        std::make_unique<services::Replica>(*store_, "region R1", std::vector<std::string>{"port"},
                                            [](auto, const Json& body) { return text_member(body, "region") == "R1"; });
  }
  std::mutex mutex_;
  Revision last_from_ = 0;
  std::string last_lines_;
  std::unique_ptr<MemoryStore> store_;
  std::unique_ptr<services::Replica> replica_;
};

struct UpstreamRig {
  static bool ours(const boundary::Change& change) {
    return change.record.kind == "port" && text_member(change.record.body, "region") == "R1";
  }
  Centre centre;
  std::unique_ptr<MemoryStore> store = std::make_unique<MemoryStore>();
  std::unique_ptr<services::Upstream> upstream;

  void start(std::chrono::milliseconds heartbeat = 20ms) {
    upstream = std::make_unique<services::Upstream>(
        *store, centre, &ours, services::Upstream::Options{"to the centre", 3, 1ms, 20ms, heartbeat});
    upstream->start();
  }
  Picture wanted() {
    return picture(*store, {"port"}, [](const auto& record) { return text_member(record.body, "region") == "R1"; });
  }
  /// Waits until the centre is level: the same ports, and the newest revision passed.
  bool level() {
    return eventually([&] {
      return centre.held() == wanted() && centre.at() == store->revision() && upstream->passed() == store->revision();
    });
  }
  template <class Condition>
  bool eventually(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::sleep_for(1ms);
    }
    return true;
  }
};

}  // namespace

TEST(Upstream, sends_what_is_ours_and_follows_changes_on_one_talk) {
  UpstreamRig rig;
  for (int i = 0; i < 10; ++i)
    put(*rig.store, a_port("p" + std::to_string(i), "n1", i % 3 == 0 ? "R2" : "R1", "", std::uint32_t(1 + i)));
  rig.start();
  ASSERT_TRUE(rig.level());
  for (int i = 0; i < 40; ++i) {  // batches with much, little and nothing of ours
    put(*rig.store, a_network("n1", 1, "v" + std::to_string(i)));
    if (i % 5 == 0) put(*rig.store, a_port("p1", "n1", "R1", "h" + std::to_string(i), 2));
    if (i % 7 == 0) ASSERT_TRUE(rig.level());
  }
  erase(*rig.store, "port", "p1");
  ASSERT_TRUE(rig.level());
  EXPECT_EQ(rig.centre.dials, 1) << "normal traffic never ends a talk";
}

TEST(Upstream, heartbeats_keep_the_talk_and_move_the_cursor_past_foreign_changes) {
  UpstreamRig rig;
  rig.start();
  ASSERT_TRUE(rig.level());
  put(*rig.store, a_network("n1", 1));
  ASSERT_TRUE(rig.level());
  const int before = rig.centre.pushes;
  ASSERT_TRUE(rig.eventually([&] { return rig.centre.pushes > before + 3; }));
  EXPECT_EQ(rig.centre.dials, 1);
}

TEST(Upstream, resumes_after_refusals_without_a_snapshot) {
  UpstreamRig rig;
  put(*rig.store, a_port("p1", "n1", "R1", "", 1));
  rig.start();
  ASSERT_TRUE(rig.level());
  rig.centre.refusals = 3;
  put(*rig.store, a_port("p2", "n1", "R1", "", 2));
  erase(*rig.store, "port", "p1");
  ASSERT_TRUE(rig.level());
  EXPECT_GE(rig.centre.dials, 4);
}

TEST(Upstream, a_receiver_that_lost_everything_gets_everything) {
  UpstreamRig rig;
  put(*rig.store, a_port("p1", "n1", "R1", "", 1));
  rig.start();
  ASSERT_TRUE(rig.level());
  rig.centre.lose_state();  // between two pushes of one talk
  put(*rig.store, a_port("p2", "n1", "R1", "", 2));
  ASSERT_TRUE(rig.level());
}

TEST(Upstream, a_receiver_that_was_restarted_goes_on) {
  UpstreamRig rig;
  put(*rig.store, a_port("p1", "n1", "R1", "", 1));
  rig.start();
  ASSERT_TRUE(rig.level());
  rig.centre.restart();
  put(*rig.store, a_port("p2", "n1", "R1", "", 2));
  ASSERT_TRUE(rig.level());
  EXPECT_EQ(rig.centre.dials, 1);
}

TEST(Upstream, another_store_of_ours_replaces_what_the_receiver_held) {
  UpstreamRig rig;
  put(*rig.store, a_port("old", "n1", "R1", "", 1));
  rig.start();
  ASSERT_TRUE(rig.level());
  rig.upstream->stop();
  auto former = std::exchange(rig.store, std::make_unique<MemoryStore>());
  put(*rig.store, a_port("new", "n1", "R1", "", 1));  // with the old one's address
  rig.start();
  ASSERT_TRUE(rig.level());
  EXPECT_FALSE(rig.centre.held().contains("port old"));
}

TEST(Upstream, lines_that_come_late_do_nothing) {
  UpstreamRig rig;
  rig.start(1h);
  put(*rig.store, a_port("p1", "n1", "R1", "", 1));
  ASSERT_TRUE(rig.level());
  const auto held = rig.centre.held();
  const auto late = rig.centre.push_last_again();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, "feed.cursor");
  EXPECT_EQ(rig.centre.held(), held);
}

TEST(Upstream, says_when_all_of_ours_is_taken) {
  UpstreamRig rig;
  put(*rig.store, a_port("p1", "n1", "R1", "", 1));
  rig.start(1h);
  EXPECT_TRUE(rig.upstream->wait_until_passed(rig.store->revision(), patience));
  put(*rig.store, a_network("n1", 1));  // not ours: there is nothing to tell
  EXPECT_TRUE(rig.upstream->wait_until_passed(rig.store->revision(), patience));
  rig.centre.refusals = 1'000'000;
  put(*rig.store, a_port("p2", "n1", "R1", "", 2));
  EXPECT_FALSE(rig.upstream->wait_until_passed(rig.store->revision(), 20ms));
  rig.centre.refusals = 0;
  EXPECT_TRUE(rig.upstream->wait_until_passed(rig.store->revision(), patience));
}

TEST(Upstream, a_newest_revision_without_a_record_is_passed) {
  UpstreamRig rig;
  put(*rig.store, a_port("p1", "n1", "R1", "", 1));
  put(*rig.store, a_port("p2", "n1", "R1", "", 2));
  erase(*rig.store, "port", "p2");
  drop_tombstones(*rig.store);
  rig.start();
  ASSERT_TRUE(rig.level());
}

TEST(Upstream, the_receiver_equals_the_source_whatever_happened) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::minstd_rand random(seed);
  const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  UpstreamRig rig;
  rig.start(5ms);
  for (int round = 0; round < 60; ++round) {
    for (int i = below(10); i > 0; --i) {
      const std::string id = "p" + std::to_string(below(8));
      switch (below(6)) {
        case 0:
          erase(*rig.store, "port", id);
          break;
        case 1:
          put(*rig.store, a_network("n1", 1, std::to_string(i)));
          break;
        case 2:
          ignore(rig.store->write([&](boundary::Writer& w) { return w.drop_tombstones(rig.upstream->passed()); }),
                 "chaos");
          break;
        default:
          put(*rig.store, a_port(id, "n1", "R1", "", std::uint32_t(1 + below(6))));
      }
    }
    switch (below(8)) {
      case 0:
        rig.centre.lose_state();
        break;
      case 1:
        rig.centre.restart();
        break;
      case 2:
        rig.centre.refusals = below(3);
        break;
      default:
        break;
    }
    if (below(3) == 0) ASSERT_TRUE(rig.level()) << "round " << round;
  }
  ASSERT_TRUE(rig.level());
}
