#include <gtest/gtest.h>

#include "feed_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

void fill(boundary::Store& store) {
  put(store, domain::Pod{domain::PodId("pod1"), domain::RegionName("R1"), "", "", ""});
  put(store, a_network("n1", 1));
  put(store, a_network("n2", 2));
  put(store, a_subnet("s1", "n1"));
  put(store, a_subnet("s2", "n2"));
  put(store, a_port("p1", "n1", "R2", "h1", 1));
  put(store, a_port("p2", "n2", "R2", "h2", 2));
  put(store, a_container("c1", "h1"));
  put(store, a_container("c2", "h2"));
  put(store, an_interest("R1", "n1"));
  put(store, an_interest("R2", "n2"));
}

class FeedOf : public testing::TestWithParam<FeedRig::Of> {};
INSTANTIATE_TEST_SUITE_P(Kinds, FeedOf, testing::Values(FeedRig::Of::region, FeedRig::Of::host),
                         [](const auto& info) { return info.param == FeedRig::Of::region ? "region" : "host"; });

}  // namespace

TEST_P(FeedOf, first_stream_is_a_snapshot_of_what_is_wanted) {
  FeedRig rig(GetParam());
  fill(rig.source);
  EXPECT_TRUE(rig.catch_up().starts_with("hello reset "));
  EXPECT_EQ(rig.held(), rig.wanted());
  EXPECT_TRUE(rig.held().contains("subnet s1"));
  EXPECT_FALSE(rig.held().contains("subnet s2"));
}

TEST_P(FeedOf, empty_source_is_synced_at_once) {
  FeedRig rig(GetParam());
  const auto seen = rig.catch_up();
  EXPECT_TRUE(seen.starts_with("hello reset synced")) << seen;
  EXPECT_TRUE(rig.held().empty());
}

TEST_P(FeedOf, a_cut_after_any_line_loses_and_repeats_nothing) {
  for (std::size_t cut = 1; cut < 24; ++cut) {
    FeedRig rig(GetParam());
    fill(rig.source);
    {
      const auto sink = rig.dial();
      for (std::size_t i = 0; i < cut; ++i) ASSERT_TRUE(apply_lines(rig.replica, sink->take(1)));
      sink->close();
    }
    put(rig.source, a_subnet("s1", "n1", "renamed"));
    erase(rig.source, "port", "p2");
    ASSERT_EQ(rig.catch_up().find("failed"), std::string::npos);
    ASSERT_EQ(rig.held(), rig.wanted()) << "cut after line " << cut;
  }
}

TEST_P(FeedOf, a_resumed_stream_has_only_what_changed) {
  FeedRig rig(GetParam());
  fill(rig.source);
  rig.catch_up();
  put(rig.source, a_subnet("s1", "n1", "renamed"));
  const auto seen = rig.catch_up();
  EXPECT_EQ(seen.find("reset"), std::string::npos) << seen;
  EXPECT_EQ(rig.held(), rig.wanted());
}

TEST(RegionFeed, a_network_that_becomes_interesting_brings_what_hangs_on_it) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  auto sink = rig.dial();
  rig.follow(sink);
  put(rig.source, an_interest("R1", "n2"));
  rig.follow(sink);
  EXPECT_TRUE(rig.held().contains("network n2"));
  EXPECT_TRUE(rig.held().contains("subnet s2"));
  EXPECT_TRUE(rig.held().contains("port p2"));
}

TEST(RegionFeed, a_network_leaves_with_the_interest_in_it_and_own_ports_stay) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  rig.catch_up();
  put(rig.copy, a_port("own", "n1", "R1", "h9", 9));
  // the centre's order: the interest ends with the region's release, the network goes when all have released it
  erase(rig.source, "interest", "R1/n1");
  erase(rig.source, "network", "n1");
  EXPECT_EQ(rig.catch_up().find("reset"), std::string::npos);
  EXPECT_EQ(rig.held(), rig.wanted());
  EXPECT_FALSE(rig.held().contains("network n1"));
  EXPECT_EQ(records(rig.copy, {"port"}).size(), 1U);
}

TEST(RegionFeed, an_interest_that_was_touched_again_hides_no_tombstone) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  rig.catch_up();
  erase(rig.source, "subnet", "s1");
  put(rig.source, an_interest("R1", "n1"));
  rig.catch_up();
  EXPECT_FALSE(rig.held().contains("subnet s1"));
}

TEST(HostFeed, hears_of_the_end_of_its_last_port_though_it_was_cut_off) {
  FeedRig rig(FeedRig::Of::host);
  fill(rig.source);
  rig.catch_up();
  erase(rig.source, "port", "p1");
  erase(rig.source, "container", "c1");
  EXPECT_EQ(rig.catch_up().find("reset"), std::string::npos);
  EXPECT_TRUE(rig.held().empty());
}

TEST(HostFeed, gives_up_what_moved_to_another_host_or_to_none) {
  for (const bool cut_off : {false, true}) {
    FeedRig rig(FeedRig::Of::host);
    fill(rig.source);
    auto sink = rig.dial();
    rig.follow(sink);
    if (cut_off) sink->close();
    put(rig.source, a_port("p1", "n1", "R2", cut_off ? "h2" : "", 1));
    put(rig.source, a_container("c1", "h2"));
    if (cut_off) sink = rig.dial();
    EXPECT_EQ(rig.follow(sink).find("failed"), std::string::npos);
    EXPECT_TRUE(rig.held().empty()) << cut_off;
  }
}

TEST(HostFeed, gives_up_a_group_that_another_port_named_only_between_two_looks) {
  const auto naming = [](const std::string& id, std::uint32_t address, std::vector<domain::SecurityGroupId> groups) {
    auto port = a_port(id, "n1", "R1", "h1", address);
    port.project_id = domain::ProjectId("shop");
    port.security_groups = std::move(groups);
    return port;
  };
  MemoryStore store;
  put(store, a_group("g", "held by the host"));
  put(store, naming("p1", 1, {domain::SecurityGroupId("g")}));
  const auto from = store.revision();
  put(store, naming("p1", 1, {}));
  put(store, naming("p2", 2, {domain::SecurityGroupId("g")}));
  services::HostInterest interest{domain::RegionName("R1"), domain::HostName("h1")};
  const auto look = [&](auto&& at) { ASSERT_TRUE(store.read([&](boundary::Reader& reader) -> Result<void> { return at(reader); })); };
  look([&](boundary::Reader& reader) { return interest.resume(reader, from); });
  put(store, naming("p2", 2, {}));
  std::set<std::string> closed;
  look([&](boundary::Reader& reader) -> Result<void> {
    TRY(const auto changes, reader.changes(from, 100));
    for (const auto& change : changes) {
      for (const auto& gone : interest.closes(change)) closed.insert(gone.kind + " " + gone.id);
      interest.opens(change);
    }
    return {};
  });
  EXPECT_TRUE(closed.contains("security_group g"));
}

TEST(Feed, another_store_resets_and_sweeps_only_what_is_owned) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  put(rig.copy, a_port("own", "n1", "R1", "h9", 9));
  ASSERT_TRUE(rig.copy.write([](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(writer.put("cursor", "source", JsonObject{{"store", "elsewhere"}, {"cursor", 7}}, {}));
    return {};
  }));
  put(rig.copy, a_network("stale", 77));
  EXPECT_NE(rig.catch_up().find("reset"), std::string::npos);
  EXPECT_EQ(rig.held(), rig.wanted());
  EXPECT_EQ(picture(rig.copy, {"port"}, [](const auto& r) { return r.id == "own"; }).size(), 1U);
}

TEST(Feed, lost_tombstones_mean_a_snapshot) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  rig.catch_up();
  erase(rig.source, "subnet", "s1");
  drop_tombstones(rig.source);
  EXPECT_NE(rig.catch_up().find("reset"), std::string::npos);
  EXPECT_FALSE(rig.held().contains("subnet s1"));
}

TEST(Feed, a_snapshot_passes_a_stale_holder_of_the_same_address) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  rig.catch_up();
  erase(rig.source, "port", "p1");
  put(rig.source, a_port("p9", "n1", "R2", "h1", 1));  // takes over p1's address and MAC
  drop_tombstones(rig.source);
  const auto seen = rig.catch_up();
  EXPECT_EQ(seen.find("failed"), std::string::npos) << seen;
  EXPECT_EQ(rig.held(), rig.wanted());
}

TEST(Feed, a_slow_sink_is_left_alone_until_it_drained) {
  MemoryStore store;
  services::FeedServer server(store, {10ms, 2, 400});
  server.start();
  for (int i = 0; i < 200; ++i)
    put(store,
        domain::Pod{domain::PodId("pod" + std::to_string(i)), domain::RegionName("R" + std::to_string(i)), "", "", ""});
  const auto slow = std::make_shared<MemorySink>();
  const auto quick = std::make_shared<MemorySink>();
  server.subscribe("slow", slow, std::make_unique<services::RegionInterest>(domain::RegionName("R1")), "", 0);
  server.subscribe("quick", quick, std::make_unique<services::RegionInterest>(domain::RegionName("R2")), "", 0);
  std::size_t lines = 0;
  while (lines < 203) {  // hello, reset, the pods, synced
    const auto some = quick->take(50);
    ASSERT_FALSE(some.empty());
    lines += some.size();
  }
  EXPECT_LT(slow->pending(), 1000U);
  lines = 0;
  while (lines < 203) {
    const auto some = slow->take(50);
    ASSERT_FALSE(some.empty());
    lines += some.size();
  }
}

TEST(Feed, the_same_name_replaces_the_former_stream) {
  FeedRig rig(FeedRig::Of::region);
  const auto first = rig.dial();
  const auto second = rig.dial();
  EXPECT_TRUE(first->closed());
  EXPECT_FALSE(second->closed());
  EXPECT_EQ(rig.server->subscribers(), std::vector<std::string>{"peer"});
  rig.server->stop();
  EXPECT_TRUE(second->closed());
}

TEST(Replica, a_heartbeat_is_remembered_but_not_written) {
  MemoryStore store;
  services::Replica replica(store, "source", {}, [](auto, const auto&) { return true; });
  ASSERT_TRUE(
      apply_lines(replica, {R"({"op":"hello","store":"s"})", R"({"op":"reset"})", R"({"op":"synced","cursor":5})"}));
  const auto written = store.revision();
  ASSERT_TRUE(apply_lines(replica, {R"({"op":"beat","cursor":9})"}));
  EXPECT_EQ(store.revision(), written);
  EXPECT_EQ(replica.applied().cursor, 9);
  EXPECT_EQ(replica.position()->cursor, 5);
}

TEST(Replica, forgets_its_cursor_when_a_snapshot_begins) {
  MemoryStore store;
  services::Replica replica(store, "source", {}, [](auto, const auto&) { return true; });
  ASSERT_TRUE(
      apply_lines(replica, {R"({"op":"hello","store":"s"})", R"({"op":"reset"})", R"({"op":"synced","cursor":50})"}));
  // the source was restored from a backup, and the stream breaks in the middle of its snapshot
  ASSERT_TRUE(apply_lines(replica, {R"({"op":"hello","store":"s"})", R"({"op":"reset"})"}));
  EXPECT_EQ(replica.position()->cursor, 0);
}

TEST(Replica, takes_no_record_over_that_belongs_to_another) {
  MemoryStore store;
  put(store, a_port("p1", "n1", "R2", "", 1));
  services::Replica replica(store, "R1", {"port"},
                            [](auto, const Json& body) { return text_member(body, "region") == "R1"; });
  const std::string body = to_text(encode(a_port("p1", "n1", "R1", "", 2)));
  ASSERT_TRUE(apply_lines(replica, {R"({"op":"put","kind":"port","id":"p1","cursor":3,"body":)" + body + "}"}));
  EXPECT_EQ(text_member(records(store, {"port"}).at(0).body, "region"), "R2");
}

TEST(Replica, applies_a_batch_whole_or_not_at_all) {
  MemoryStore store;
  services::Replica replica(store, "source", {"network"}, [](auto, const auto&) { return true; });
  const std::string body = to_text(encode(a_network("n1", 1)));
  EXPECT_FALSE(apply_lines(replica, {R"({"op":"put","kind":"network","id":"n1","cursor":3,"body":)" + body + "}",
                                     R"({"op":"put","kind":"network","id":"n2","cursor":4,"body":{"vni":"x"}})"}));
  EXPECT_TRUE(records(store, {"network"}).empty());
  EXPECT_EQ(replica.position()->cursor, 0);
}

TEST(FeedLine, refuses_what_is_no_line) {
  for (const char* text :
       {"", "[]", "{}", R"({"op":"jump"})", R"({"op":"put","kind":"port"})", R"({"op":"beat","cursor":"4"})"}) {
    EXPECT_FALSE(services::read_line(text)) << text;
  }
}

TEST(RegionalKinds, a_region_speaks_of_its_own_ports_hosts_images_and_of_where_it_is) {
  for (const auto* kind : {"port", "host", "remote_image", "region_contact"}) {
    EXPECT_TRUE(services::is_of_region(kind, JsonObject{{"region", "R1"}}, "R1")) << kind;
    EXPECT_FALSE(services::is_of_region(kind, JsonObject{{"region", "R2"}}, "R1")) << kind;
    EXPECT_FALSE(services::is_of_region(kind, JsonObject(), "R1")) << kind;
  }
  EXPECT_FALSE(services::is_of_region("network", JsonObject{{"region", "R1"}}, "R1"));
}
