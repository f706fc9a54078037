#pragma once

#include <memory>
#include <string>
#include <vector>

#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/services/common/reconciler.hpp"
#include "causeway/services/network/lease_keeper.hpp"
#include "causeway/services/network/network_deps.hpp"
#include "causeway/services/network/quota_estimate.hpp"
#include "causeway/services/network/releases.hpp"
#include "causeway/services/network/travelling_ports.hpp"
#include "causeway/services/network/trunks/sub_ports.hpp"

namespace causeway::services {

/// The network service of one region: networks, subnets and groups are replicas of the centre's; ports are its own.
///
/// Job: a port is made in one transaction out of leases that are here already: no word with the centre, and it works
/// while the centre is away. The centre is asked, outside of any transaction, for a network that is met for the first
/// time, a chosen address outside of our leases, and more numbers when all are used. In the background: more numbers
/// before they run out, renewal of leases, return of what is not needed, answers to deletions. Lifetime: what Deps
/// refers to outlives it. start() and stop() the background. Concurrency: any thread. Fails: with what the caller did
/// wrong (reasons as at the centre), "unavailable" when the centre is needed and away.
class LocalNetworks final : public boundary::NetworkService, public boundary::ContainerNetwork {
 public:
  using Deps = NetworkDeps;
  explicit LocalNetworks(Deps deps);
  ~LocalNetworks() override;
  LocalNetworks(const LocalNetworks&) = delete;
  LocalNetworks& operator=(const LocalNetworks&) = delete;

  void start();
  void stop();
  /// Blocks until the background has nothing to do, or the time is over. For tests and shutdown.
  bool wait_idle(std::chrono::milliseconds limit) { return reconciler_.wait_idle(limit); }
  std::vector<KeyStatus> background() const { return reconciler_.status(); }

  Result<std::vector<domain::Network>> list_networks(const domain::Caller& who,
                                                     const boundary::Narrow& narrow) override;
  Result<domain::Network> get_network(const domain::Caller& who, const domain::NetworkId& id) override;
  Result<std::vector<domain::Subnet>> list_subnets(const domain::Caller& who, const boundary::Narrow& narrow) override;
  Result<domain::Subnet> get_subnet(const domain::Caller& who, const domain::SubnetId& id) override;
  /// Only this region's ports, and those of routers.
  Result<std::vector<domain::Port>> list_ports(const domain::Caller& who, const boundary::Narrow& narrow) override;
  Result<domain::Port> get_port(const domain::Caller& who, const domain::PortId& id) override;
  Result<std::vector<domain::SecurityGroup>> list_security_groups(const domain::Caller& who,
                                                                  const boundary::Narrow& narrow) override;
  Result<domain::SecurityGroup> get_security_group(const domain::Caller& who,
                                                   const domain::SecurityGroupId& id) override;

  Result<std::vector<domain::Port>> create_ports(const domain::Caller& who,
                                                 const std::vector<boundary::PortDraft>& drafts) override;
  Result<domain::Port> update_port(const domain::Caller& who, const domain::PortId& id,
                                   const boundary::PortChange& change,
                                   std::optional<std::int64_t> if_revision) override;
  Result<void> delete_port(const domain::Caller& who, const domain::PortId& id) override;

  Result<std::vector<boundary::ResolvedNet>> resolve(const domain::Caller& who,
                                                     const std::vector<boundary::NetWish>& wishes) override;
  Result<std::vector<domain::SecurityGroupId>> resolve_groups(const domain::Caller& who,
                                                              const std::vector<std::string>& names_or_ids) override;
  Result<domain::Port> attach(boundary::Writer& writer, const domain::Caller& who, const boundary::ResolvedNet& net,
                              const std::string& container_id, const boundary::Binding& binding,
                              const std::vector<domain::SecurityGroupId>& groups) override;
  Result<void> detach_all(boundary::Writer& writer, const std::string& container_id,
                          const std::vector<domain::PortId>& kept) override;
  Result<void> detach_one(boundary::Writer& writer, const domain::PortId& port, boundary::PortFate fate) override;
  Result<std::optional<domain::PortId>> attached_port(boundary::Reader& reader, const std::string& container_id,
                                                      const boundary::NetWish& wish) override;
  Result<void> change_group(boundary::Writer& writer, const domain::PortId& port, const domain::SecurityGroupId& group,
                            boundary::GroupChange change) override;
  Result<void> refill(const boundary::ResolvedNet& net) override;
  /// Makes one port of several on one network: the first, with the addresses of all; the others go. `mac`: instead of the first's own.
  Result<domain::Port> join_ports(boundary::Writer& writer, std::vector<domain::Port> parts, const std::optional<domain::Mac>& mac);
  Result<void> observed(boundary::Writer& writer, const domain::PortId& port, bool ready, bool plugged) override;

 private:
  // discovery.cpp: what is not here yet
  /// The network of this id or name, fetched from the centre if need be.
  Result<domain::Network> known_network(const domain::Caller& who, const std::string& id_or_name);
  Result<domain::Network> fetch(const domain::Caller& who, const domain::ProjectId& project,
                                const std::string& id_or_name);
  Result<void> adopt(boundary::Writer& writer, const boundary::FetchedNetwork& fetched);
  Result<void> need_default_group(const domain::Caller& who, const domain::ProjectId& project);
  Result<void> need_groups(const domain::Caller& who, const std::vector<domain::SecurityGroupId>& ids);

  // ports.cpp
  template <class Function>
  auto with_leases(std::uint64_t want, Function function)
      -> std::invoke_result_t<Function&, boundary::Writer&, domain::LeaseBook&>;
  Result<domain::Port> create_port(boundary::Writer& writer, const domain::Caller& who,
                                   const boundary::PortDraft& draft, domain::LeaseBook& book);
  Result<domain::Port> change_port(boundary::Writer& writer, const domain::Caller& who, const domain::PortId& id,
                                   const boundary::PortChange& change, const std::optional<std::int64_t>& if_revision,
                                   domain::LeaseBook& book);
  Result<void> erase_port(boundary::Writer& writer, const domain::Port& port, domain::LeaseBook& book) const;

  // container_network.cpp
  Result<domain::Network> usual_network(const domain::Caller& who);
  Result<boundary::ResolvedNet> resolve_one(const domain::Caller& who, const boundary::NetWish& wish);
  Result<domain::Port> find_port(const domain::Caller& who, const std::string& id_or_name);
  Result<boundary::ResolvedNet> resolve_port(const domain::Caller& who, const std::string& id_or_name);
  Result<void> unbind(boundary::Writer& writer, domain::Port port);
  Result<domain::Port> take_port(boundary::Writer& writer, const domain::Caller& who, const domain::PortId& id,
                                 const std::string& container_id);
  Result<domain::Port> make_port(boundary::Writer& writer, const domain::Caller& who, const boundary::ResolvedNet& net,
                                 const std::vector<domain::SecurityGroupId>& groups);

  Result<Step> step(const std::string& key);
  void wake_low(const domain::LeaseBook& book);

  const NetworkDeps deps_;
  QuotaEstimate quota_;
  LeaseKeeper leases_;
  Releases releases_;
  TravellingPorts travelling_;
  SubPorts sub_ports_;
  Reconciler reconciler_;
  std::shared_ptr<void> commits_;
};

}  // namespace causeway::services
