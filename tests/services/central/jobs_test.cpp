#include "causeway/services/central/jobs/jobs.hpp"

#include "../network/cloud.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/central/jobs/routings.hpp"

namespace causeway::services {
namespace {

const domain::Caller alice = a_caller("alice");

/// A centre with two regions that host a network, each with a port on a host of its own.
struct JobRoom {
  JobRoom() {
    for (auto* each : {&one, &two}) {
      auto port = each->port(alice, net.id);
      EXPECT_TRUE(port) << port.error().describe();
      boundary::PortChange bind;
      bind.host = domain::HostName("host-" + each->region.str());
      auto admin = a_caller("alice", {"admin"});
      ports.push_back(*each->networks.update_port(admin, port->id, bind, std::nullopt));
      each->report();
    }
    catch_up();
    for (const auto& region : {"one", "two"}) say(region);
    centre.clock.advance(std::chrono::seconds(10));
  }
  void catch_up() {
    for (bool more = true; more;) more = watch.follow().value();
  }
  domain::RegionProgress word(const std::string& region, boundary::Revision applied, boundary::Revision host) const {
    return {centre.store.store_id(), applied, {{domain::HostName("host-" + region), host, {}}}};
  }
  /// The region and its host are up to date.
  void say(const std::string& region) {
    const auto now = centre.store.revision();
    ASSERT_TRUE(watch.progress(domain::RegionName(region), word(region, now, now)));
  }
  domain::Network rename(const std::string& name) {
    boundary::NetworkChange change;
    change.name = name;
    return *centre.networks.update_network(alice, net.id, change, std::nullopt);
  }
  /// Status of each region's newest job of the type.
  std::map<std::string, std::string> status_of(const std::string& type) {
    std::map<std::string, std::string> out;
    const auto found = jobs_of(type);
    for (const auto& job : found) out.try_emplace(job.job.region.str(), job.status);
    return out;
  }
  std::vector<ShownJob> jobs_of(const std::string& type) { return jobs.list({.project_id = "", .type = type, .status = "", .marker = ""}).value(); }
  ShownJob job_of(const std::string& type, const std::string& region) {
    for (const auto& job : jobs_of(type)) {
      if (job.job.region.str() == region) return job;
    }
    ADD_FAILURE() << "no " << type << " for " << region;
    return {};
  }

  Centre centre;
  Region one{centre, "one"}, two{centre, "two"};
  domain::Network net = centre.a_network(alice);
  domain::Subnet subnet = centre.a_subnet(alice, net, "10.0.0.0/24");
  JobWatch watch{{centre.store, centre.clock, centre.ids}, {}};
  std::map<std::string, boundary::Revision> sent;
  Jobs jobs{{centre.store, watch, [this](const domain::RegionName& region) { return sent[region.str()]; }}};
  std::vector<domain::Port> ports;
};

using Statuses = std::map<std::string, std::string>;

TEST(Jobs, a_change_is_new_until_sent_and_a_success_when_hosts_hold_it) {
  JobRoom room;
  room.rename("other");
  room.catch_up();
  EXPECT_EQ(room.status_of("update_network"), (Statuses{{"one", "NEW"}, {"two", "NEW"}}));
  const auto now = room.centre.store.revision();
  room.sent["one"] = now;
  EXPECT_EQ(room.status_of("update_network"), (Statuses{{"one", "RUNNING"}, {"two", "NEW"}}));
  EXPECT_TRUE(room.watch.progress(domain::RegionName("one"), room.word("one", now, 1)));
  EXPECT_EQ(room.job_of("update_network", "one").job.reason, "waiting for host host-one");
  EXPECT_TRUE(room.watch.progress(domain::RegionName("one"), room.word("one", now, now)));
  EXPECT_EQ(room.status_of("update_network"), (Statuses{{"one", "SUCCESS"}, {"two", "NEW"}}));
}

TEST(Jobs, what_a_region_said_before_the_job_was_opened_counts) {
  JobRoom room;
  room.rename("other");
  room.say("one");
  room.catch_up();
  EXPECT_EQ(room.status_of("update_network"), (Statuses{{"one", "SUCCESS"}, {"two", "NEW"}}));
}

TEST(Jobs, the_word_about_another_store_is_no_word) {
  JobRoom room;
  room.rename("other");
  room.catch_up();
  auto word = room.word("one", 1'000'000, 1'000'000);
  word.store = "another";
  EXPECT_TRUE(room.watch.progress(domain::RegionName("one"), word));
  EXPECT_EQ(room.status_of("update_network")["one"], "NEW");
}

TEST(Jobs, a_newer_change_raises_what_is_waited_for) {
  JobRoom room;
  room.rename("other");
  room.catch_up();
  const auto first = room.job_of("update_network", "one");
  const auto before = room.centre.store.revision();
  room.rename("third");
  room.catch_up();
  const auto second = room.job_of("update_network", "one");
  EXPECT_EQ(second.job.id, first.job.id);
  EXPECT_GT(second.job.wanted, first.job.wanted);
  EXPECT_TRUE(room.watch.progress(domain::RegionName("one"), room.word("one", before, before)));
  EXPECT_EQ(room.status_of("update_network")["one"], "NEW");
  room.say("one");
  EXPECT_EQ(room.status_of("update_network")["one"], "SUCCESS");
  room.rename("fourth");
  room.catch_up();
  EXPECT_NE(room.job_of("update_network", "one").job.id, first.job.id);
}

TEST(Jobs, a_host_that_cannot_fails_the_job_until_it_can) {
  JobRoom room;
  room.rename("other");
  room.catch_up();
  const auto now = room.centre.store.revision();
  auto word = room.word("one", now, now);
  word.hosts[0].failures = {{"network/" + room.net.id.str(), "no such device"}};
  EXPECT_TRUE(room.watch.progress(domain::RegionName("one"), word));
  const auto failed_job = room.job_of("update_network", "one");
  EXPECT_EQ(failed_job.status, "FAIL");
  EXPECT_NE(failed_job.job.reason.find("no such device"), std::string::npos);

  // again: the record gets a new revision, which is what the job waits for
  EXPECT_TRUE(room.jobs.redo(failed_job.job.id));
  EXPECT_EQ(room.job_of("update_network", "one").status, "NEW");
  EXPECT_GT(room.job_of("update_network", "one").job.wanted, failed_job.job.wanted);
  room.say("one");
  EXPECT_EQ(room.job_of("update_network", "one").status, "SUCCESS");
  EXPECT_EQ(reason_of(room.jobs.redo(failed_job.job.id)), "job.done");
  EXPECT_EQ(reason_of(room.jobs.remove(failed_job.job.id)), "job.done");
}

TEST(Jobs, wait_for_hosts_that_they_touch_alone) {
  JobRoom room;
  domain::Host silent;  // the region has told of it, and has not heard of it since it started
  silent.id = domain::HostName("silent");
  silent.uuid = "silent";
  silent.region = domain::RegionName("one");
  ASSERT_TRUE(boundary::transact(room.centre.store, [&](boundary::Writer& writer) { return boundary::put(writer, silent); }));
  room.rename("other");
  room.catch_up();
  const auto now = room.centre.store.revision();
  auto word = room.word("one", now, now);
  word.hosts.push_back({domain::HostName("elsewhere"), 1, {{"network/" + room.net.id.str(), "no such device"}}});
  EXPECT_TRUE(room.watch.progress(domain::RegionName("one"), word));
  EXPECT_EQ(room.status_of("update_network")["one"], "SUCCESS") << "nothing of the network is on the other two";

  auto port = *room.one.port(alice, room.net.id);
  room.one.report();
  room.rename("with a port more");
  room.catch_up();
  room.say("one");
  EXPECT_EQ(room.job_of("update_network", "one").status, "SUCCESS") << "an unbound port touches no host";
  boundary::PortChange bind;
  bind.host = silent.id;
  ASSERT_TRUE(room.one.networks.update_port(a_caller("alice", {"admin"}), port.id, bind, std::nullopt));
  room.one.report();
  room.rename("third");
  room.catch_up();
  room.say("one");
  EXPECT_EQ(room.job_of("update_network", "one").job.reason, "waiting for host silent");
  silent.down = true;
  ASSERT_TRUE(boundary::transact(room.centre.store, [&](boundary::Writer& writer) { return boundary::put(writer, silent); }));
  room.say("one");
  EXPECT_EQ(room.job_of("update_network", "one").job.reason, "host silent is down");
}

TEST(Jobs, every_kind_of_change_has_its_type) {
  JobRoom room;
  boundary::SubnetChange change;
  change.name = "renamed";
  ASSERT_TRUE(room.centre.networks.update_subnet(alice, room.subnet.id, change, std::nullopt));
  ASSERT_TRUE(room.centre.networks.create_security_group(alice, alice.project_id, "web", "", true));
  domain::Router router;
  router.id = domain::RouterId("router");
  router.project_id = alice.project_id;
  router.interfaces = {{domain::PortId("leg"), room.net.id, {}, {}}};
  router.routes = {{*domain::Cidr::parse("192.168.0.0/16"), *domain::IpAddress::parse("10.0.0.9")}};
  ASSERT_TRUE(room.centre.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, router));
    return {};
  }));
  ASSERT_TRUE(room.one.networks.delete_port(a_caller("alice", {"admin"}), room.ports[0].id));
  room.one.report();
  room.catch_up();
  for (const auto* type : {"subnet_update", "seg_rule_setup", "router_setup", "configure_route"}) {
    EXPECT_EQ(room.status_of(type), (Statuses{{"one", "NEW"}, {"two", "NEW"}})) << type;
  }
  EXPECT_EQ(room.status_of("port_delete"), (Statuses{{"two", "NEW"}}));  // the region that deleted it knows
  for (const auto* region : {"one", "two"}) room.say(region);
  for (const auto& job : room.jobs.list({}).value()) EXPECT_EQ(job.status, "SUCCESS") << job.job.type;
}

TEST(Jobs, an_unknown_network_or_a_foreign_project_makes_no_job) {
  JobRoom room;
  const auto* type = domain::find_job_type("update_network");
  const auto pod = room.centre.pods.list()->front().id.str();
  EXPECT_EQ(reason_of(room.jobs.create(*type, alice.project_id, {{"pod_id", pod}, {"network_id", "none"}})), "job.no_object");
  EXPECT_EQ(reason_of(room.jobs.create(*type, domain::ProjectId("bob"), {{"pod_id", pod}, {"network_id", room.net.id.str()}})), "job.no_object");
  const auto made = room.jobs.create(*type, alice.project_id, {{"pod_id", pod}, {"network_id", room.net.id.str()}});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->status, "NEW");
  EXPECT_EQ(room.jobs_of("update_network").size(), 1u);  // of the pod that was named
}

TEST(Jobs, pages_go_on_after_the_marker) {
  JobRoom room;
  room.rename("other");
  room.catch_up();
  const auto all = room.jobs.list({}).value();
  ASSERT_EQ(all.size(), 2u);
  std::vector<std::string> paged;
  std::string marker;
  while (true) {
    const auto page = room.jobs.list({.project_id = "", .type = "", .status = "", .marker = marker, .limit = 1}).value();
    if (page.empty()) break;
    marker = page.back().job.id;
    paged.push_back(marker);
  }
  ASSERT_EQ(paged.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(paged[i], all[i].job.id);
  EXPECT_EQ(reason_of(room.jobs.list({.project_id = "", .type = "", .status = "", .marker = "none"})), "job.bad_marker");
}

TEST(Jobs, successes_are_forgotten_after_a_day_and_unfinished_ones_never) {
  JobRoom room;
  room.rename("other");
  room.catch_up();
  room.say("one");
  room.centre.clock.advance(std::chrono::hours(25));
  ASSERT_TRUE(room.watch.sweep());
  EXPECT_EQ(room.status_of("update_network"), (Statuses{{"two", "NEW"}}));
}

TEST(Routings, say_what_is_where) {
  JobRoom room;
  Routings routings(room.centre.store);
  const auto rows = routings.list().value();
  std::map<std::string, int> kinds;
  for (const auto& row : rows) {
    ++kinds[row.resource_type];
    EXPECT_EQ(row.top_id, row.bottom_id);
    EXPECT_EQ(routings.get(row.id)->top_id, row.top_id);
  }
  EXPECT_EQ(kinds, (std::map<std::string, int>{{"network", 2}, {"subnet", 2}, {"port", 2}, {"security_group", 2}}));
  EXPECT_TRUE(std::ranges::is_sorted(rows, std::ranges::greater(), &Routing::id));
  EXPECT_EQ(reason_of(routings.get(7)), "routing.not_found");
}

}  // namespace
}  // namespace causeway::services
