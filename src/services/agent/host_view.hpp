#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/firewall/host_ports.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/agent/firewall/group_members.hpp"

namespace causeway::services {

/// What the region wants of this host, in memory: the replicated records of the agent's store, decoded and indexed.
///
/// Job: follows the store by its own feed, and names the reconciler keys that each change concerns. The network driver
/// answers Docker out of it, so a look-up costs microseconds and touches no disk.
/// Lifetime: start() loads everything before it returns; stop() joins the thread.
/// Concurrency: look-ups from any thread; values are immutable once handed out. `changed` is called on the view's
/// thread. Failures: start() fails when the store does; later a read that fails is tried again with the next commit or
/// after a second.
class HostView {
 public:
  template <class T>
  using Ref = std::shared_ptr<const T>;  ///< null = there is none
  using Changed = std::function<void(const std::set<std::string>& keys)>;

  HostView(boundary::Store& store, domain::HostName me);
  ~HostView();
  Result<void> start(Changed changed);
  void stop();
  /// The keys of every change of the store up to here have been named.
  boundary::Revision told() const { return told_; }

  Ref<domain::Container> container(const domain::ContainerId& id) const;  ///< of this host
  std::vector<domain::ContainerId> containers() const;
  Ref<domain::HostImage> host_image(const domain::HostImageId& id) const;  ///< of this host
  std::vector<Ref<domain::HostImage>> host_images() const;
  /// All members of the container's capsule, itself among them; the container alone outside of capsules.
  std::vector<domain::ContainerId> capsule_of(const domain::ContainerId& id) const;
  Ref<domain::Port> port(const domain::PortId& id) const;  ///< of any host
  Ref<domain::Network> network(const domain::NetworkId& id) const;
  Ref<domain::QosPolicy> policy_of(const domain::Port& port) const;  ///< its own, or else its network's
  Ref<domain::Subnet> subnet(const domain::SubnetId& id) const;
  std::vector<Ref<domain::Subnet>> subnets_of(const domain::NetworkId& id) const;
  std::vector<Ref<domain::Port>> ports_of(const domain::NetworkId& id) const;  ///< of all hosts
  std::vector<Ref<domain::Port>> own_ports() const;
  std::vector<Ref<domain::Port>> sub_ports_of(const domain::PortId& parent) const;  ///< those that are bound here
  /// What the ports with this security group send from, on all networks and hosts, as far as this host follows them. The same
  /// pointer as long as nothing changes; never null.
  Ref<domain::firewall::Members> members_of(const domain::SecurityGroupId& id) const;
  Ref<domain::SecurityGroup> security_group(const domain::SecurityGroupId& id) const;
  /// The label by which the port is found on its network: its dns_name, else its name; "" = none.
  static std::string name_of(const domain::Port& port);
  std::vector<Ref<domain::Port>> ports_named(const domain::NetworkId& network, const std::string& label) const;
  Ref<domain::Port> port_with(const domain::NetworkId& network, const domain::IpAddress& address) const;
  bool is_own(const domain::Port& port) const { return port.host == me_; }
  bool hosts(const domain::NetworkId& id) const;  ///< some port of it is bound here
  /// Some port of it is bound here, or a router joins it to such a network: packets leave for it from here.
  bool needs(const domain::NetworkId& id) const;
  Ref<domain::Router> router(const domain::RouterId& id) const;  ///< one that is to be here
  std::vector<Ref<domain::Router>> routers() const;
  std::vector<Ref<domain::FloatingIp>> floating_ips_of(const domain::RouterId& id) const;
  Ref<domain::Port> own_port_with(const domain::SubnetId& subnet, const domain::IpAddress& address) const;

 private:
  Result<bool> catch_up(std::set<std::string>& keys);
  void apply(const boundary::Change& change, std::set<std::string>& keys);
  void apply_container(Ref<domain::Container> container, bool erased, std::set<std::string>& keys);
  void apply_port(Ref<domain::Port> port, bool erased, std::set<std::string>& keys);
  void apply_router(Ref<domain::Router> router, bool erased, std::set<std::string>& keys);
  void apply_floating_ip(Ref<domain::FloatingIp> floating, bool erased, std::set<std::string>& keys);
  void wake_routers_on(const domain::NetworkId& network, std::set<std::string>& keys) const;
  void wake_users_of(const domain::NetworkId& network, std::set<std::string>& keys) const;
  void wake_users_of_policy(const domain::QosPolicyId& policy, std::set<std::string>& keys) const;
  void wake_parents(const domain::Port* before, const domain::Port& now, std::set<std::string>& keys) const;
  void index_port(const domain::Port& port, bool in);
  void index_members(const Ref<domain::Port>& before, const Ref<domain::Port>& now);
  void clear();
  void loop(std::stop_token stop);

  boundary::Store& store_;
  const domain::HostName me_;
  Changed changed_;

  mutable std::shared_mutex mutex_;  ///< of the maps
  std::map<domain::ContainerId, Ref<domain::Container>> containers_;
  std::map<domain::HostImageId, Ref<domain::HostImage>> host_images_;
  std::map<domain::PortId, Ref<domain::Port>> ports_;
  std::map<domain::NetworkId, Ref<domain::Network>> networks_;
  std::map<domain::SubnetId, Ref<domain::Subnet>> subnets_;
  std::map<domain::QosPolicyId, Ref<domain::QosPolicy>> policies_;
  std::map<domain::SecurityGroupId, Ref<domain::SecurityGroup>> groups_;
  std::map<domain::NetworkId, std::set<domain::PortId>> ports_of_;
  std::map<domain::NetworkId, std::set<domain::PortId>> own_;  ///< those bound here
  GroupMembers members_;
  std::map<domain::RouterId, Ref<domain::Router>> routers_;
  std::map<domain::NetworkId, std::set<domain::RouterId>> routers_on_;  ///< by legs, gateways among them
  std::map<domain::FloatingIpId, Ref<domain::FloatingIp>> floating_ips_;
  std::map<domain::PortId, std::set<domain::FloatingIpId>> stood_for_;
  std::map<std::pair<domain::NetworkId, std::string>, std::set<domain::PortId>> named_;
  std::map<std::pair<domain::NetworkId, domain::IpAddress>, std::set<domain::PortId>> addressed_;
  std::map<domain::PortId, std::set<domain::PortId>> sub_ports_;  ///< this host's by parents
  std::map<std::string, std::set<domain::ContainerId>> capsules_;  ///< members by capsule
  boundary::Revision cursor_ = 0;  ///< of the view's thread
  std::atomic<boundary::Revision> told_ = 0;

  std::mutex wake_mutex_;
  std::condition_variable_any wake_;
  bool woken_ = false;
  std::shared_ptr<void> commits_;
  std::jthread thread_;
};

}  // namespace causeway::services
