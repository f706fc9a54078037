#include "agent_room.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/domain/router/router_namespace.hpp"
#include "causeway/services/agent/short_cuts/forgetting_firewall.hpp"

namespace causeway::testing {
namespace {

const domain::RouterId the_router("99999999-0000-4000-8000-000000000001");
const domain::PortId the_leg("aaaa0000-0000-4000-8000-000000000001");

class AgentShortCuts : public AgentRoom {
 protected:
  bool takes_part(const std::string& link) {
    return eventually([&] { return fast_path.attached().contains(link); });
  }
  bool takes_none(const std::string& link) {
    return eventually([&] { return !fast_path.attached().contains(link); });
  }
  void give_policy(const std::function<void(domain::QosPolicy&)>& fill) {
    domain::QosPolicy policy;
    policy.id = domain::QosPolicyId("policy");
    fill(policy);
    put(policy);
    auto port = a_port(port_1, "h1", "10.11.0.10", 0x10);
    port.qos_policy_id = policy.id;
    put(port);
  }
  const std::string veth = services::host_end_name(port_1);
};

TEST_F(AgentShortCuts, are_open_to_a_containers_port_and_its_networks_tunnel) {
  put_running_container();
  EXPECT_TRUE(takes_part(veth));
  EXPECT_TRUE(takes_part(services::tunnel_name(net_a)));
  EXPECT_EQ(fast_path.attached().at(veth), std::nullopt);
}

TEST_F(AgentShortCuts, are_closed_to_a_port_whose_packets_are_handled_one_by_one) {
  put_running_container();
  ASSERT_TRUE(takes_part(veth));
  give_policy([](domain::QosPolicy& policy) { policy.bandwidth_limits = {{"r1", "egress", 1'000, 0}}; });
  EXPECT_TRUE(takes_none(veth));
  give_policy([](domain::QosPolicy& policy) { policy.bandwidth_limits = {{"r1", "ingress", 1'000, 0}}; });
  EXPECT_TRUE(takes_part(veth)) << "what it receives is limited behind the short cut";
  give_policy([](domain::QosPolicy& policy) { policy.dscp_mark = 26; });
  EXPECT_TRUE(takes_none(veth));
  give_policy([](domain::QosPolicy&) {});
  EXPECT_TRUE(takes_part(veth));
}

TEST_F(AgentShortCuts, lead_through_routers_and_are_forgotten_when_those_change) {
  put_running_container();
  domain::Router router;
  router.id = the_router;
  router.interfaces = {{the_leg, net_a, domain::Mac::from_number(0xfa163eff0001), {{subnet_a, ip("10.11.0.1")}}}};
  put(router);
  ASSERT_TRUE(takes_part(domain::leg_outside_name(the_leg)));
  EXPECT_EQ(fast_path.attached().at(domain::leg_outside_name(the_leg)), the_router);
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  auto before = fast_path.invalidations();
  router.admin_state_up = false;
  put(router);
  EXPECT_TRUE(eventually([&] { return fast_path.invalidations() > before; }));
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  before = fast_path.invalidations();
  erase<domain::Router>(the_router);
  EXPECT_TRUE(eventually([&] { return fast_path.invalidations() > before; }));
}

TEST_F(AgentShortCuts, are_forgotten_before_a_change_of_the_filters_is_done) {
  services::ForgettingFirewall filter(firewall, &fast_path);
  const auto before = fast_path.invalidations();
  ASSERT_TRUE(filter.replace({}));
  EXPECT_EQ(fast_path.invalidations(), before + 1);
  firewall.refuse_chain("refused");
  domain::firewall::Ruleset bad;
  bad.chains[{domain::firewall::Family::bridge, "refused"}] = {};
  EXPECT_FALSE(filter.replace(bad));
  EXPECT_EQ(fast_path.invalidations(), before + 2) << "who knows what was done of it";
}

TEST_F(AgentShortCuts, of_a_link_that_is_not_there_are_no_failure_of_its_port) {
  fast_path.lose(veth);
  put_running_container();
  EXPECT_TRUE(eventually([&] { return region.seen(port_1) && region.seen(port_1)->plugged; }));
  EXPECT_FALSE(fast_path.attached().contains(veth));
}

}  // namespace
}  // namespace causeway::testing
