#include "agent_room.hpp"

/// A container's life as its region sees it, on a host in memory.
namespace causeway::testing {
namespace {

using domain::ContainerStatus;
using domain::TaskAction;
using Agent = AgentRoom;

TEST_F(Agent, runs_a_container_with_its_links_in_place) {
  put(a_port(port_far, "h2", "10.11.0.20", 0x20));
  put_running_container();
  const auto report = region.seen(box);
  EXPECT_TRUE(report->started_at > Time{});
  EXPECT_EQ(report->seen_command, (std::vector<std::string>{"sleep", "1000"}));
  EXPECT_EQ(report->task_state, "");
  EXPECT_TRUE(eventually([&] {
    const auto port = region.seen(port_1);
    return port && port->ready && port->plugged;
  }));
  const auto entries = links.observe_remote_entries(services::tunnel_name(net_a));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().vtep, ip("10.200.0.2"));
}

TEST_F(Agent, follows_ports_of_other_hosts_as_they_come_and_go) {
  put_running_container();
  const auto entries = [&] { return links.observe_remote_entries(services::tunnel_name(net_a))->size(); };
  put(a_port(port_far, "h2", "10.11.0.20", 0x20));
  EXPECT_TRUE(eventually([&] { return entries() == 1; }));
  erase<domain::Port>(port_far);
  EXPECT_TRUE(eventually([&] { return entries() == 0; }));
}

TEST_F(Agent, holds_a_port_to_its_policy_or_else_to_its_networks) {
  const auto policy = [&](const char* id, std::uint64_t kbps) {
    domain::QosPolicy out;
    out.id = domain::QosPolicyId(id);
    out.bandwidth_limits = {{"r1", "ingress", kbps, 0}, {"r2", "egress", 2 * kbps, 80}};
    put(out);
    return out.id;
  };
  const auto limits = [&] { return *shaper.observe_limits(services::host_end_name(port_1), services::meter_name(port_1)); };
  const auto holds = [&](std::optional<std::uint64_t> download) {
    return eventually([&] { return limits().download == (download ? std::optional(boundary::Rate{*download, 0}) : std::nullopt); });
  };
  put_running_container();
  EXPECT_TRUE(holds(std::nullopt));
  auto network = a_network();
  network.qos_policy_id = policy("of-network", 1'000);
  put(network);
  EXPECT_TRUE(holds(1'000));
  EXPECT_EQ(limits().upload->kbps, 2'000U);
  auto port = a_port(port_1, "h1", "10.11.0.10", 0x10);
  port.qos_policy_id = policy("of-port", 5'000);
  put(port);
  EXPECT_TRUE(holds(5'000));
  policy("of-port", 7'000);
  EXPECT_TRUE(holds(7'000)) << "a changed rule reaches the kernel";
  port.qos_policy_id.reset();
  put(port);
  EXPECT_TRUE(holds(1'000));
  put(a_network());
  EXPECT_TRUE(holds(std::nullopt));
}

TEST_F(Agent, waits_for_records_that_come_late) {
  put(a_container());
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::creating); }));
  put(a_port(port_1, "h1", "10.11.0.10", 0x10));
  put(a_network());
  EXPECT_FALSE(*engine.inspect(box));
  put(a_subnet());
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
}

TEST_F(Agent, only_creates_what_is_not_to_run) {
  auto container = a_container();
  container.run = false;
  put_records(container);
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::created); }));
  EXPECT_EQ(engine.starts(box), 0);
}

TEST_F(Agent, does_the_tasks_in_their_order_and_each_once) {
  put_running_container();
  auto container = with_task(a_container(), TaskAction::stop);
  container = with_task(container, TaskAction::start);
  container = with_task(container, TaskAction::pause);
  put(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::paused) && region.seen(box)->task_done == 3; }));
  EXPECT_EQ(engine.starts(box), 2);
  put(with_task(container, TaskAction::unpause));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running) && region.seen(box)->task_done == 4; }));
}

TEST_F(Agent, restarts_with_the_same_interface) {
  put_running_container();
  put(with_task(a_container(), TaskAction::reboot));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_EQ(engine.starts(box), 2);
  EXPECT_TRUE(region.is(box, ContainerStatus::running));
  EXPECT_TRUE(has_link(services::host_end_name(port_1)));
}

TEST_F(Agent, does_not_repeat_a_kill_after_a_crash) {
  put_running_container();
  engine.fail_next("kill", fail(Code::unavailable, "engine.unreachable", "The answer was lost."));
  put(with_task(a_container(), TaskAction::kill, "SIGHUP"));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  start_agent();
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_EQ(engine.kills(box), 0);
  EXPECT_EQ(region.seen(box)->status_reason, "The answer was lost.");
}

TEST_F(Agent, repeats_a_stop_until_the_engine_did_it) {
  put_running_container();
  engine.fail_next("stop", fail(Code::unavailable, "engine.unreachable", "away"));
  put(with_task(a_container(), TaskAction::stop));
  EXPECT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped) && region.seen(box)->task_done == 1; }));
}

TEST_F(Agent, tells_at_once_when_a_process_ends) {
  put_running_container();
  engine.exit(box, 3);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::stopped); }));
  EXPECT_EQ(region.seen(box)->exit_code, 3);
  EXPECT_EQ(engine.starts(box), 1) << "restarting is the Engine's policy, not the agent's";
}

TEST_F(Agent, removes_everything_of_a_container) {
  put_running_container();
  auto container = a_container();
  container.remove = true;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->gone; }));
  EXPECT_FALSE(*engine.inspect(box));
  EXPECT_FALSE(has_link(services::host_end_name(port_1)));
  // the region takes the records away
  erase<domain::Port>(port_1);
  erase<domain::Container>(box);
  EXPECT_TRUE(
      eventually([&] { return !has_link(services::bridge_name(net_a)) && !has_link(services::tunnel_name(net_a)); }));
  EXPECT_TRUE(eventually([&] { return engine.list_networks()->empty(); }));
  EXPECT_TRUE(eventually([&] {
    return !*boundary::view(
        store, [&](boundary::Reader& reader) { return boundary::find<domain::AgentContainer>(reader, box); });
  }));
}

TEST_F(Agent, removes_a_container_that_never_came_to_be) {
  auto container = a_container();
  container.remove = true;
  put_records(container);
  EXPECT_TRUE(eventually([&] { return region.seen(box) && region.seen(box)->gone; }));
}

TEST_F(Agent, rebuilds_on_the_same_port_and_starts_what_ran) {
  put_running_container();
  const auto before = (*engine.inspect(box))->engine_id;
  auto container = a_container();
  container.generation = 1;
  container.image_ref.id = "dddddddd-0000-4000-8000-000000000002";
  put(with_task(container, TaskAction::rebuild));
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1 && region.is(box, ContainerStatus::running); }));
  EXPECT_NE((*engine.inspect(box))->engine_id, before);
  EXPECT_EQ(region.seen(box)->task_results, (std::vector<domain::TaskResult>{{1, ""}}));
  EXPECT_EQ(region.fetches(), 2);
  EXPECT_TRUE(has_link(services::host_end_name(port_1)));
  EXPECT_TRUE(eventually([&] { return region.seen(port_1)->plugged; }));
}

class RebuildCrash : public AgentRoom, public ::testing::WithParamInterface<const char*> {};
TEST_P(RebuildCrash, goes_on_with_a_rebuild_whatever_it_was_doing) {
  put_running_container();
  engine.hold(GetParam());
  auto container = a_container();
  container.generation = 1;
  put(with_task(container, TaskAction::rebuild));
  engine.fail_next(GetParam(), fail(Code::unavailable, "engine.unreachable", "away"));
  engine.release(GetParam());
  start_agent();
  EXPECT_TRUE(eventually([&] { return region.seen(box)->task_done == 1 && region.is(box, ContainerStatus::running); }));
  EXPECT_EQ((*engine.inspect(box))->generation, 1);
}
INSTANTIATE_TEST_SUITE_P(Agent, RebuildCrash, ::testing::Values("remove", "create", "start"));

TEST_F(Agent, a_rebuild_without_an_image_is_an_error_that_keeps_the_port) {
  put_running_container();
  region.set_image_data("no archive");
  auto container = a_container();
  container.generation = 1;
  container.image_ref.id = "dddddddd-0000-4000-8000-000000000002";
  put(with_task(container, TaskAction::rebuild));
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::error) && !*engine.inspect(box); }));
  EXPECT_FALSE(region.seen(box)->task_results[0].error.empty());
  EXPECT_TRUE(has_link(services::host_end_name(port_1)));
}

TEST_F(Agent, resizes_a_container_and_tells_a_refusal_once) {
  put_running_container();
  auto container = a_container();
  container.memory_mib = 128;
  container.cpu = 0.5;
  put(container);
  ASSERT_TRUE(eventually([&] { return (*engine.inspect(box))->memory_mib == 128; }));
  EXPECT_EQ((*engine.inspect(box))->cpu_shares, 512);
  engine.fail_next("update", fail(Code::unavailable, "engine.error", "device or resource busy"));
  container.memory_mib = 16;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->status_reason.ends_with("device or resource busy"); }));
  EXPECT_EQ(region.seen(box)->status, ContainerStatus::running);
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_EQ((*engine.inspect(box))->memory_mib, 128) << "it is not asked again";
  container.memory_mib = 32;
  put(container);
  EXPECT_TRUE(eventually([&] { return region.seen(box)->status_reason.empty(); }));
  EXPECT_EQ((*engine.inspect(box))->memory_mib, 32);
}

TEST_F(Agent, connects_a_running_container_to_one_more_network_and_lets_go_of_it_again) {
  put_running_container();
  auto network = a_network();
  network.id = domain::NetworkId("aaaaaaaa-0000-4000-8000-00000000000b");
  network.vni = 1002;
  put(network);
  domain::Port second = a_port(domain::PortId("33333333-0000-4000-8000-000000000003"), "h1", "10.11.0.30", 0x30);
  auto subnet = a_subnet();
  subnet.id = subnet_b;
  subnet.network_id = network.id;
  put(subnet);
  second.network_id = network.id;
  for (auto& ip : second.fixed_ips) ip.subnet_id = subnet.id;
  put(second);
  auto container = a_container();
  container.ports = {second.id, port_1};
  container = with_task(container, TaskAction::network_attach);
  container.tasks.back().port_id = second.id;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  ASSERT_EQ(region.seen(box)->task_results[0].error, "");
  EXPECT_EQ((*engine.inspect(box))->networks.size(), 2U);
  EXPECT_TRUE(eventually([&] { return region.seen(second.id) && region.seen(second.id)->plugged; }));
  EXPECT_EQ(engine.starts(box), 1);

  container.detaching_ports = {second.id};
  container = with_task(container, TaskAction::network_detach);
  container.tasks.back().port_id = second.id;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 2 && !region.seen(box)->released_ports.empty(); }));
  EXPECT_EQ((*engine.inspect(box))->networks, std::vector{net_a});
  EXPECT_FALSE(has_link(services::host_end_name(second.id)));
  EXPECT_TRUE(has_link(services::host_end_name(port_1)));
  EXPECT_EQ(region.seen(box)->status, ContainerStatus::running);
}

TEST_F(Agent, tells_why_a_network_could_not_be_attached) {
  put_running_container();
  auto network = a_network();
  network.id = domain::NetworkId("aaaaaaaa-0000-4000-8000-00000000000b");
  network.vni = 1002;
  put(network);
  domain::Port second = a_port(domain::PortId("33333333-0000-4000-8000-000000000003"), "h1", "10.11.0.30", 0x30);
  second.network_id = network.id;
  put(second);
  engine.fail_next("connect", fail(Code::invalid, "engine.refused", "no more interfaces"));
  auto container = a_container();
  container.ports = {second.id, port_1};
  container = with_task(container, TaskAction::network_attach);
  container.tasks.back().port_id = second.id;
  put(container);
  ASSERT_TRUE(eventually([&] { return region.seen(box)->task_done == 1; }));
  EXPECT_TRUE(region.seen(box)->task_results[0].error.ends_with("no more interfaces"));
  EXPECT_EQ(region.seen(box)->status, ContainerStatus::running);
}

TEST_F(Agent, sees_docker_take_the_interface_of_a_container_that_people_made_themselves) {
  resync = std::chrono::hours(1);  // nothing but the driver's own word may lead to the look
  start_agent();
  auto port = a_port(port_1, "h1", "10.11.0.10", 0x10);
  port.device_owner = boundary::direct_owner;
  port.device_id = "ep";
  put(a_network());
  put(a_subnet());
  put(port);
  ASSERT_TRUE(eventually([&] {  // once the records are with the agent
    return agent->driver().create_endpoint({"ep", port_1, "10.11.0.10/24", "", port.mac_address.to_string()}).has_value();
  }));
  const auto joined = agent->driver().join("ep", "/run/docker/netns/ep");
  ASSERT_TRUE(joined) << joined.error().describe();
  const auto looks_for_it = [&] {
    const auto keys = agent->status();
    return std::ranges::any_of(keys, [](const auto& key) { return key.last_error.contains("has not taken"); });
  };
  ASSERT_TRUE(eventually(looks_for_it));
  ASSERT_TRUE(eventually([&] { return region.seen(port_1) && region.seen(port_1)->ready; }));
  EXPECT_FALSE(region.seen(port_1)->plugged);
  links.move_peer_away(joined->interface);
  EXPECT_TRUE(eventually([&] { return region.seen(port_1)->plugged; }));
}

TEST_F(Agent, reports_the_loss_of_a_container) {
  put_running_container();
  engine.vanish(box);
  EXPECT_TRUE(eventually([&] { return region.seen(box)->gone; }));
  EXPECT_FALSE(*engine.inspect(box));
}

TEST_F(Agent, makes_a_lost_container_anew_when_it_heals) {
  auto container = a_container();
  container.auto_heal = true;
  put_records(container);
  ASSERT_TRUE(eventually([&] { return region.is(box, ContainerStatus::running); }));
  const auto before = region.seen(box)->engine_id;
  engine.vanish(box);
  EXPECT_TRUE(
      eventually([&] { return region.is(box, ContainerStatus::running) && region.seen(box)->engine_id != before; }));
}

}  // namespace
}  // namespace causeway::testing
