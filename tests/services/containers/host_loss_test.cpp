#include <gtest/gtest.h>

#include "causeway/domain/network/port_fault.hpp"
#include "causeway/services/containers/on_host.hpp"
#include "container_fakes.hpp"

/// Hosts that die, are declared dead, come back or never do; and what their containers show meanwhile.
namespace causeway::services {
namespace {

using namespace std::chrono_literals;
using domain::ContainerStatus;

class HostLossTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
  domain::Container made() {
    domain::ContainerSpec spec;
    spec.image = "nginx";
    return containers.create(alice, spec, true).value().container;
  }
  domain::Container running() {
    const auto container = made();
    EXPECT_TRUE(becomes(container.id, ContainerStatus::running));
    return shown(container.id);
  }
  domain::Container shown(const domain::ContainerId& id) { return containers.show(admin, id.str()).value().container; }
  std::optional<domain::Container> record(const domain::ContainerId& id) {
    return boundary::view(store, [&](boundary::Reader& r) { return boundary::find<domain::Container>(r, id); }).value();
  }
  void die() {
    clock.advance(options.down_after + 1s);
    watch.look();
  }
  bool is_up(const char* host) { return domain::is_up(hosts.show(host)->host); }
  boundary::ReportAnswer full_report(std::vector<domain::ContainerReport> seen) {
    auto report = report_of("h1");
    report.full = true;
    report.containers = std::move(seen);
    return reports.apply(report.host.id, report).value();
  }
  domain::ContainerReport seen_running(const domain::Container& container) {
    domain::ContainerReport seen;
    seen.id = container.id;
    seen.status = ContainerStatus::running;
    seen.engine_id = "engine";
    return seen;
  }
};

TEST_F(HostLossTest, a_silent_host_is_down_and_its_containers_are_unknown) {
  const auto container = running();
  const auto last = clock.now();
  clock.advance(options.down_after);
  watch.look();
  EXPECT_TRUE(is_up("h1"));
  clock.advance(1s);
  watch.look();
  EXPECT_FALSE(is_up("h1"));
  EXPECT_EQ(hosts.show("h1")->host.last_seen, last);
  const auto lost = shown(container.id);
  EXPECT_EQ(lost.status, ContainerStatus::unknown);
  EXPECT_EQ(lost.status_reason, "Host h1 has not been heard of since " + plain_time(last) + " UTC.");
  EXPECT_EQ(network.seen.at(container.ports[0]), std::pair(false, false));
  const auto revision = store.revision();
  die();
  EXPECT_EQ(store.revision(), revision) << "given up once";
}

TEST_F(HostLossTest, a_host_that_is_back_is_asked_for_everything_and_the_facts_return) {
  const auto container = running();
  EXPECT_TRUE(reports.apply(domain::HostName("h1"), report_of("h1"))->full) << "this process knows nothing of it yet";
  EXPECT_FALSE(full_report({seen_running(container)}).full);
  EXPECT_FALSE(reports.apply(domain::HostName("h1"), report_of("h1"))->full);
  die();
  EXPECT_TRUE(reports.apply(domain::HostName("h1"), report_of("h1"))->full);
  EXPECT_TRUE(is_up("h1"));
  EXPECT_EQ(shown(container.id).status, ContainerStatus::unknown) << "nobody said yet what it does";
  EXPECT_TRUE(reports.apply(domain::HostName("h1"), report_of("h1"))->full) << "until it came";
  EXPECT_FALSE(full_report({seen_running(container)}).full);
  EXPECT_EQ(shown(container.id).status, ContainerStatus::running);
  EXPECT_EQ(shown(container.id).status_reason, "");
}

TEST_F(HostLossTest, ports_of_no_container_go_down_and_come_back_with_the_host) {
  // a trunk's subport, a container that Docker made by itself, and what is somebody else's
  struct Row {
    const char* owner;
    const char* region;
    const char* host;
    bool goes_down;
  };
  const Row rows[] = {{"trunk:subport", "RegionOne", "h1", true}, {"compute:docker", "RegionOne", "h1", true}, {"trunk:subport", "RegionOne", "h2", false}, {"trunk:subport", "RegionTwo", "h1", false}};
  const auto id_of = [](std::size_t row) { return domain::PortId(fmt::format("bound-{}", row)); };
  ASSERT_TRUE(store.write([&](boundary::Writer& writer) -> Result<void> {
    for (std::size_t i = 0; i < std::size(rows); ++i) {
      domain::Port port;
      port.id = id_of(i);
      port.network_id = domain::NetworkId("net1-id");
      port.mac_address = domain::Mac::from_number(0x020000000000 + i);
      port.region = domain::RegionName(rows[i].region);
      port.host = domain::HostName(rows[i].host);
      port.device_owner = rows[i].owner;
      TRY_VOID(boundary::put(writer, port));
    }
    return {};
  }));
  die();
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    EXPECT_EQ(network.seen.contains(id_of(i)), rows[i].goes_down) << i;
    const auto port = boundary::view(store, [&](boundary::Reader& r) { return boundary::get<domain::Port>(r, id_of(i)); }).value();
    EXPECT_EQ(domain::fault_of(port).starts_with("Host h1 has not been heard of since"), rows[i].goes_down) << i;
  }
  auto report = report_of("h1");
  report.full = true;
  for (const std::size_t i : {0, 1}) report.ports.push_back({id_of(i), true, true, ""});
  ASSERT_TRUE(reports.apply(report.host.id, report));
  for (const std::size_t i : {0, 1}) {
    EXPECT_EQ(network.seen.at(id_of(i)), std::pair(true, true));
    const auto port = boundary::view(store, [&](boundary::Reader& r) { return boundary::get<domain::Port>(r, id_of(i)); }).value();
    EXPECT_EQ(domain::fault_of(port), "");
  }
}

TEST_F(HostLossTest, what_a_full_report_does_not_name_is_lost_unless_the_host_never_had_it) {
  const auto had = running();
  const auto fresh = made();
  full_report({});
  EXPECT_EQ(shown(had.id).status, ContainerStatus::error);
  EXPECT_EQ(shown(fresh.id).status, ContainerStatus::creating) << "the host may not have heard of it yet";
}

TEST_F(HostLossTest, a_process_that_begins_gives_every_host_its_time) {
  running();
  clock.advance(1h);
  HostLiveness fresh(clock);
  HostWatch beginning({store, clock, network, fresh}, {options.down_after});
  ASSERT_TRUE(beginning.expect_all());
  clock.advance(options.down_after);
  beginning.look();
  EXPECT_TRUE(is_up("h1"));
  clock.advance(1s);
  fresh.excuse_all();
  beginning.look();
  EXPECT_TRUE(is_up("h1")) << "we stood still ourselves";
  clock.advance(options.down_after + 1s);
  beginning.look();
  EXPECT_FALSE(is_up("h1"));
}

TEST_F(HostLossTest, a_delete_on_a_dead_host_is_done_for_the_user_and_holds_the_address) {
  const auto container = running(), doomed = running();
  ASSERT_TRUE(containers.remove(alice, doomed.id.str(), RemoveMode::stop));
  die();
  EXPECT_EQ(containers.show(alice, doomed.id.str()).error().reason, "container.not_found") << "was being deleted";
  ASSERT_TRUE(containers.remove(alice, container.id.str(), RemoveMode::normal));
  EXPECT_EQ(containers.show(alice, container.id.str()).error().reason, "container.not_found");
  EXPECT_EQ(containers.remove(alice, container.id.str(), RemoveMode::normal).error().reason, "container.not_found");
  EXPECT_TRUE(containers.list(alice, {}).value().empty());
  EXPECT_TRUE(containers.list(admin, {.projects = ProjectScope::all}).value().empty());
  EXPECT_EQ(quotas.show(alice, alice.project_id)->held.containers, 0);
  EXPECT_EQ(ports().size(), 2U) << "the dead host may still run them";
  EXPECT_TRUE(record(container.id)->abandoned && record(container.id)->remove);
  // back, it removes them, and only then the addresses are free
  ASSERT_TRUE(heartbeat("h1"));
  ASSERT_TRUE(becomes(container.id, ContainerStatus::running));
  EXPECT_EQ(ports().size(), 2U);
  ASSERT_TRUE(becomes(container.id, ContainerStatus::unknown, true));
  ASSERT_TRUE(becomes(doomed.id, ContainerStatus::unknown, true));
  EXPECT_TRUE(ports().empty());
  EXPECT_FALSE(record(container.id));
}

TEST_F(HostLossTest, a_host_that_is_given_up_for_good_frees_what_was_deleted) {
  const auto container = running(), other = running();
  die();
  ASSERT_TRUE(containers.remove(alice, container.id.str(), RemoveMode::normal));
  EXPECT_EQ(hosts.forget("h1").error().message, "Host h1 still holds 1 containers.");
  EXPECT_EQ(ports().size(), 2U) << "refused as a whole";
  ASSERT_TRUE(containers.remove(alice, other.id.str(), RemoveMode::normal));
  ASSERT_TRUE(hosts.forget("h1"));
  EXPECT_TRUE(ports().empty());
  EXPECT_FALSE(record(container.id) || record(other.id));
  // a late report of it makes a new host, and brings nothing back
  ASSERT_TRUE(report("h1", seen_running(container)));
  EXPECT_FALSE(record(container.id));
  EXPECT_TRUE(is_up("h1"));
}

TEST_F(HostLossTest, what_needs_a_dead_host_says_so_at_once) {
  const auto container = running();
  die();
  const auto refused = containers.act(alice, container.id.str(), {.action = domain::TaskAction::stop});
  EXPECT_EQ(refused.error().reason, "container.host_not_up");
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_NE(refused.error().message.find("has not been heard of since"), std::string::npos);
  EXPECT_EQ(find_on_host(store, alice, container.id.str(), domain::ContainerAction::logs).error().reason,
            "container.host_not_up");
  EXPECT_EQ(containers.execute(alice, container.id.str(), "ls").error().reason, "container.host_not_up");
  EXPECT_EQ(containers.update(alice, container.id.str(), {}).error().reason, "container.host_not_up");
}

TEST_F(HostLossTest, the_operators_word_that_a_host_is_dead_outweighs_what_it_says) {
  const auto container = running(), doomed = running();
  ASSERT_TRUE(hosts.force_down("h1", true));
  EXPECT_FALSE(is_up("h1"));
  EXPECT_EQ(shown(container.id).status, ContainerStatus::unknown);
  EXPECT_EQ(shown(container.id).status_reason, "Host h1 was declared down by an administrator.");
  EXPECT_FALSE(full_report({seen_running(container), seen_running(doomed)}).full);
  EXPECT_EQ(shown(container.id).status, ContainerStatus::unknown);
  ASSERT_TRUE(containers.remove(alice, doomed.id.str(), RemoveMode::normal));
  ASSERT_TRUE(becomes(doomed.id, ContainerStatus::unknown, true));
  EXPECT_FALSE(record(doomed.id)) << "an end is an end";
  ASSERT_TRUE(hosts.force_down("h1", false));
  EXPECT_TRUE(reports.apply(domain::HostName("h1"), report_of("h1"))->full);
  full_report({seen_running(container)});
  EXPECT_EQ(shown(container.id).status, ContainerStatus::running);
}

TEST_F(HostLossTest, a_report_that_was_overtaken_is_ignored) {
  const auto container = running();
  auto newer = report_of("h1"), older = report_of("h1");
  newer.session = older.session = "life";
  newer.seq = 2;
  older.seq = 1;
  auto stopped = seen_running(container);
  stopped.status = ContainerStatus::stopped;
  newer.containers = {stopped};
  older.containers = {seen_running(container)};
  ASSERT_TRUE(reports.apply(newer.host.id, newer));
  ASSERT_TRUE(reports.apply(older.host.id, older));
  EXPECT_EQ(shown(container.id).status, ContainerStatus::stopped);
  older.session = "next life";
  ASSERT_TRUE(reports.apply(older.host.id, older));
  EXPECT_EQ(shown(container.id).status, ContainerStatus::running);
}

TEST_F(HostLossTest, signs_of_life_are_counted_without_being_written) {
  const auto before = hosts.show("h1")->host;
  const auto revision = store.revision();
  clock.advance(2s);
  ASSERT_TRUE(heartbeat("h1"));
  clock.advance(2s);
  ASSERT_TRUE(heartbeat("h1"));
  EXPECT_EQ(store.revision(), revision);
  const auto after = hosts.show("h1")->host;
  EXPECT_EQ(after.report_count, before.report_count + 2);
  EXPECT_EQ(after.last_seen, before.last_seen + 4s);
  clock.advance(options.heartbeat_grain);
  ASSERT_TRUE(heartbeat("h1"));
  EXPECT_EQ(store.revision(), revision + 1);
  EXPECT_EQ(hosts.show("h1")->host.report_count, before.report_count + 3);
}

}  // namespace
}  // namespace causeway::services
