#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "causeway/adapters/store_sql/sql_store.hpp"
#include "causeway/services/containers/networks/announced_networks.hpp"
#include "container_fakes.hpp"

namespace causeway::test {
namespace {

struct QuotasTest : ContainerRegion, ::testing::Test {
  std::int64_t cpu_of_alice() { return quotas.show(alice, alice.project_id).value().limits.cpu; }
};

TEST_F(QuotasTest, the_default_class_gives_the_limits_of_projects_that_have_none) {
  EXPECT_EQ(cpu_of_alice(), 20);
  ASSERT_TRUE(quotas.set_class(admin, "default", {{"cpu", "7"}}));
  EXPECT_EQ(cpu_of_alice(), 7);
  EXPECT_EQ(quotas.defaults(alice, alice.project_id)->cpu, 7);
  EXPECT_EQ(quotas.defaults(alice, alice.project_id)->containers, 40) << "the rest stays as configured";

  ASSERT_TRUE(quotas.set(admin, alice.project_id, {{"cpu", 3}}));
  EXPECT_EQ(cpu_of_alice(), 3);
  EXPECT_EQ(quotas.defaults(alice, alice.project_id)->cpu, 7) << "the default is what it would have without";
  ASSERT_TRUE(quotas.reset(admin, alice.project_id));
  EXPECT_EQ(cpu_of_alice(), 7);
}

TEST_F(QuotasTest, a_class_that_is_not_the_default_one_limits_nobody) {
  EXPECT_EQ(quotas.show_class(admin, "gold")->containers, 40) << "a class that nobody set is the configured one";
  EXPECT_EQ(quotas.set_class(admin, "gold", {{"containers", 1}})->containers, 1);
  EXPECT_EQ(quotas.show_class(admin, "gold")->containers, 1);
  EXPECT_EQ(quotas.show(alice, alice.project_id)->limits.containers, 40);
}

TEST_F(QuotasTest, what_is_not_named_keeps_its_limit) {
  ASSERT_TRUE(quotas.set_class(admin, "default", {{"cpu", 7}}));
  ASSERT_TRUE(quotas.set_class(admin, "default", {{"disk", -1}}));
  EXPECT_EQ(quotas.show_class(admin, "default")->cpu, 7);
  EXPECT_EQ(quotas.show_class(admin, "default")->disk, -1);
}

TEST_F(QuotasTest, classes_are_for_administrators) {
  EXPECT_EQ(quotas.show_class(alice, "default").error().code, Code::forbidden);
  EXPECT_EQ(quotas.set_class(alice, "default", {{"cpu", 1}}).error().code, Code::forbidden);
  EXPECT_EQ(quotas.defaults(bob, alice.project_id).error().code, Code::forbidden);
  EXPECT_EQ(quotas.set_class(admin, std::string(256, 'x'), {{"cpu", 1}}).error().reason, "quota.bad_class");
}

/// The container service over the store that real regions have, with many clients at once.
struct CrowdTest : ::testing::Test {
  void SetUp() override {
    folder = (std::filesystem::temp_directory_path() / "causeway-quotas-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    auto opened = adapters::open_sql_store({.path = folder + "/store.db"});
    ASSERT_TRUE(opened) << opened.error().describe();
    store = *std::move(opened);
    containers = std::make_unique<services::Containers>(services::Containers::Deps{
        *store, clock, ids, network, images, gateway, domain::RegionName("RegionOne"), options});
    quotas = std::make_unique<services::Quotas>(*store, options);
    boundary::HostReport report;
    report.host.id = domain::HostName("h1");
    report.host.cpus = 64;
    report.host.memory_mib = 1 << 20;
    services::HostLiveness liveness(clock);
    services::Reports reports{{*store, clock, ids, network, images, liveness, domain::RegionName("RegionOne"), options}};
    ASSERT_TRUE(reports.apply(report.host.id, report));
  }
  void TearDown() override {
    containers.reset();
    quotas.reset();
    store.reset();
    std::filesystem::remove_all(folder);
  }

  /// Everybody creates one of `spec` at once; how many got it. Every refusal must be the quota's, of `resource`.
  int created_by_a_crowd(const domain::ContainerSpec& spec, const std::string& resource) {
    std::atomic<int> made = 0, wrong = 0;
    std::atomic<bool> go = false;
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 24; ++i) {
      crowd.emplace_back([&] {
        while (!go) std::this_thread::yield();
        const auto created = containers->create(alice, spec, true);
        if (created) {
          ++made;
        } else if (created.error().message != "Quota exceeded for resources: ['" + resource + "']") {
          ++wrong;
        }
      });
    }
    go = true;
    crowd.clear();
    EXPECT_EQ(wrong, 0);
    return made;
  }

  std::string folder;
  std::unique_ptr<boundary::Store> store;
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  FakeContainerNetwork network;
  FakeImageCatalog images;
  FakeHostGateway gateway;
  services::ContainersOptions options;
  std::unique_ptr<services::Containers> containers;
  std::unique_ptr<services::Quotas> quotas;
  domain::Caller alice = a_caller("p1"), admin = a_caller("p0", {"admin"});
};

TEST_F(CrowdTest, exactly_as_many_containers_are_made_as_the_quota_allows) {
  struct Case {
    const char* resource;
    std::int64_t limit;
    domain::ContainerSpec spec;
    int fit;
  };
  domain::ContainerSpec plain;
  plain.image = "nginx";
  auto big = plain, busy = plain, wide = plain;
  big.memory_mib = 100;
  busy.cpu = 0.1;
  wide.disk_gib = 2;
  const Case cases[] = {
      {"containers", 5, plain, 5}, {"memory", 750, big, 7}, {"cpu", 1, busy, 10}, {"disk", 13, wide, 6}};
  int project = 0;
  for (const auto& [resource, limit, spec, fit] : cases) {
    alice.project_id = domain::ProjectId(fmt::format("crowd-{}", ++project));
    ASSERT_TRUE(quotas->set(admin, alice.project_id, {{resource, limit}}));
    EXPECT_EQ(created_by_a_crowd(spec, resource), fit) << resource;
    EXPECT_EQ(quotas->show(alice, alice.project_id)->held.containers, fit) << resource;
  }
}

TEST_F(CrowdTest, a_host_is_never_promised_more_than_it_has_and_no_cpu_twice) {
  boundary::HostReport report;
  report.host.id = domain::HostName("h1");
  report.host.cpus = 8;
  report.host.memory_mib = 10'000;
  report.host.cpu_pinning = true;
  services::HostLiveness liveness(clock);
  ASSERT_TRUE(services::Reports({*store, clock, ids, network, images, liveness, domain::RegionName("RegionOne"), options})
                  .apply(report.host.id, report));
  ASSERT_TRUE(quotas->set(admin, alice.project_id, {{"memory", -1}, {"cpu", -1}}));
  domain::ContainerSpec large, own;
  large.image = own.image = "nginx";
  large.memory_mib = 2'000;  // 15,000 may be promised
  own.cpu_policy = "dedicated";
  own.cpu = 1;
  own.memory_mib = 4;
  std::atomic<int> placed = 0;
  domain::CpuSet cpus;
  std::mutex mutex;
  const auto crowd_creates = [&](const domain::ContainerSpec& spec) {
    placed = 0;
    std::vector<std::jthread> crowd;
    for (int i = 0; i < 16; ++i) {
      crowd.emplace_back([&] {
        const auto made = containers->create(alice, spec, true);
        ASSERT_TRUE(made) << made.error().describe();
        if (made->container.host.empty()) {
          EXPECT_EQ(made->container.status, domain::ContainerStatus::error);
          return;
        }
        ++placed;
        if (made->container.cpuset.empty()) return;
        std::lock_guard lock(mutex);
        for (const int cpu : domain::parse_cpus(made->container.cpuset)) EXPECT_TRUE(cpus.insert(cpu).second) << cpu;
      });
    }
    crowd.clear();
    return placed.load();
  };
  EXPECT_EQ(crowd_creates(large), 7);
  EXPECT_EQ(crowd_creates(own), 7) << "one CPU is left to those who share";
}

struct AnnouncedNetworksTest : ContainerRegion, ::testing::Test {
  services::AnnouncedNetworks announced{store, ids, network};
};

TEST_F(AnnouncedNetworksTest, are_kept_by_the_id_of_the_network_once) {
  const auto made = announced.announce(admin, "first", "net1");
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->id.str(), "net1-id");
  EXPECT_EQ(announced.announce(admin, "second", "net1").error().reason, "network.already_exists");
  EXPECT_EQ(announced.announce(admin, "other", "nowhere").error().reason, "network.not_found");
  EXPECT_TRUE(announced.forget(admin, made->id));
  EXPECT_EQ(announced.forget(admin, made->id).error().reason, "network.not_found");
  EXPECT_TRUE(announced.announce(admin, "again", "net1"));
}

TEST_F(AnnouncedNetworksTest, are_for_administrators) {
  EXPECT_EQ(announced.announce(alice, "mine", "net1").error().code, Code::forbidden);
  EXPECT_EQ(announced.forget(alice, domain::NetworkId("net1-id")).error().code, Code::forbidden);
}

}  // namespace
}  // namespace causeway::test
