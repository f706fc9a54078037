#include "causeway/services/network/peers/region_peers.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "feed_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

/// Region R2's feed as region R1 gets it, while the two reach each other.
class Wire final : public boundary::PeerFeeds {
 public:
  explicit Wire(services::FeedServer& server) : server_(server) {}
  Result<std::unique_ptr<boundary::FeedSource>> open(const std::string&, const std::string& url) override {
    ++opened;
    if (url == "nonsense") return failed(Code::invalid, "url.bad", "That is no URL.");
    return std::make_unique<Source>(*this);
  }
  std::atomic<bool> cut = false;
  std::atomic<int> opened = 0;

 private:
  struct Source final : boundary::FeedSource {
    explicit Source(Wire& of) : wire(of) {}
    Result<void> watch(const std::string& store_id, Revision from, std::stop_token stop,
                       const std::function<Result<void>(const std::vector<std::string_view>&)>& lines) override {
      const auto sink = std::make_shared<MemorySink>();
      if (!wire.cut) {
        wire.server_.subscribe("region R1", sink,
                               std::make_unique<services::PeerInterest>(domain::RegionName("R2"), domain::RegionName("R1")),
                               store_id, from);
      }
      while (!stop.stop_requested() && !wire.cut) {
        const auto some = sink->take(64, 5ms);
        if (!some.empty()) TRY_VOID(lines({some.begin(), some.end()}));
      }
      sink->close();
      return failed(Code::unavailable, "feed.cut", "The feed ended.");
    }
    Wire& wire;
  };
  services::FeedServer& server_;
};

struct RegionPeersTest : testing::Test {
  MemoryStore theirs, ours;
  services::FeedServer server{theirs, {}};
  Wire wire{server};
  services::RegionPeers peers{{ours, wire, domain::RegionName("R1"), 5ms}};

  void SetUp() override {
    server.start();
    put(theirs, a_network("n1", 1));
    put(theirs, a_network("n2", 2));
    put(theirs, an_interest("R1", "n1"));
    put(theirs, an_interest("R2", "n1"));
    put(theirs, an_interest("R2", "n2"));
    put(theirs, a_port("p1", "n1", "R2", "h1", 1));
    put(theirs, a_port("p2", "n2", "R2", "h1", 2));
    put(theirs, a_port("of-us", "n1", "R1", "h1", 3));
    put(ours, domain::RegionContact{domain::RegionName("R2"), domain::RegionName("R2"), "https://r2"});
    put(ours, a_port("own", "n1", "R1", "h1", 4));
    peers.start();
  }
  void TearDown() override {
    peers.stop();
    server.stop();
  }
  std::string ports() {
    std::string out;
    for (const auto& record : records(ours, {"port"})) out += (out.empty() ? "" : " ") + record.id;
    return out;
  }
  template <class Condition>
  bool soon(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(2ms);
    return condition();
  }
  void hears(const std::string& expected) {
    EXPECT_TRUE(soon([&] { return ports() == expected; })) << ports() << ", expected " << expected;
  }
  /// A snapshot of the centre in which the networks stand, and no port.
  void centre_knows_no_port() {
    services::Replica central(
        ours, "central", {"port"}, [](std::string_view, const Json& body) { return text_member(body, "region") != "R1"; },
        peers.shared_with_centre());
    ASSERT_TRUE(apply_lines(central, {R"({"op":"hello","store":"c"})", R"({"op":"reset"})", R"({"op":"put","kind":"network","id":"n1","body":{"id":"n1"}})", R"({"op":"synced","cursor":9})"}));
  }
};

TEST_F(RegionPeersTest, brings_the_other_region_s_ports_on_networks_of_interest_and_no_others) {
  hears("own p1");
  put(theirs, a_port("p3", "n1", "R2", "h2", 5));
  hears("own p1 p3");
  erase(theirs, "port", "p1");
  hears("own p3");
  put(theirs, an_interest("R1", "n2"));
  hears("own p2 p3");
  erase(theirs, "interest", "R1/n1");
  hears("own p2");
}

/// We met n3 through the centre, which told us of its ports. That we did has not reached the other region when its snapshot comes.
TEST_F(RegionPeersTest, a_snapshot_says_nothing_of_networks_that_the_other_region_does_not_know_to_be_of_interest) {
  hears("own p1");
  peers.stop();
  for (auto* store : {&theirs, &ours}) put(*store, a_port("p9", "n3", "R2", "h1", 9));
  put(theirs, a_network("n3", 3));
  put(ours, a_network("n3", 3));
  put(theirs, an_interest("R2", "n3"));
  put(ours, a_port("gone", "n1", "R2", "h1", 8));
  erase(ours, "cursor", "region R2");
  services::RegionPeers again{{ours, wire, domain::RegionName("R1"), 5ms}};
  again.start();
  hears("own p1 p9");
  put(theirs, an_interest("R1", "n3"));
  put(theirs, a_port("p10", "n3", "R2", "h1", 10));
  hears("own p1 p10 p9");
  erase(theirs, "port", "p9");
  hears("own p1 p10");
  again.stop();
}

/// The other region's store and the centre's were restored from older copies, or made anew: nobody is left who could say that a port ended.
TEST_F(RegionPeersTest, ports_of_two_lost_histories_do_not_stay_for_ever) {
  hears("own p1");
  peers.stop();
  put(ours, a_network("n3", 3));
  put(ours, a_port("p9", "n3", "R2", "h1", 9));       // of a network that the other region has not heard of yet
  put(ours, a_port("lost", "gone", "R2", "h1", 8));   // of one that is not here any more
  erase(ours, "cursor", "region R2");
  put(theirs, a_network("n3", 3));
  put(theirs, an_interest("R2", "n3"));
  put(theirs, a_port("p10", "n3", "R2", "h1", 10));
  services::RegionPeers again{{ours, wire, domain::RegionName("R1"), 5ms}};
  again.start();
  hears("own p1 p9");
  put(theirs, an_interest("R1", "n3"));
  hears("own p1 p10");
  again.stop();
}

TEST_F(RegionPeersTest, ports_go_with_a_network_that_the_centre_does_not_know_any_more) {
  hears("own p1");
  for (const char* id : {"n1", "n3"}) put(ours, a_network(id, id == std::string("n1") ? 1 : 3));
  put(ours, a_port("p9", "n3", "R2", "h1", 9));
  services::Replica central(
      ours, "central", {"network", "port"}, [](std::string_view kind, const Json& body) { return kind == "network" || text_member(body, "region") != "R1"; },
      peers.shared_with_centre());
  const auto line = [](const auto& value, std::string_view kind) {
    return to_text(JsonObject{{"op", "put"}, {"kind", kind}, {"id", value.id.str()}, {"body", encode(value)}});
  };
  EXPECT_TRUE(soon([&] {  // until the stream is known to be whole
    put(theirs, a_port("p1", "n1", "R2", "h1", 1));
    EXPECT_TRUE(apply_lines(central, {R"({"op":"hello","store":"c"})", R"({"op":"reset"})", line(a_network("n1", 1), "network"), R"({"op":"synced","cursor":9})"}));
    return ports() == "own p1";
  })) << ports();
  EXPECT_EQ(records(ours, {"network"}).size(), 1U);
}

TEST_F(RegionPeersTest, goes_on_where_it_was_after_a_cut) {
  hears("own p1");
  wire.cut = true;
  erase(theirs, "port", "p1");
  put(theirs, a_port("p3", "n1", "R2", "h2", 5));
  wire.cut = false;
  hears("own p3");
}

TEST_F(RegionPeersTest, what_the_region_said_itself_is_not_undone_by_a_centre_that_is_behind) {
  hears("own p1");
  EXPECT_TRUE(soon([&] {  // until the stream is known to be whole
    centre_knows_no_port();
    return ports() == "own p1" || (put(theirs, a_port("p1", "n1", "R2", "h1", 1)), false);
  })) << ports();
  auto newer = a_port("p1", "n1", "R2", "h9", 1), older = newer;
  newer.revision_number = 5;
  older.revision_number = 4;
  const auto shared = peers.shared_with_centre();
  EXPECT_TRUE(shared.is_newer("port", encode(newer), encode(older)));
  EXPECT_FALSE(shared.is_newer("port", encode(older), encode(newer)));
  EXPECT_TRUE(shared.is_newer("port", encode(newer), encode(newer))) << "what is here already need not be written again";
  EXPECT_FALSE(shared.is_newer("subnet", encode(newer), encode(older)));
}

TEST_F(RegionPeersTest, of_a_region_that_is_not_heard_the_centre_knows_best) {
  hears("own p1");
  wire.cut = true;
  EXPECT_TRUE(soon([&] {
    centre_knows_no_port();
    return ports() == "own";
  })) << ports();
}

TEST_F(RegionPeersTest, follows_a_region_that_moves_and_one_whose_address_is_no_good) {
  hears("own p1");
  EXPECT_EQ(wire.opened, 1);
  put(ours, domain::RegionContact{domain::RegionName("R2"), domain::RegionName("R2"), "https://elsewhere"});
  EXPECT_TRUE(soon([&] { return wire.opened == 2; }));
  put(ours, domain::RegionContact{domain::RegionName("R2"), domain::RegionName("R2"), "nonsense"});
  EXPECT_TRUE(soon([&] { return wire.opened > 2; }));
  EXPECT_EQ(ports(), "own p1") << "what was heard stays";
}

TEST_F(RegionPeersTest, says_once_where_we_are) {
  hears("own p1");
  ASSERT_TRUE(peers.announce("https://r1"));
  const auto revision = ours.revision();
  ASSERT_TRUE(peers.announce("https://r1"));
  EXPECT_EQ(ours.revision(), revision);
  const auto said = records(ours, {"region_contact"});
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(text_member(said[0].body, "control_url"), "https://r1");
  EXPECT_EQ(wire.opened, 1) << "not of ourselves";
}

}  // namespace
