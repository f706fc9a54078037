#include "causeway/services/agent/direct/direct_sweep.hpp"

#include "direct_region.hpp"

namespace causeway::testing {
namespace {

using namespace std::chrono_literals;
using services::DirectDriver;
using services::DirectSweep;
using services::HostView;
using services::PortBoard;

/// An Engine's networks, which it can forget.
class FakeNetworks final : public boundary::EngineNetworks {
 public:
  Result<std::vector<boundary::EngineNetwork>> list() override {
    if (asked) asked();
    if (down) return failed(Code::unavailable, "engine.unreachable", "Docker is away.");
    return networks;
  }
  std::vector<boundary::EngineNetwork> networks;
  bool down = false;
  std::function<void()> asked;
};

struct SweepRoom {
  SweepRoom() {
    EXPECT_TRUE(view.start([](const auto&) {}));
    EXPECT_TRUE(driver.request_pool({"town", "", "", "", false}));
    EXPECT_TRUE(driver.create_network({docker_id, "", "", {"10.0.0.0/24"}, false}));
    EXPECT_TRUE(driver.create_endpoint({docker_id, "endpoint", {"10.0.0.5/24"}, "", false}));
    engine.networks = {{docker_id, {"endpoint"}}};
  }
  ~SweepRoom() { view.stop(); }
  void look() { EXPECT_TRUE(sweep.look()); }
  void look_after(std::chrono::seconds time) {
    clock.advance(time);
    look();
  }
  std::vector<std::string> released() const { return released_; }

  adapters::MemoryStore store;
  adapters::ManualClock clock;
  HostView view{store, domain::HostName("h1")};
  PortBoard board;
  DirectRegion region{store};
  DirectDriver driver{{region, store, view, board, [](const domain::PortId&) {}}, {50ms}};
  FakeNetworks engine;
  std::vector<std::string> released_;
  DirectSweep sweep{{engine, driver, view, clock,
                     [this](const std::string& endpoint) -> Result<void> {
                       released_.push_back(endpoint);
                       return driver.delete_endpoint(endpoint);
                     }},
                    60s};
};

TEST(DirectSweep, releases_a_port_whose_endpoint_is_missing_in_every_look_of_the_grace) {
  SweepRoom room;
  room.look();
  room.look_after(3600s);
  EXPECT_TRUE(room.released().empty()) << "Docker has it";
  room.engine.networks = {{docker_id, {}}};
  room.look_after(3600s);
  EXPECT_TRUE(room.released().empty()) << "seen missing once";
  room.look_after(30s);
  EXPECT_TRUE(room.released().empty());
  room.engine.networks = {{docker_id, {"endpoint"}}};
  room.look_after(20s);
  room.engine.networks = {{docker_id, {}}};
  room.look_after(20s);
  EXPECT_TRUE(room.released().empty()) << "it was there between";
  room.look_after(60s);
  EXPECT_EQ(room.released(), std::vector<std::string>{"endpoint"});
  EXPECT_EQ(room.region.released.back().endpoint, "endpoint");
  EXPECT_TRUE(room.driver.knows(docker_id)) << "the network is there";
}

TEST(DirectSweep, a_network_that_docker_lost_goes_with_its_endpoints) {
  SweepRoom room;
  const std::string made(64, 'a');
  const auto pool = room.driver.request_pool({"", "", "", "", false, "corp", ""});
  ASSERT_TRUE(room.driver.create_network({made, "", "", {pool->cidr}, false}));
  room.engine.networks.clear();
  room.look();
  room.look_after(61s);
  EXPECT_EQ(room.released(), std::vector<std::string>{"endpoint"});
  EXPECT_FALSE(room.driver.knows(docker_id));
  EXPECT_FALSE(room.driver.knows(made));
  EXPECT_EQ(room.region.removed, std::vector{domain::NetworkId("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")}) << "only the one that Docker had made";
  EXPECT_FALSE(room.driver.request_address(pool->id, "", false)) << "the pool goes with it";
}

TEST(DirectSweep, a_docker_that_does_not_answer_or_just_started_has_forgotten_nothing) {
  SweepRoom room;
  room.engine.networks.clear();
  room.look();
  room.clock.advance(3600s);
  room.engine.down = true;
  EXPECT_EQ(room.sweep.look().error().reason, "engine.unreachable");
  room.engine.down = false;
  room.look();
  EXPECT_TRUE(room.released().empty()) << "what was missing before counts no more";
  room.clock.advance(3600s);
  room.sweep.engine_is_back();
  room.look();
  EXPECT_TRUE(room.released().empty()) << "it has just started";
  room.clock.advance(3600s);
  room.engine.asked = [&] { room.sweep.engine_is_back(); };
  room.look();
  EXPECT_TRUE(room.released().empty()) << "it started while it was asked";
  room.engine.asked = nullptr;
  room.look();
  room.look_after(60s);
  EXPECT_EQ(room.released().size(), 1u);
}

TEST(DirectSweep, never_touches_the_port_of_a_planned_container) {
  SweepRoom room;
  ASSERT_TRUE(room.store.write([](boundary::Writer& writer) -> Result<void> {
    domain::Port planned;
    planned.id = domain::PortId("33333333-0000-4000-8000-000000000003");
    planned.network_id = town;
    planned.host = domain::HostName("h1");
    planned.device_owner = "compute:kuryr";
    planned.device_id = box.str();
    TRY_VOID(boundary::put(writer, planned));
    return {};
  }));
  ASSERT_TRUE(eventually([&] { return room.view.own_ports().size() == 2; }));
  room.look();
  room.look_after(3600s);
  room.look_after(3600s);
  EXPECT_TRUE(room.released().empty());
}

TEST(DirectSweep, a_prefix_whose_network_was_never_made_is_given_back) {
  SweepRoom room;
  const auto pool = room.driver.request_pool({"", "", "", "", false, "corp", ""});
  ASSERT_TRUE(pool);
  room.look();
  room.look_after(30s);
  EXPECT_TRUE(room.region.given_back.empty());
  room.look_after(30s);
  EXPECT_EQ(room.region.given_back, std::vector<std::string>{"hold-1"});
  EXPECT_FALSE(room.driver.request_address(pool->id, "", true));
}

TEST(DirectSweep, what_the_region_could_not_let_go_of_is_tried_again) {
  SweepRoom room;
  room.engine.networks = {{docker_id, {}}};
  room.look();
  room.region.release_refusal = fail(Code::unavailable, "region.unreachable", "The region is away.");
  room.clock.advance(60s);
  EXPECT_EQ(room.sweep.look().error().reason, "region.unreachable");
  room.region.release_refusal.reset();
  room.look();
  EXPECT_EQ(room.region.released.back().endpoint, "endpoint");
}

}  // namespace
}  // namespace causeway::testing
