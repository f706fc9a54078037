#include <gtest/gtest.h>

#include "container_fakes.hpp"

namespace causeway::services {
namespace {

using namespace std::chrono_literals;
using domain::ContainerStatus;

class ReportsTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
  domain::Container made() {
    domain::ContainerSpec spec;
    spec.image = "nginx";
    return containers.create(alice, spec, true).value().container;
  }
  ContainerStatus status_of(const domain::ContainerId& id) {
    return containers.show(admin, id.str()).value().container.status;
  }
};

TEST_F(ReportsTest, a_host_may_speak_only_for_itself) {
  EXPECT_EQ(reports.apply(domain::HostName("h2"), report_of("h1")).error().reason, "report.foreign_host");
}

TEST_F(ReportsTest, a_report_from_another_host_changes_nothing) {
  const auto container = made();
  ASSERT_TRUE(heartbeat("h2"));
  domain::ContainerReport seen;
  seen.id = container.id;
  seen.status = ContainerStatus::running;
  ASSERT_TRUE(report("h2", seen));
  EXPECT_EQ(status_of(container.id), ContainerStatus::creating);
  seen.gone = true;
  ASSERT_TRUE(report("h2", seen));
  EXPECT_EQ(status_of(container.id), ContainerStatus::creating);
  EXPECT_EQ(ports().size(), 1U);
}

TEST_F(ReportsTest, a_report_of_an_erased_container_does_not_bring_it_back) {
  domain::ContainerReport seen;
  seen.id = domain::ContainerId("long-gone");
  seen.status = ContainerStatus::running;
  ASSERT_TRUE(report("h1", seen));
  EXPECT_EQ(containers.show(admin, "long-gone").error().code, Code::not_found);
}

TEST_F(ReportsTest, a_report_without_news_writes_nothing) {
  const auto container = made();
  ASSERT_TRUE(becomes(container.id, ContainerStatus::running));
  const auto before = store.revision();
  ASSERT_TRUE(becomes(container.id, ContainerStatus::running));
  EXPECT_EQ(store.revision(), before);
  clock.advance(options.heartbeat_grain);
  ASSERT_TRUE(heartbeat("h1"));
  EXPECT_EQ(store.revision(), before + 1) << "one write: the host's liveness";
}

TEST_F(ReportsTest, auto_remove_ends_with_the_record_erased) {
  domain::ContainerSpec spec;
  spec.image = "nginx";
  spec.auto_remove = true;
  const auto container = containers.create(alice, spec, true).value().container;
  ASSERT_TRUE(becomes(container.id, ContainerStatus::running));
  ASSERT_TRUE(becomes(container.id, ContainerStatus::stopped));
  EXPECT_EQ(status_of(container.id), ContainerStatus::deleting);
  ASSERT_TRUE(becomes(container.id, ContainerStatus::unknown, true));
  EXPECT_EQ(containers.show(admin, container.id.str()).error().code, Code::not_found);
  EXPECT_TRUE(ports().empty());
}

TEST_F(ReportsTest, ports_are_told_to_the_network_service_by_their_own_host_only) {
  const auto container = made();
  ASSERT_TRUE(heartbeat("h2"));
  auto report = report_of("h2");
  report.ports.push_back({container.ports[0], true, true, ""});
  ASSERT_TRUE(reports.apply(domain::HostName("h2"), report));
  EXPECT_TRUE(network.seen.empty());
  report.host.id = domain::HostName("h1");
  report.ports.push_back({domain::PortId("unknown"), true, true, ""});
  ASSERT_TRUE(reports.apply(domain::HostName("h1"), report));
  EXPECT_EQ(network.seen.size(), 1U);
  EXPECT_TRUE(network.seen.at(container.ports[0]).second);
}

TEST_F(ReportsTest, routers_are_told_of_by_their_own_host_only) {
  auto told = report_of("h1");
  told.routing.emplace();
  told.routing->id = "elsewhere/h2";
  told.routing->region = domain::RegionName("elsewhere");
  told.routing->host = domain::HostName("h2");
  told.routing->routers = {{domain::RouterId("r"), true, "", {}}};
  ASSERT_TRUE(reports.apply(domain::HostName("h1"), told));
  const auto kept = *boundary::view(store, [](boundary::Reader& reader) { return boundary::list<domain::HostRouting>(reader); });
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].host.str(), "h1");
  EXPECT_NE(kept[0].region.str(), "elsewhere");
  EXPECT_EQ(kept[0].routers.at(0).id.str(), "r");
  const auto before = store.revision();
  ASSERT_TRUE(reports.apply(domain::HostName("h1"), told));
  EXPECT_EQ(store.revision(), before);
}

TEST_F(ReportsTest, the_operators_word_on_a_host_survives_its_reports) {
  ASSERT_TRUE(hosts.disable("h1", "repair"));
  auto report = report_of("h1");
  report.host.cpus = 16;
  ASSERT_TRUE(reports.apply(domain::HostName("h1"), report));
  const auto shown = hosts.show("h1").value().host;
  EXPECT_TRUE(shown.disabled);
  EXPECT_EQ(shown.disabled_reason, "repair");
  EXPECT_EQ(shown.cpus, 16);
  EXPECT_EQ(shown.region.str(), "RegionOne");
  EXPECT_EQ(hosts.show(shown.uuid)->host.id.str(), "h1");
  EXPECT_EQ(made().status, ContainerStatus::error) << "a disabled host gets no containers";
  ASSERT_TRUE(hosts.enable("h1"));
  EXPECT_EQ(made().status, ContainerStatus::creating);
}

TEST_F(ReportsTest, hosts_count_what_they_promised_and_page) {
  ASSERT_TRUE(heartbeat("h2"));
  const auto container = made();
  const auto page = hosts.list({"hostname", false, 1, ""}).value();
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page[0].usage.containers, 1);
  EXPECT_EQ(page[0].usage.memory_mib, 512);
  const auto rest = hosts.list({"hostname", false, 10, page[0].host.uuid}).value();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].host.id.str(), "h2");
  EXPECT_EQ(hosts.forget(container.host.str()).error().reason, "host.in_use");
  EXPECT_TRUE(hosts.forget("h2"));
  EXPECT_EQ(hosts.forget("h2").error().reason, "service.not_found");
  EXPECT_EQ(hosts.zones().value(), std::vector<std::string>{"nova"});
}

}  // namespace
}  // namespace causeway::services
