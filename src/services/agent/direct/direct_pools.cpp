#include <algorithm>
#include <charconv>

#include "causeway/boundary/collection.hpp"
#include "causeway/services/agent/direct/direct_driver.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;

namespace {

constexpr std::string_view prefix = "direct/";

std::string with_prefix(const domain::IpAddress& address, const domain::Cidr& cidr) { return fmt::format("{}/{}", address, cidr.prefix_length()); }

Result<domain::IpAddress> parse_address(const std::string& text) { return domain::IpAddress::parse(text.substr(0, text.find('/'))); }

/// What cannot be meant together.
Result<void> check_wish(const DirectDriver::PoolWish& wish) {
  if (!wish.sub_pool.empty()) {
    return failed(Code::invalid, "direct.ip_range", "--ip-range is not supported: which addresses are given out is set by the subnet's allocation pools.");
  }
  const bool exists = !wish.network.empty() || !wish.subnet.empty();
  if (exists && (!wish.subnet_pool.empty() || !wish.prefixlen.empty())) {
    return failed(Code::invalid, "direct.two_wishes", "causeway.network and causeway.subnet mean a network that exists, causeway.subnetpool and causeway.prefixlen a new one.");
  }
  if (!wish.prefixlen.empty() && !wish.cidr.empty()) {
    return failed(Code::invalid, "direct.two_wishes", "--subnet says the prefix and its length; leave out causeway.prefixlen.");
  }
  return {};
}

Result<std::optional<int>> parse_length(const std::string& text, bool v6) {
  if (text.empty()) return std::optional<int>();
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const int most = v6 ? 128 : 32;
  if (error == std::errc() && end == text.data() + text.size() && out >= 1 && out <= most) return std::optional(out);
  return failed(Code::invalid, "direct.bad_prefixlen", "causeway.prefixlen{} is a number from 1 to {}, not {}.", v6 ? "6" : "", most, text);
}

}  // namespace

bool DirectDriver::is_pool(const std::string& pool_id) { return pool_id.starts_with(prefix); }

Result<DockerPool> DirectDriver::pool(const std::string& id) const {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<DockerPool> {
    TRY(auto found, boundary::find<DockerPool>(reader, id));
    if (!found) return failed(Code::not_found, "direct.no_pool", "Address pool {} is unknown.", id);
    return *std::move(found);
  });
}

Result<std::vector<DockerPool>> DirectDriver::all_pools() const {
  return boundary::view(deps_.store, [](Reader& reader) { return boundary::list<DockerPool>(reader); });
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
    DockerPool out;
    TRY(out.id, unused_id(subnet.id.str()));
    out.cidr = subnet.cidr;
    out.network_id = network.id;
    out.subnet_id = subnet.id;
    out.gateway = subnet.gateway;
    return out;
  }
  return failed(Code::not_found, "direct.no_subnet", "Network {} has no IPv{} subnet{}.", network.name.empty() ? network.id.str() : network.name,
                wish.v6 ? 6 : 4, wish.cidr.empty() ? "" : " " + wish.cidr);
}

/// A prefix out of a subnet pool, held until the network is made: Docker wants to know it first.
Result<DockerPool> DirectDriver::held_pool(const PoolWish& wish) {
  boundary::DirectPoolWish asked;
  asked.ip_version = wish.v6 ? 6 : 4;
  asked.pool = wish.subnet_pool;
  if (!wish.cidr.empty()) {
    TRY(asked.cidr, domain::Cidr::parse(wish.cidr));
  }
  TRY(asked.prefixlen, parse_length(wish.prefixlen, wish.v6));
  auto held = deps_.region.hold(asked);
  if (!held && held.error().reason == "subnetpool.no_default") {
    const char* suffix = wish.v6 ? "6" : "";
    return failed(Code::invalid, "direct.no_cidr",
                  "There is no default IPv{} subnet pool. Say which network: an existing one by --ipam-opt causeway.network=NAME or causeway.subnet=NAME, or a "
                  "new one by --subnet CIDR or --ipam-opt causeway.subnetpool{}=NAME.",
                  asked.ip_version, suffix);
  }
  if (!held) return failed(std::move(held).error());
  DockerPool out;
  TRY(out.id, unused_id(held->id.empty() ? "new/" + held->cidr.to_string() : "held/" + held->id));
  out.cidr = held->cidr;
  out.hold = held->id;
  out.subnetpool_id = held->subnetpool_id;
  return out;
}

/// Several of Docker's networks may be on one subnet, and each releases its pool. One that nobody took is of a `docker network create` under
/// way, or of one that failed half way, and is given again.
Result<std::string> DirectDriver::unused_id(const std::string& of) const {
  TRY(const auto pools, all_pools());
  for (int number = 1;; ++number) {
    auto id = fmt::format("{}{}/{}", prefix, of, number);
    const auto known = std::ranges::find(pools, id, &DockerPool::id);
    if (known == pools.end() || !known->taken) return id;
  }
}

Result<DirectDriver::Pool> DirectDriver::request_pool(const PoolWish& wish) {
  TRY_VOID(check_wish(wish));
  const std::lock_guard lock(pools_mutex_);
  DockerPool made;
  if (!wish.network.empty() || !wish.subnet.empty()) {
    TRY(made, existing_pool(wish));
  } else if (wish.cidr.empty() || !wish.subnet_pool.empty()) {
    TRY(made, held_pool(wish));
  } else {
    TRY(made.cidr, domain::Cidr::parse(wish.cidr));
    TRY(made.id, unused_id("new/" + made.cidr.to_string()));
  }
  TRY(const auto others, all_pools());
  for (const auto& other : others) made.number = std::max(made.number, other.number + 1);
  TRY_VOID(save(made));
  return Pool{made.id, made.cidr.to_string()};
}

Result<void> DirectDriver::release_pool(const std::string& pool_id) {
  TRY(const auto known, boundary::view(deps_.store, [&](Reader& reader) { return boundary::find<DockerPool>(reader, pool_id); }));
  // Docker releases the pool before it deletes the network, which may be refused
  if (!known || known->taken) return {};
  if (!known->hold.empty()) ignore(deps_.region.give_back(known->hold), "it is held for some minutes only");
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

}  // namespace causeway::services
