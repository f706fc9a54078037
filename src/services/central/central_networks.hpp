#pragma once

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/services/central/central_deps.hpp"
#include "causeway/services/central/deletion.hpp"

namespace causeway::services {

/// The network service of the whole cloud: it owns networks, subnets, security groups, and which region may use which
/// addresses; ports made here belong to the centre's own region, ports of other regions are shown.
///
/// Job: each call is one transaction; only deletions wait (see Deletion). Everything a project can multiply has a
/// quota. Lifetime: what Deps refers to outlives it. `recover` once, before the first call. Concurrency: any thread.
/// Fails: with what the caller did wrong ("network.not_found" and so on, which also hides what it may not see;
/// "policy.denied", "quota.exceeded", "revision.mismatch") and with what the store says.
class CentralNetworks final : public boundary::CentralNetworkService {
 public:
  using Deps = CentralDeps;
  explicit CentralNetworks(Deps deps) : deps_(std::move(deps)), deletion_(deps_) {}
  CentralNetworks(const CentralNetworks&) = delete;
  CentralNetworks& operator=(const CentralNetworks&) = delete;

  /// Ends deletions that an earlier process did not.
  Result<void> recover() { return deletion_.recover(); }

  Result<std::vector<domain::Network>> list_networks(const domain::Caller& who,
                                                     const boundary::Narrow& narrow) override;
  Result<domain::Network> get_network(const domain::Caller& who, const domain::NetworkId& id) override;
  Result<std::vector<domain::Subnet>> list_subnets(const domain::Caller& who, const boundary::Narrow& narrow) override;
  Result<domain::Subnet> get_subnet(const domain::Caller& who, const domain::SubnetId& id) override;
  Result<std::vector<domain::Port>> list_ports(const domain::Caller& who, const boundary::Narrow& narrow) override;
  Result<domain::Port> get_port(const domain::Caller& who, const domain::PortId& id) override;
  /// Makes the project's default group when there is none yet.
  Result<std::vector<domain::SecurityGroup>> list_security_groups(const domain::Caller& who,
                                                                  const boundary::Narrow& narrow) override;
  Result<domain::SecurityGroup> get_security_group(const domain::Caller& who,
                                                   const domain::SecurityGroupId& id) override;

  Result<std::vector<domain::Port>> create_ports(const domain::Caller& who,
                                                 const std::vector<boundary::PortDraft>& drafts) override;
  /// conflict "port.other_region" for a port that another region owns; so too `delete_port`.
  Result<domain::Port> update_port(const domain::Caller& who, const domain::PortId& id,
                                   const boundary::PortChange& change,
                                   std::optional<std::int64_t> if_revision) override;
  Result<void> delete_port(const domain::Caller& who, const domain::PortId& id) override;

  Result<std::vector<domain::Network>> create_networks(const domain::Caller& who,
                                                       const std::vector<boundary::NetworkDraft>& drafts) override;
  Result<domain::Network> update_network(const domain::Caller& who, const domain::NetworkId& id,
                                         const boundary::NetworkChange& change,
                                         std::optional<std::int64_t> if_revision) override;
  Result<void> delete_network(const domain::Caller& who, const domain::NetworkId& id) override {
    return deletion_.network(who, id);
  }
  Result<std::vector<domain::Subnet>> create_subnets(const domain::Caller& who,
                                                     const std::vector<boundary::SubnetDraft>& drafts) override;
  Result<domain::Subnet> update_subnet(const domain::Caller& who, const domain::SubnetId& id,
                                       const boundary::SubnetChange& change,
                                       std::optional<std::int64_t> if_revision) override;
  Result<void> delete_subnet(const domain::Caller& who, const domain::SubnetId& id) override {
    return deletion_.subnet(who, id);
  }

  Result<std::vector<domain::SecurityGroup>> create_security_groups(
      const domain::Caller& who, const std::vector<boundary::SecurityGroupDraft>& drafts) override;
  Result<domain::SecurityGroup> update_security_group(const domain::Caller& who, const domain::SecurityGroupId& id,
                                                      std::optional<std::string> name,
                                                      std::optional<std::string> description,
                                                     std::optional<bool> stateful) override;
  Result<void> delete_security_group(const domain::Caller& who, const domain::SecurityGroupId& id) override;
  Result<std::vector<domain::SecurityGroupRule>> add_rules(const domain::Caller& who,
                                                           const std::vector<boundary::RuleDraft>& drafts) override;
  Result<void> remove_rule(const domain::Caller& who, const std::string& rule_id) override;

  Result<std::vector<std::string>> get_tags(const domain::Caller& who, std::string_view kind,
                                            const std::string& id) override;
  /// conflict "port.other_region" as update_port.
  Result<std::vector<std::string>> change_tags(const domain::Caller& who, std::string_view kind, const std::string& id,
                                               const domain::TagChange& change) override;

  // parts of a larger transaction
  /// `chosen`: its id; "" = a new one.
  Result<domain::Network> create_network(boundary::Writer& writer, const domain::Caller& who,
                                         const boundary::NetworkDraft& draft, const domain::NetworkId& chosen = {});
  Result<domain::Subnet> create_subnet(boundary::Writer& writer, const domain::Caller& who,
                                       const boundary::SubnetDraft& draft);

 private:
  Result<domain::Port> create_port(boundary::Writer& writer, const domain::Caller& who,
                                   const boundary::PortDraft& draft);
  Result<domain::SecurityGroup> make_group(boundary::Writer& writer, const boundary::SecurityGroupDraft& draft);

  const CentralDeps deps_;
  Deletion deletion_;
};

}  // namespace causeway::services
