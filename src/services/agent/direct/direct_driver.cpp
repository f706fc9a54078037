#include "causeway/services/agent/direct/direct_driver.hpp"

#include <algorithm>
#include <thread>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;

namespace {

constexpr std::size_t shown_id = 12;  ///< of Docker's ids, as its users know them
constexpr std::chrono::milliseconds look_every(2);

Result<domain::IpAddress> parse_address(const std::string& text) { return domain::IpAddress::parse(text.substr(0, text.find('/'))); }

/// A uuid (RFC 9562, version 4) of the random digits of Docker's id: the same whenever it is asked for.
Result<domain::NetworkId> network_id_of(const std::string& docker_id) {
  constexpr std::size_t digits = 32;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (docker_id.size() < digits || !std::ranges::all_of(docker_id, is_digit)) {
    return failed(Code::invalid, "direct.bad_id", "Network id {} is not of Docker's kind.", docker_id);
  }
  std::string out = docker_id.substr(0, digits);
  out[12] = '4';
  out[16] = '8';
  for (const std::size_t at : {20, 16, 12, 8}) out.insert(at, "-");
  return domain::NetworkId(out);
}

}  // namespace

/// The pools of this very network: asked for just before, and no other's yet.
Result<std::vector<DockerPool>> DirectDriver::pools_for(const NetworkWish& wish) const {
  TRY(auto all, all_pools());
  std::ranges::sort(all, std::greater(), &DockerPool::number);
  std::vector<DockerPool> out;
  for (const auto& cidr : wish.cidrs) {
    const auto found = std::ranges::find_if(all, [&](const DockerPool& pool) {
      return pool.cidr.to_string() == cidr && (!pool.taken || pool.docker_id == wish.docker_id);
    });
    if (found == all.end()) return failed(Code::invalid, "direct.other_ipam", "Use our address management too: --ipam-driver causeway.");
    out.push_back(*found);
  }
  return out;
}

Result<boundary::DirectNetwork> DirectDriver::existing_network(const std::string& name, const std::vector<DockerPool>& pools) {
  TRY(auto network, deps_.region.find({name, ""}));
  for (const auto& pool : pools) {
    const bool fits = std::ranges::any_of(network.subnets, [&](const auto& subnet) { return subnet.cidr == pool.cidr; });
    if (!fits || (!pool.network_id.empty() && pool.network_id != network.id)) {
      return failed(Code::conflict, "direct.other_network", "{} is no subnet of network {}.", pool.cidr, network.id);
    }
  }
  return network;
}

/// Its id is known, and written down, before the region is asked: whatever happens meanwhile, what was made can be removed again.
Result<boundary::DirectNetwork> DirectDriver::new_network(const NetworkWish& wish, const std::vector<DockerPool>& pools) {
  boundary::DirectDraft draft;
  TRY(draft.network_id, network_id_of(wish.docker_id));
  draft.name = wish.name.empty() ? "docker-" + wish.docker_id.substr(0, shown_id) : wish.name;
  for (const auto& pool : pools) draft.subnets.push_back({pool.cidr, pool.gateway, pool.hold, pool.subnetpool_id});
  TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, DockerNetwork{wish.docker_id, draft.network_id, true, wish.internal}));
    return {};
  }));
  auto made = deps_.region.create(draft);
  if (made) return made;
  // who does not answer now will hardly answer the next: Docker waits, and what was made is found later
  const bool refused = made.error().code != Code::unavailable && made.error().code != Code::timeout;
  if (refused) ignore(delete_network(wish.docker_id), "what is told is why it could not be made; the sweep tries again");
  return made;
}

Result<boundary::DirectNetwork> DirectDriver::network_for(const NetworkWish& wish, const std::vector<DockerPool>& pools) {
  const auto named = std::ranges::find_if(pools, [](const DockerPool& pool) { return !pool.network_id.empty(); });
  if (!wish.network.empty()) return existing_network(wish.network, pools);
  return named == pools.end() ? new_network(wish, pools) : existing_network(named->network_id.str(), pools);
}

Result<void> DirectDriver::take_pools(const NetworkWish& wish, const boundary::DirectNetwork& network, std::vector<DockerPool> pools) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto known, boundary::find<DockerNetwork>(writer, wish.docker_id));
    TRY_VOID(boundary::put(writer, DockerNetwork{wish.docker_id, network.id, known && known->created, wish.internal}));
    for (auto& pool : pools) {
      const auto subnet = std::ranges::find(network.subnets, pool.cidr, &boundary::DirectSubnet::cidr);
      if (subnet == network.subnets.end()) return failed(Code::internal, "direct.lost_subnet", "Network {} has no subnet {}.", network.id, pool.cidr);
      pool.network_id = network.id;
      pool.subnet_id = subnet->id;
      pool.gateway = subnet->gateway;
      pool.taken = true;
      pool.docker_id = wish.docker_id;
      pool.hold.clear();
      TRY_VOID(boundary::put(writer, pool));
    }
    return {};
  });
}

Result<void> DirectDriver::create_network(const NetworkWish& wish) {
  const std::lock_guard lock(pools_mutex_);
  TRY(const auto pools, pools_for(wish));
  TRY(const auto network, network_for(wish, pools));
  return take_pools(wish, network, pools);
}

Result<void> DirectDriver::delete_network(const std::string& docker_id) {
  TRY(const auto network, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerNetwork>(reader, docker_id); }));
  if (!network) return {};
  if (network->created) TRY_VOID(deps_.region.remove(network->network_id));
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto pools, boundary::list<DockerPool>(writer));
    for (const auto& pool : pools) {
      if (pool.docker_id == docker_id) TRY_VOID(boundary::erase<DockerPool>(writer, pool.id));
    }
    TRY_VOID(boundary::erase<DockerNetwork>(writer, docker_id));
    return {};
  });
}

Result<std::optional<domain::Mac>> DirectDriver::create_endpoint(const EndpointWish& wish) {
  if (wish.maps_ports) {
    return failed(Code::invalid, "direct.port_mapping",
                  "Published ports (-p, -P) are not supported: containers of this network are reached at their own addresses, from outside by a floating IP.");
  }
  TRY(const auto network, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerNetwork>(reader, wish.docker_network); }));
  if (!network) return failed(Code::not_found, "direct.no_network", "Network {} is unknown to this host's agent; make it again.", wish.docker_network.substr(0, shown_id));
  boundary::DirectEndpoint endpoint{wish.id, network->network_id, {}, std::nullopt};
  for (const auto& text : wish.addresses) {
    TRY(const auto address, parse_address(text));
    endpoint.addresses.push_back(address);
  }
  if (!wish.mac.empty()) {
    TRY(endpoint.mac, domain::Mac::parse(wish.mac));
  }
  TRY(const auto port, deps_.region.bind(endpoint));
  const auto end = std::chrono::steady_clock::now() + options_.record_wait;
  const auto is_here = [&] {
    const auto seen = deps_.view.port(port.id);
    return seen && deps_.view.is_own(*seen) && deps_.view.network(port.network_id) != nullptr;
  };
  while (!is_here()) {
    if (std::chrono::steady_clock::now() >= end) {
      ignore(deps_.region.release({wish.id, {}}), "the region lets go of it when Docker releases the address");
      return failed(Code::unavailable, "direct.no_record", "The record of port {} did not come from the region.", port.id);
    }
    std::this_thread::sleep_for(look_every);
  }
  deps_.board.attach(wish.id, port.id);
  deps_.wake_port(port.id);
  return wish.mac.empty() ? std::optional(port.mac_address) : std::nullopt;
}

Result<void> DirectDriver::delete_endpoint(const std::string& endpoint) { return deps_.region.release({endpoint, {}}); }

bool DirectDriver::knows(const std::string& docker_network) const {
  const auto network = boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerNetwork>(reader, docker_network); });
  return network && *network;
}

Result<DirectDriver::Settled> DirectDriver::settled() {
  Settled out;
  const std::unique_lock lock(pools_mutex_, std::try_to_lock);
  if (!lock) return out;
  TRY(const auto pools, all_pools());
  for (const auto& pool : pools) {
    if (!pool.taken) out.unused_pools.push_back(pool.id);
  }
  TRY(const auto networks, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<DockerNetwork>(reader); }));
  for (const auto& network : networks) out.networks.push_back(network.id);
  return out;
}

bool DirectDriver::is_internal(const std::string& docker_network) const {
  const auto network = boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerNetwork>(reader, docker_network); });
  return network && *network && (*network)->internal;
}

}  // namespace causeway::services
