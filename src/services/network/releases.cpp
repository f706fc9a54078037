#include "causeway/services/network/releases.hpp"

#include <algorithm>

#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/network/travelling_ports.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Network;
using domain::Port;
using domain::Subnet;

namespace {

constexpr std::string_view network_prefix = "network/";
constexpr std::string_view subnet_prefix = "subnet/";

bool has_address_of(const Port& port, const domain::SubnetId& subnet) {
  return std::any_of(port.fixed_ips.begin(), port.fixed_ips.end(),
                     [&](const auto& ip) { return ip.subnet_id == subnet; });
}

}  // namespace

Result<std::vector<std::string>> Releases::pending() {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<std::string>> {
    const By deleting{"deleting", "1"};
    TRY(const auto networks, boundary::list<Network>(reader, deleting));
    TRY(const auto subnets, boundary::list<Subnet>(reader, deleting));
    std::vector<std::string> out;
    for (const auto& network : networks) {
      auto object = std::string(network_prefix) + network.id.str();
      if (!answered(object, network.revision_number)) out.push_back(std::move(object));
    }
    for (const auto& subnet : subnets) {
      auto object = std::string(subnet_prefix) + subnet.id.str();
      if (!answered(object, subnet.revision_number)) out.push_back(std::move(object));
    }
    return out;
  });
}

bool Releases::answered(const std::string& object, std::int64_t attempt) {
  std::lock_guard lock(mutex_);
  const auto found = in_use_said_.find(object);
  return found != in_use_said_.end() && found->second == attempt;
}

Result<Releases::Verdict> Releases::judge_network(Writer& writer, const std::string& id) {
  TRY(const auto network, boundary::find<Network>(writer, id));
  if (!network || !network->deleting) return Verdict{};
  Verdict verdict{"network", id, network->revision_number, true, false, {}};
  TRY(const auto ports, boundary::list<Port>(writer, By{"network_id", id}));
  verdict.in_use =
      std::any_of(ports.begin(), ports.end(), [&](const Port& port) { return port.region == deps_.region; });
  TRY(const bool returning, TravellingPorts::any_returning(writer, network->id));
  verdict.in_use = verdict.in_use || returning;
  if (verdict.in_use) return verdict;
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", id}));
  for (const auto& subnet : subnets) {
    verdict.given_up.push_back(domain::resource_of(subnet.id));
    TRY_VOID(leases_.surrender_all(writer, verdict.given_up.back()));
  }
  return verdict;
}

Result<Releases::Verdict> Releases::judge_subnet(Writer& writer, const std::string& id) {
  TRY(const auto subnet, boundary::find<Subnet>(writer, id));
  if (!subnet || !subnet->deleting) return Verdict{};
  Verdict verdict{"subnet", id, subnet->revision_number, true, false, {}};
  TRY(const auto ports, boundary::list<Port>(writer, By{"network_id", subnet->network_id.str()}));
  verdict.in_use = std::any_of(ports.begin(), ports.end(), [&](const Port& port) {
    return port.region == deps_.region && has_address_of(port, subnet->id);
  });
  TRY(const bool returning, TravellingPorts::any_returning(writer, subnet->network_id));
  verdict.in_use = verdict.in_use || returning;
  if (verdict.in_use) return verdict;
  verdict.given_up.push_back(domain::resource_of(subnet->id));
  TRY_VOID(leases_.surrender_all(writer, verdict.given_up.back()));
  return verdict;
}

/// What the centre knows by now that we let go of. Its feed may have taken the network and its subnets away already, so the
/// leases are found by what was given up, not by what is still here.
Result<void> Releases::forget(Writer& writer, const Verdict& verdict) {
  if (verdict.kind == "network") {
    TRY_VOID(forget_network(writer, verdict.id));
  } else {
    TRY_VOID(boundary::erase<Subnet>(writer, verdict.id));
  }
  for (const auto& resource : verdict.given_up) TRY_VOID(leases_.erase_surrendered(writer, resource));
  return {};
}

Result<void> Releases::forget_network(Writer& writer, const std::string& id) {
  TRY(const auto ports, boundary::list<Port>(writer, By{"network_id", id}));
  if (std::any_of(ports.begin(), ports.end(), [&](const Port& port) { return port.region == deps_.region; })) {
    // the centre changed its mind while we answered, and a port without address was made: we host the network again
    return failed(Code::conflict, "network.in_use", "Network {} has ports again.", id);
  }
  for (const auto& port : ports) TRY_VOID(boundary::erase<Port>(writer, port.id));
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", id}));
  for (const auto& subnet : subnets) TRY_VOID(boundary::erase<Subnet>(writer, subnet.id));
  TRY_VOID(boundary::erase<Network>(writer, id));
  TRY_VOID(boundary::erase<domain::Interest>(writer, domain::Interest::id_of(deps_.region, domain::NetworkId(id))));
  return {};
}

Result<void> Releases::answer(const std::string& object) {
  const bool whole_network = object.starts_with(network_prefix);
  const std::string id = object.substr(whole_network ? network_prefix.size() : subnet_prefix.size());
  TRY(const auto verdict, boundary::transact(deps_.store, [&](Writer& writer) {
        return whole_network ? judge_network(writer, id) : judge_subnet(writer, id);
      }));
  if (!verdict.asked) return {};
  TRY_VOID(deps_.central.release(verdict.kind, id, verdict.in_use));
  if (verdict.in_use) {
    std::lock_guard lock(mutex_);
    in_use_said_[object] = verdict.attempt;
    return {};
  }
  {
    std::lock_guard lock(mutex_);
    in_use_said_.erase(object);
  }
  auto forgotten = deps_.store.write([&](Writer& writer) { return forget(writer, verdict); });
  if (forgotten || forgotten.error().reason != "network.in_use") return forgotten;
  TRY(const auto again, deps_.central.fetch_network({id, {}, true}));
  return deps_.store.write([&](Writer& writer) { return leases_.adopt(writer, again.leases); });
}

}  // namespace causeway::services
