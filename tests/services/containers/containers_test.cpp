#include "causeway/services/containers/containers.hpp"

#include <gtest/gtest.h>

#include "container_fakes.hpp"

namespace causeway::services {
namespace {

using namespace std::chrono_literals;
using domain::ContainerStatus;

class ContainersTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
  static domain::ContainerSpec nginx(std::string name = "") {
    domain::ContainerSpec spec;
    spec.image = "nginx";
    spec.name = std::move(name);
    return spec;
  }
  domain::Container made(const domain::ContainerSpec& spec, bool run = true) {
    const auto done = containers.create(alice, spec, run);
    EXPECT_TRUE(done) << done.error().describe();
    return done ? done->container : domain::Container{};
  }
  domain::Container running(std::string name = "") {
    const auto container = made(nginx(std::move(name)));
    EXPECT_TRUE(becomes(container.id, ContainerStatus::running));
    return container;
  }
  domain::Container now_is(const domain::ContainerId& id) { return containers.show(admin, id.str()).value().container; }
};

TEST_F(ContainersTest, create_makes_the_container_and_its_ports_in_one_commit) {
  auto spec = nginx("web");
  spec.nets = {{"net1", "", std::nullopt, std::nullopt}, {"net2", "", std::nullopt, std::nullopt}};
  spec.security_groups = {"web", "default", "web"};
  const auto done = containers.create(alice, spec, true);
  ASSERT_TRUE(done) << done.error().describe();
  const auto& container = done->container;
  EXPECT_EQ(container.status, ContainerStatus::creating);
  EXPECT_EQ(container.task_state, "container_creating");
  EXPECT_EQ(container.host.str(), "h1");
  EXPECT_TRUE(container.run);
  EXPECT_EQ(container.memory_mib, 512);
  EXPECT_EQ(container.image_ref.id, "nginx-id");
  EXPECT_EQ(container.security_groups.size(), 2U);
  ASSERT_EQ(done->ports.size(), 2U);
  EXPECT_EQ(done->ports[0].network_id.str(), "net1-id");
  EXPECT_EQ(done->ports[1].device_id, container.id.str());
  EXPECT_EQ(done->ports[0].vtep->to_string(), "192.168.0.1");
  EXPECT_TRUE(container.kept_ports.empty());
}

TEST_F(ContainersTest, create_gives_a_name_to_who_gave_none) {
  EXPECT_TRUE(made(nginx()).name.ends_with("-container"));
}

TEST_F(ContainersTest, no_host_is_a_container_in_error_that_holds_no_ports) {
  clock.advance(61s);
  watch.look();
  const auto done = containers.create(alice, nginx(), false);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->container.status, ContainerStatus::error);
  EXPECT_EQ(done->container.status_reason, "There are not enough hosts available. Hosts refused: down 1.");
  EXPECT_TRUE(done->container.host.empty() && done->container.task_state.empty());
  EXPECT_TRUE(ports().empty());
  EXPECT_EQ(containers.act(alice, done->container.id.str(), {}).error().reason, "container.no_host");
  EXPECT_TRUE(containers.remove(alice, done->container.id.str(), RemoveMode::normal));
  EXPECT_EQ(containers.show(alice, done->container.id.str()).error().reason, "container.not_found");
}

TEST_F(ContainersTest, a_dry_pool_is_refilled_and_tried_again) {
  network.leased = 0;
  EXPECT_EQ(made(nginx()).ports.size(), 1U);
  EXPECT_EQ(network.refills, 1);
}

TEST_F(ContainersTest, a_pool_that_the_centre_cannot_fill_fails_the_create_and_leaves_nothing) {
  network.leased = 0;
  network.refill_step = 0;
  EXPECT_EQ(containers.create(alice, nginx(), true).error().reason, "ipam.pool_exhausted");
  EXPECT_TRUE(containers.list(alice, {})->empty());
}

TEST_F(ContainersTest, refills_are_bounded) {
  network.attach_fault = fail(Code::exhausted, "ipam.pool_exhausted", "none");
  EXPECT_FALSE(containers.create(alice, nginx(), true));
  EXPECT_EQ(network.refills, options.max_refills);
}

TEST_F(ContainersTest, a_failure_at_the_second_net_takes_back_the_port_of_the_first) {
  auto spec = nginx();
  spec.nets = {{"net1", "", std::nullopt, std::nullopt}, {"", "no-such-port", std::nullopt, std::nullopt}};
  EXPECT_EQ(containers.create(alice, spec, true).error().reason, "port.not_found");
  EXPECT_TRUE(ports().empty());
}

TEST_F(ContainersTest, a_port_that_was_there_before_outlives_the_container) {
  domain::Port port;
  port.id = domain::PortId("mine");
  port.network_id = domain::NetworkId("net1-id");
  port.fixed_ips = {{domain::SubnetId("s"), domain::IpAddress::v4(0x0a000009)}};
  ASSERT_TRUE(store.write([&](boundary::Writer& w) -> Result<void> {
    TRY_VOID(boundary::put(w, port));
    return {};
  }));
  auto spec = nginx();
  spec.nets = {{"", "mine", std::nullopt, std::nullopt}};
  const auto container = made(spec);
  EXPECT_EQ(container.kept_ports, container.ports);
  EXPECT_TRUE(containers.remove(admin, container.id.str(), RemoveMode::force));
  EXPECT_TRUE(becomes(container.id, ContainerStatus::deleting, true));
  ASSERT_EQ(ports().size(), 1U);
  EXPECT_TRUE(ports()[0].device_id.empty());
}

TEST_F(ContainersTest, quota_counts_all_containers_of_the_project_and_only_them) {
  ASSERT_TRUE(quotas.set(admin, alice.project_id, {{"containers", 2}, {"memory", "300"}}));
  made(nginx());
  auto big = nginx();
  big.memory_mib = 301;
  EXPECT_EQ(containers.create(alice, big, true).error().message, "Quota exceeded for resources: ['memory']");
  made(nginx());
  EXPECT_EQ(containers.create(alice, nginx(), true).error().reason, "quota.exceeded");
  EXPECT_TRUE(containers.create(bob, nginx(), true));
  EXPECT_EQ(quotas.show(alice, alice.project_id)->held.containers, 2);
  EXPECT_EQ(quotas.show(bob, alice.project_id).error().code, Code::forbidden);
  ASSERT_TRUE(quotas.reset(admin, alice.project_id));
  EXPECT_TRUE(containers.create(alice, nginx(), true));
}

TEST_F(ContainersTest, failures_of_other_services_are_told_as_they_are) {
  auto spec = nginx();
  spec.image = "nothing";
  EXPECT_EQ(containers.create(alice, spec, true).error().reason, "image.not_found");
  spec.image_driver = "docker";
  EXPECT_EQ(made(spec).image_ref.id, "nothing:latest");
  spec = nginx();
  spec.nets = {{"unknown", "", std::nullopt, std::nullopt}};
  EXPECT_EQ(containers.create(alice, spec, true).error().reason, "network.not_found");
  spec = nginx();
  spec.host = "h9";
  EXPECT_EQ(containers.create(admin, spec, true).error().reason, "host.not_found");
}

TEST_F(ContainersTest, lookup_is_by_uuid_or_name_and_hides_what_is_foreign) {
  const auto container = made(nginx("web"));
  EXPECT_TRUE(containers.show(alice, "web"));
  EXPECT_TRUE(containers.show(alice, container.id.str()));
  EXPECT_TRUE(containers.show(admin, "web"));
  EXPECT_EQ(containers.show(bob, "web").error().code, Code::not_found);
  EXPECT_EQ(containers.show(bob, container.id.str()).error().code, Code::not_found);
  made(nginx("web"));
  EXPECT_EQ(containers.show(alice, "web").error().reason, "container.ambiguous");
  EXPECT_EQ(containers.show(alice, "web", ProjectScope::all).error().code, Code::forbidden);
}

TEST_F(ContainersTest, tasks_queue_up_with_their_state_shown_at_once) {
  const auto container = running();
  ASSERT_TRUE(containers.act(alice, container.id.str(), {domain::TaskAction::stop, 7, "", "req-1"}));
  auto queued = now_is(container.id);
  EXPECT_EQ(queued.task_state, "container_stopping");
  ASSERT_EQ(queued.tasks.size(), 1U);
  EXPECT_EQ(queued.tasks[0].timeout, 7);
  EXPECT_EQ(queued.tasks[0].request_id, "req-1");
  ASSERT_TRUE(becomes(container.id, ContainerStatus::stopped));
  queued = now_is(container.id);
  EXPECT_EQ(queued.status, ContainerStatus::stopped);
  EXPECT_TRUE(queued.tasks.empty() && queued.task_state.empty());
  EXPECT_EQ(containers.act(alice, container.id.str(), {domain::TaskAction::pause, {}, "", ""}).error().message,
            "Cannot pause container " + container.id.str() + " in Stopped state");
}

TEST_F(ContainersTest, the_queue_is_bounded) {
  const auto container = running();
  const TaskRequest kill{domain::TaskAction::kill, {}, "SIGHUP", ""};
  for (std::size_t i = 0; i < options.max_tasks; ++i) ASSERT_TRUE(containers.act(alice, container.id.str(), kill));
  EXPECT_EQ(containers.act(alice, container.id.str(), kill).error().reason, "container.too_many_tasks");
}

TEST_F(ContainersTest, delete_waits_for_the_host_to_say_gone) {
  const auto container = running();
  EXPECT_EQ(containers.remove(alice, container.id.str(), RemoveMode::normal).error().reason, "container.invalid_state");
  EXPECT_EQ(containers.remove(alice, container.id.str(), RemoveMode::force).error().code, Code::forbidden);
  ASSERT_TRUE(containers.remove(alice, container.id.str(), RemoveMode::stop));
  const auto deleting = now_is(container.id);
  EXPECT_TRUE(deleting.remove && deleting.remove_stop);
  EXPECT_EQ(deleting.status, ContainerStatus::deleting);
  EXPECT_EQ(ports().size(), 1U);
  ASSERT_TRUE(becomes(container.id, ContainerStatus::running));
  EXPECT_EQ(now_is(container.id).status, ContainerStatus::deleting) << "a late report does not resurrect";
  ASSERT_TRUE(becomes(container.id, ContainerStatus::deleting, true));
  EXPECT_EQ(containers.show(admin, container.id.str()).error().code, Code::not_found);
  EXPECT_TRUE(ports().empty());
}

TEST_F(ContainersTest, execute_asks_the_host) {
  const auto container = running("web");
  EXPECT_EQ(containers.execute(alice, "web", R"("echo" "a b")")->exit_code, 3);
  EXPECT_EQ(gateway.last_command, (std::vector<std::string>{"echo", "a b"}));
  EXPECT_EQ(containers.execute(alice, "web", "  ").error().code, Code::invalid);
  EXPECT_EQ(containers.execute(alice, "web", "'").error().reason, "command.unbalanced");
  gateway.fault = fail(Code::timeout, "timeout", "late");
  EXPECT_EQ(containers.execute(alice, "web", "sleep 99").error().message, "Timeout on executing command: sleep 99");
  gateway.fault = fail(Code::unavailable, "host.unreachable", "away");
  EXPECT_EQ(containers.execute(alice, "web", "true").error().code, Code::unavailable);
  EXPECT_EQ(containers.execute(bob, container.id.str(), "true").error().code, Code::not_found);
}

TEST_F(ContainersTest, update_changes_the_name_where_the_status_allows_it) {
  const auto container = made(nginx("old"));
  EXPECT_EQ(containers.update(alice, "old", {.name = "new", .auto_heal = true}).error().reason, "container.invalid_state");
  ASSERT_TRUE(becomes(container.id, ContainerStatus::running));
  EXPECT_EQ(containers.update(alice, "old", {.name = "new", .auto_heal = true})->container.name, "new");
  EXPECT_EQ(containers.show(alice, "old").error().code, Code::not_found);
  EXPECT_TRUE(containers.show(alice, "new")->container.auto_heal);
}

TEST_F(ContainersTest, lists_filter_sort_and_page) {
  for (const char* name : {"c1", "c3", "c2"}) {
    made(nginx(name));
    clock.advance(1s);
  }
  ASSERT_TRUE(containers.create(bob, nginx("other"), true));
  const auto names = [](const Result<std::vector<ContainerWithPorts>>& page) {
    std::vector<std::string> out;
    for (const auto& shown : page.value()) out.push_back(shown.container.name);
    return out;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(containers.list(alice, {})), (Names{"c1", "c3", "c2"}));
  ContainerQuery query;
  query.sort_key = "name";
  query.descending = true;
  query.limit = 2;
  const auto first = containers.list(alice, query);
  EXPECT_EQ(names(first), (Names{"c3", "c2"}));
  query.marker = first->back().container.id.str();
  EXPECT_EQ(names(containers.list(alice, query)), (Names{"c1"}));
  query.marker = "no-such";
  EXPECT_EQ(containers.list(alice, query).error().code, Code::not_found);
  query = {};
  query.filters["name"] = "c2";
  EXPECT_EQ(names(containers.list(alice, query)), (Names{"c2"}));
  query.sort_key = "shoe_size";
  EXPECT_EQ(containers.list(alice, query).error().field, "sort_key");
  query = {};
  query.projects = ProjectScope::all;
  EXPECT_EQ(containers.list(alice, query).error().code, Code::forbidden);
  EXPECT_EQ(containers.list(admin, query)->size(), 4U);
  query = {};
  query.filters["host"] = "h1";
  EXPECT_EQ(containers.list(alice, query).error().code, Code::forbidden);
}

}  // namespace
}  // namespace causeway::services
