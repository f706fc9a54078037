#pragma once

#include <algorithm>
#include <map>

#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/boundary/network/network_details.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/network/port_settings.hpp"

namespace causeway::test {

using namespace causeway::domain;

/// A central network service that keeps objects and hides foreign ones, without any network semantics. Its next call
/// can be told to fail.
class FakeNetwork final : public boundary::CentralNetworkService, public boundary::NetworkDetails {
 public:
  std::map<std::string, Network> networks;
  std::map<std::string, Subnet> subnets;
  std::map<std::string, Port> ports;
  std::map<std::string, SecurityGroup> groups;
  std::optional<Error> trouble;  ///< of every call

  Result<std::vector<Network>> list_networks(const Caller& who, const boundary::Narrow&) override {
    return seen(who, networks);
  }
  Result<Network> get_network(const Caller& who, const NetworkId& id) override { return one(who, networks, id.str()); }
  Result<std::vector<Subnet>> list_subnets(const Caller& who, const boundary::Narrow&) override {
    return seen(who, subnets);
  }
  Result<Subnet> get_subnet(const Caller& who, const SubnetId& id) override { return one(who, subnets, id.str()); }
  Result<std::vector<Port>> list_ports(const Caller& who, const boundary::Narrow&) override { return seen(who, ports); }
  Result<std::map<NetworkId, boundary::DetailsOfNetwork>> of(const std::vector<Network>& wanted) override {
    std::map<NetworkId, boundary::DetailsOfNetwork> out;
    for (const auto& network : wanted) {
      for (const auto& [id, subnet] : subnets) {
        if (subnet.network_id == network.id) out[network.id].subnets.push_back(subnet.id);
      }
    }
    return out;
  }
  Result<Port> get_port(const Caller& who, const PortId& id) override { return one(who, ports, id.str()); }
  Result<std::vector<SecurityGroup>> list_security_groups(const Caller& who, const boundary::Narrow&) override {
    return seen(who, groups);
  }
  Result<SecurityGroup> get_security_group(const Caller& who, const SecurityGroupId& id) override {
    return one(who, groups, id.str());
  }

  Result<std::vector<Port>> create_ports(const Caller&, const std::vector<boundary::PortDraft>& drafts) override {
    std::vector<Port> out;
    for (const auto& draft : drafts) {
      Port port = port_of(draft);
      port.mac_address = draft.mac_address.value_or(Mac::from_number(0xfa163e000001 + ports.size()));
      for (const auto& wish : draft.fixed_ips.value_or(std::vector<boundary::FixedIpWish>())) {
        port.fixed_ips.push_back({wish.subnet_id.value_or(SubnetId("s")), wish.ip_address.value_or(IpAddress())});
      }
      out.push_back(add(ports, port));
    }
    return out;
  }
  Result<Port> update_port(const Caller& who, const PortId& id, const boundary::PortChange& change,
                           std::optional<std::int64_t> revision) override {
    auto port = changed(who, ports, id.str(), revision, [&](Port& p) { apply_settings(p, change); });
    if (port && change.tags) {
      TRY(port->tags, tags_after(port->tags, *change.tags, {}));
      ports[id.str()] = *port;
    }
    return port;
  }
  Result<void> delete_port(const Caller& who, const PortId& id) override { return remove(who, ports, id.str()); }
  Result<std::vector<Network>> create_networks(const Caller&,
                                               const std::vector<boundary::NetworkDraft>& drafts) override {
    std::vector<Network> out;
    for (const auto& draft : drafts) {
      Network network;
      network.project_id = draft.project_id;
      network.name = draft.name;
      network.mtu = draft.mtu.value_or(1450);
      network.vni = draft.vni.value_or(1);
      out.push_back(add(networks, network));
    }
    return out;
  }
  Result<Network> update_network(const Caller& who, const NetworkId& id, const boundary::NetworkChange& change,
                                 std::optional<std::int64_t> revision) override {
    return changed(who, networks, id.str(), revision,
                   [&](Network& network) { network.name = change.name.value_or(network.name); });
  }
  Result<void> delete_network(const Caller& who, const NetworkId& id) override {
    return remove(who, networks, id.str());
  }
  Result<std::vector<Subnet>> create_subnets(const Caller&, const std::vector<boundary::SubnetDraft>& drafts) override {
    std::vector<Subnet> out;
    for (const auto& draft : drafts) {
      Subnet subnet;
      subnet.network_id = draft.network_id;
      subnet.project_id = draft.project_id;
      subnet.cidr = draft.cidr;
      subnet.ip_version = draft.ip_version;
      subnet.gateway_ip = draft.gateway_ip.value_or(*IpAddress::parse("10.0.0.1"));
      out.push_back(add(subnets, subnet));
    }
    return out;
  }
  Result<Subnet> update_subnet(const Caller& who, const SubnetId& id, const boundary::SubnetChange& change,
                               std::optional<std::int64_t> revision) override {
    return changed(who, subnets, id.str(), revision, [&](Subnet& subnet) {
      subnet.name = change.name.value_or(subnet.name);
      if (change.gateway_ip) subnet.gateway_ip = *change.gateway_ip;
    });
  }
  Result<void> delete_subnet(const Caller& who, const SubnetId& id) override { return remove(who, subnets, id.str()); }
  Result<std::vector<SecurityGroup>> create_security_groups(const Caller&, const std::vector<boundary::SecurityGroupDraft>& drafts) override {
    std::vector<SecurityGroup> out;
    for (const auto& draft : drafts) {
      SecurityGroup group;
      group.project_id = draft.project_id;
      group.stateful = draft.stateful;
      group.name = draft.name;
      group.description = draft.description;
      out.push_back(add(groups, group));
    }
    return out;
  }
  Result<SecurityGroup> update_security_group(const Caller& who, const SecurityGroupId& id,
                                              std::optional<std::string> name, std::optional<std::string>,
                                              std::optional<bool>) override {
    return changed(who, groups, id.str(), std::nullopt,
                   [&](SecurityGroup& group) { group.name = name.value_or(group.name); });
  }
  Result<void> delete_security_group(const Caller& who, const SecurityGroupId& id) override {
    return remove(who, groups, id.str());
  }
  Result<std::vector<SecurityGroupRule>> add_rules(const Caller& who, const std::vector<boundary::RuleDraft>& drafts) override {
    std::vector<SecurityGroupRule> out;
    for (const auto& draft : drafts) {
      SecurityGroupRule made = draft.rule;
      made.id = ids_.uuid();
      TRY_VOID(changed(who, groups, draft.group.str(), std::nullopt, [&](SecurityGroup& group) { group.rules.push_back(made); }));
      out.push_back(made);
    }
    return out;
  }
  Result<void> remove_rule(const Caller& who, const std::string& rule) override {
    for (auto& [id, group] : groups) {
      if (who.sees(group.project_id) && std::erase_if(group.rules, [&](const auto& r) { return r.id == rule; }) > 0)
        return {};
    }
    return failed(Code::not_found, "security_group_rule.not_found", "No rule {}.", rule);
  }
  Result<std::vector<std::string>> get_tags(const Caller& who, std::string_view kind, const std::string& id) override {
    return tagged(who, kind, id, nullptr);
  }
  Result<std::vector<std::string>> change_tags(const Caller& who, std::string_view kind, const std::string& id,
                                               const TagChange& change) override {
    return tagged(who, kind, id, &change);
  }

 private:
  Result<std::vector<std::string>> tagged(const Caller& who, std::string_view kind, const std::string& id, const TagChange* change) {
    if (kind == "network") return tagged_in(who, networks, id, change);
    if (kind == "subnet") return tagged_in(who, subnets, id, change);
    if (kind == "port") return tagged_in(who, ports, id, change);
    if (kind == "security_group") return tagged_in(who, groups, id, change);
    return failed(Code::not_found, "tags.bad_kind", "{}", kind);
  }
  template <class T>
  Result<std::vector<std::string>> tagged_in(const Caller& who, std::map<std::string, T>& all, const std::string& id, const TagChange* change) {
    TRY(const T object, one(who, all, id));
    if (change == nullptr) return object.tags;
    TRY(all[id].tags, tags_after(object.tags, *change, {}));
    return all[id].tags;
  }
  template <class T>
  T add(std::map<std::string, T>& all, T object) {
    object.id = decltype(object.id)(ids_.uuid());
    return all[object.id.str()] = object;
  }
  template <class T>
  Result<std::vector<T>> seen(const Caller& who, const std::map<std::string, T>& all) const {
    if (trouble) return failed(*trouble);
    std::vector<T> out;
    for (const auto& [id, object] : all) {
      if (who.sees(object.project_id)) out.push_back(object);
    }
    return out;
  }
  template <class T>
  Result<T> one(const Caller& who, const std::map<std::string, T>& all, const std::string& id) const {
    if (trouble) return failed(*trouble);
    const auto found = all.find(id);
    if (found == all.end() || !who.sees(found->second.project_id)) {
      return failed(Code::not_found, std::string(T::kind) + ".not_found", "{} {} could not be found.", T::kind, id);
    }
    return found->second;
  }
  template <class T, class Function>
  Result<T> changed(const Caller& who, std::map<std::string, T>& all, const std::string& id,
                    std::optional<std::int64_t> revision, Function function) {
    TRY(T object, one(who, all, id));
    if (revision && *revision != object.revision_number)
      return failed(Code::conflict, "revision.mismatch", "It is at {}.", object.revision_number);
    function(object);
    ++object.revision_number;
    return all[id] = object;
  }
  template <class T>
  Result<void> remove(const Caller& who, std::map<std::string, T>& all, const std::string& id) {
    TRY_VOID(one(who, all, id));
    all.erase(id);
    return {};
  }
  adapters::SequentialIds ids_;
};

}  // namespace causeway::test
