#include "causeway/services/agent/direct/direct_driver.hpp"

#include <algorithm>
#include <thread>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;

namespace {

constexpr std::string_view prefix = "direct/";
constexpr std::size_t shown_id = 12;  ///< of Docker's ids, as its users know them
constexpr std::chrono::milliseconds look_every(2);

std::string with_prefix(const domain::IpAddress& address, const domain::Cidr& cidr) { return fmt::format("{}/{}", address, cidr.prefix_length()); }

Result<domain::IpAddress> parse_address(const std::string& text) { return domain::IpAddress::parse(text.substr(0, text.find('/'))); }

}  // namespace

bool DirectDriver::is_pool(const std::string& pool_id) { return pool_id.starts_with(prefix); }

Result<DockerPool> DirectDriver::pool(const std::string& id) const {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<DockerPool> {
    TRY(auto found, boundary::find<DockerPool>(reader, id));
    if (!found) return failed(Code::not_found, "direct.no_pool", "Address pool {} is unknown.", id);
    return *std::move(found);
  });
}

Result<void> DirectDriver::save(const DockerPool& pool) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, pool));
    return {};
  });
}

Result<DockerPool> DirectDriver::existing_pool(const PoolWish& wish) {
  TRY(const auto network, deps_.region.find({wish.network, wish.network.empty() ? wish.subnet : ""}));
  for (const auto& subnet : network.subnets) {
    if (subnet.cidr.is_v6() != wish.v6) continue;
    if (!wish.cidr.empty() && subnet.cidr.to_string() != wish.cidr) continue;
    TRY(auto id, unused_id(subnet.id.str()));
    return DockerPool{std::move(id), subnet.cidr, network.id, subnet.id, subnet.gateway, false};
  }
  return failed(Code::not_found, "direct.no_subnet", "Network {} has no IPv{} subnet{}.", network.name.empty() ? network.id.str() : network.name,
                wish.v6 ? 6 : 4, wish.cidr.empty() ? "" : " " + wish.cidr);
}

/// Several of Docker's networks may be on one subnet, and each releases its pool. One that nobody took is of a `docker network create` under
/// way, or of one that failed half way, and is given again.
Result<std::string> DirectDriver::unused_id(const std::string& of) const {
  TRY(const auto pools, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<DockerPool>(reader); }));
  for (int number = 1;; ++number) {
    auto id = fmt::format("{}{}/{}", prefix, of, number);
    const auto known = std::ranges::find(pools, id, &DockerPool::id);
    if (known == pools.end() || !known->taken) return id;
  }
}

Result<DirectDriver::Pool> DirectDriver::request_pool(const PoolWish& wish) {
  if (!wish.sub_pool.empty()) {
    return failed(Code::invalid, "direct.ip_range", "--ip-range is not supported: which addresses are given out is set by the subnet's allocation pools.");
  }
  const std::lock_guard lock(pools_mutex_);
  DockerPool made;
  if (!wish.network.empty() || !wish.subnet.empty()) {
    TRY(made, existing_pool(wish));
  } else if (wish.cidr.empty()) {
    return failed(Code::invalid, "direct.no_cidr",
                  "Say which network: an existing one by --ipam-opt causeway.network=NAME or causeway.subnet=NAME, or a new one by --subnet CIDR.");
  } else {
    TRY(made.cidr, domain::Cidr::parse(wish.cidr));
    TRY(made.id, unused_id("new/" + made.cidr.to_string()));
  }
  TRY_VOID(save(made));
  return Pool{made.id, made.cidr.to_string()};
}

Result<void> DirectDriver::release_pool(const std::string& pool_id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::erase<DockerPool>(writer, pool_id));
    return {};
  });
}

Result<std::string> DirectDriver::request_address(const std::string& pool_id, const std::string& address, bool for_gateway) {
  TRY(auto known, pool(pool_id));
  std::optional<domain::IpAddress> wanted;
  if (!address.empty()) {
    TRY(wanted, parse_address(address));
    if (!known.cidr.contains(*wanted)) return failed(Code::invalid, "direct.bad_address", "Address {} is not in {}.", *wanted, known.cidr);
  }
  if (for_gateway && !known.subnet_id) {  // of a network that is about to be made
    const auto first = known.cidr.nth(1).value_or(known.cidr.network());
    known.gateway = wanted.value_or(first);
    TRY_VOID(save(known));
    return with_prefix(*known.gateway, known.cidr);
  }
  if (for_gateway) {
    if (wanted && known.gateway && *wanted != *known.gateway) {
      return failed(Code::conflict, "direct.other_gateway", "The gateway of subnet {} is {}, not {}.", known.cidr, *known.gateway, *wanted);
    }
    return with_prefix(known.gateway.value_or(wanted.value_or(known.cidr.network())), known.cidr);
  }
  if (!known.subnet_id) return failed(Code::invalid, "direct.aux_address", "--aux-address is not supported: make a port with that address instead.");
  TRY(const auto reserved, deps_.region.reserve({*known.subnet_id, wanted}));
  return with_prefix(reserved, known.cidr);
}

Result<void> DirectDriver::release_address(const std::string& pool_id, const std::string& address) {
  const auto known = pool(pool_id);
  if (!known || !known->subnet_id) return {};
  TRY(const auto freed, parse_address(address));
  return deps_.region.release({"", {*known->subnet_id, freed}});
}

/// The pools of this very network: asked for just before, and no other's yet.
Result<std::vector<DockerPool>> DirectDriver::free_pools(const std::vector<std::string>& cidrs) {
  TRY(const auto all, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<DockerPool>(reader); }));
  std::vector<DockerPool> out;
  for (const auto& cidr : cidrs) {
    const auto of_cidr = [&](const DockerPool& pool) { return pool.cidr.to_string() == cidr; };
    const auto found = std::ranges::find_if(all, [&](const DockerPool& pool) { return of_cidr(pool) && !pool.taken; });
    if (found == all.end()) return failed(Code::invalid, "direct.other_ipam", "Use our address management too: --ipam-driver causeway.");
    out.push_back(*found);
  }
  return out;
}

Result<boundary::DirectNetwork> DirectDriver::network_for(const NetworkWish& wish, const std::vector<DockerPool>& pools, bool& created) {
  const auto named = std::ranges::find_if(pools, [](const DockerPool& pool) { return !pool.network_id.empty(); });
  const bool exists = !wish.network.empty() || named != pools.end();
  if (exists) {
    TRY(auto network, deps_.region.find({wish.network.empty() ? named->network_id.str() : wish.network, ""}));
    for (const auto& pool : pools) {
      const bool fits = std::ranges::any_of(network.subnets, [&](const auto& subnet) { return subnet.cidr == pool.cidr; });
      if (!fits || (!pool.network_id.empty() && pool.network_id != network.id)) {
        return failed(Code::conflict, "direct.other_network", "{} is no subnet of network {}.", pool.cidr, network.id);
      }
    }
    return network;
  }
  boundary::DirectDraft draft;
  draft.name = wish.name.empty() ? "docker-" + wish.docker_id.substr(0, shown_id) : wish.name;
  for (const auto& pool : pools) draft.subnets.push_back({pool.cidr, pool.gateway});
  created = true;
  return deps_.region.create(draft);
}

Result<void> DirectDriver::create_network(const NetworkWish& wish) {
  const std::lock_guard lock(pools_mutex_);
  TRY(auto pools, free_pools(wish.cidrs));
  bool created = false;
  TRY(const auto network, network_for(wish, pools, created));
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, DockerNetwork{wish.docker_id, network.id, created, wish.internal}));
    for (auto& pool : pools) {
      const auto subnet = std::ranges::find(network.subnets, pool.cidr, &boundary::DirectSubnet::cidr);
      if (subnet == network.subnets.end()) return failed(Code::internal, "direct.lost_subnet", "Network {} has no subnet {}.", network.id, pool.cidr);
      pool.network_id = network.id;
      pool.subnet_id = subnet->id;
      pool.gateway = subnet->gateway;
      pool.taken = true;
      TRY_VOID(boundary::put(writer, pool));
    }
    return {};
  });
}

Result<void> DirectDriver::delete_network(const std::string& docker_id) {
  TRY(const auto network, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerNetwork>(reader, docker_id); }));
  if (!network) return {};
  if (network->created) TRY_VOID(deps_.region.remove(network->network_id));
  return deps_.store.write([&](Writer& writer) -> Result<void> {
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

bool DirectDriver::is_internal(const std::string& docker_network) const {
  const auto network = boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerNetwork>(reader, docker_network); });
  return network && *network && (*network)->internal;
}

}  // namespace causeway::services
