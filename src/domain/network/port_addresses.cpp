#include "causeway/domain/network/port_addresses.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

const Subnet* find_subnet(const std::vector<Subnet>& subnets, const SubnetId& id) {
  const auto found =
      std::find_if(subnets.begin(), subnets.end(), [&](const Subnet& subnet) { return subnet.id == id; });
  return found == subnets.end() ? nullptr : &*found;
}

Result<const Subnet*> subnet_for(const std::vector<Subnet>& subnets, const AddressWish& wish) {
  if (wish.subnet_id) {
    const Subnet* subnet = find_subnet(subnets, *wish.subnet_id);
    if (subnet == nullptr) {
      return failed(
          fail(Code::invalid, "port.bad_subnet", "Subnet {} is not one of the port's network.", *wish.subnet_id)
              .at("fixed_ips"));
    }
    return subnet;
  }
  for (const auto& subnet : subnets) {
    if (subnet.cidr.contains(*wish.ip_address)) return &subnet;
  }
  return failed(fail(Code::invalid, "ipam.invalid_ip_for_network",
                     "IP address {} is not a valid IP for any of the subnets on the specified network.",
                     *wish.ip_address)
                    .at("fixed_ips"));
}

Result<FixedIp> any_of(const Subnet& subnet, LeaseBook& book) {
  TRY(const auto number, book.any(resource_of(subnet.id)));
  const auto address = subnet.cidr.nth(number);
  if (!address)
    return failed(Code::internal, "ipam.bad_number", "Offset {} is outside of subnet {}.", number, subnet.cidr);
  return FixedIp{subnet.id, *address};
}

/// One address of the version, of the first subnet that has one.
Result<FixedIp> any_of_version(const std::vector<Subnet>& subnets, int version, LeaseBook& book) {
  for (const auto& subnet : subnets) {
    if (subnet.ip_version != version || subnet.deleting) continue;
    auto got = any_of(subnet, book);
    if (got || got.error().code != Code::exhausted) return got;
  }
  return failed(Code::exhausted, "ipam.pool_exhausted", "No more IPv{} addresses available on network {}.", version,
                subnets.front().network_id);
}

Result<FixedIp> chosen(const Subnet& subnet, const IpAddress& address, LeaseBook& book) {
  const auto offset = subnet.cidr.offset_of(address);
  if (!offset || !usable(subnet, address)) {
    return failed(fail(Code::invalid, "ipam.invalid_ip_for_subnet",
                       "IP address {} is not a valid IP for the specified subnet {}.", address, subnet.cidr)
                      .at("fixed_ips"));
  }
  auto taken = book.take(resource_of(subnet.id), *offset);
  if (!taken && taken.error().code == Code::conflict) {
    return failed(Code::conflict, "ipam.address_in_use", "IP address {} already allocated in subnet {}.", address,
                  subnet.id);
  }
  if (!taken) return std::unexpected(std::move(taken).error());
  return FixedIp{subnet.id, address};
}

/// Moves the first of `held` that meets the wish out of it.
std::optional<FixedIp> keep(std::vector<FixedIp>& held, const AddressWish& wish) {
  const auto found = std::find_if(held.begin(), held.end(), [&](const FixedIp& ip) {
    return (!wish.subnet_id || ip.subnet_id == *wish.subnet_id) &&
           (!wish.ip_address || ip.ip_address == *wish.ip_address);
  });
  if (found == held.end()) return std::nullopt;
  FixedIp kept = *found;
  held.erase(found);
  return kept;
}

Result<std::vector<FixedIp>> one_of_each_version(const std::vector<Subnet>& subnets, LeaseBook& book) {
  std::vector<FixedIp> out;
  for (const int version : {4, 6}) {
    const bool there = std::any_of(subnets.begin(), subnets.end(),
                                   [&](const Subnet& s) { return s.ip_version == version && !s.deleting; });
    if (!there) continue;
    TRY(auto got, any_of_version(subnets, version, book));
    out.push_back(std::move(got));
  }
  return out;
}

Result<void> free_address(const FixedIp& ip, const std::vector<Subnet>& subnets, LeaseBook& book, Duration quarantine) {
  const Subnet* subnet = find_subnet(subnets, ip.subnet_id);
  const auto offset = subnet != nullptr ? subnet->cidr.offset_of(ip.ip_address) : std::nullopt;
  if (!offset) return {};
  return book.free(resource_of(ip.subnet_id), *offset, quarantine);
}

}  // namespace

Result<std::vector<FixedIp>> assign_addresses(const std::vector<Subnet>& subnets,
                                              const std::optional<std::vector<AddressWish>>& wishes,
                                              const std::vector<FixedIp>& held, LeaseBook& book, Duration quarantine) {
  if (!wishes) return one_of_each_version(subnets, book);
  std::vector<std::optional<FixedIp>> out(wishes->size());
  auto left = held;
  // the most particular wishes first, so that no other takes an address that a later one names
  for (std::size_t i = 0; i < wishes->size(); ++i) {
    if ((*wishes)[i].ip_address) out[i] = keep(left, (*wishes)[i]);
  }
  for (std::size_t i = 0; i < wishes->size(); ++i) {
    const auto& wish = (*wishes)[i];
    if (out[i] || !wish.ip_address) continue;
    TRY(const Subnet* const subnet, subnet_for(subnets, wish));
    if (subnet->deleting) return failed(Code::conflict, "subnet.deleting", "Subnet {} is being deleted.", subnet->id);
    TRY(out[i], chosen(*subnet, *wish.ip_address, book));
  }
  for (std::size_t i = 0; i < wishes->size(); ++i) {
    const auto& wish = (*wishes)[i];
    if (out[i]) continue;
    if (!wish.subnet_id)
      return failed(
          fail(Code::invalid, "port.bad_fixed_ips", "A fixed IP needs a subnet_id or an ip_address.").at("fixed_ips"));
    TRY(const Subnet* const subnet, subnet_for(subnets, wish));
    out[i] = keep(left, wish);
    if (out[i]) continue;
    if (subnet->deleting) return failed(Code::conflict, "subnet.deleting", "Subnet {} is being deleted.", subnet->id);
    TRY(out[i], any_of(*subnet, book));
  }
  for (const auto& ip : left) TRY_VOID(free_address(ip, subnets, book, quarantine));
  std::vector<FixedIp> ips;
  for (auto& ip : out) ips.push_back(*std::move(ip));
  return ips;
}

Result<Mac> assign_mac(const std::optional<Mac>& wish, LeaseBook& book) {
  const std::string resource(mac_resource);
  if (!wish) {
    TRY(const auto number, book.any(resource));
    return mac_of(number);
  }
  if (wish->is_zero() || wish->is_multicast()) {
    return failed(fail(Code::invalid, "port.bad_mac", "{} cannot be the address of a port.", *wish).at("mac_address"));
  }
  const auto number = number_of(*wish);
  if (!number) return *wish;
  auto taken = book.take(resource, *number);
  if (!taken && taken.error().code == Code::conflict) {
    return failed(Code::conflict, "port.mac_in_use", "The mac address {} is in use.", *wish);
  }
  if (!taken) return std::unexpected(std::move(taken).error());
  return *wish;
}

Result<void> free_mac(const Mac& mac, LeaseBook& book) {
  const auto number = number_of(mac);
  if (!number) return {};
  return book.free(std::string(mac_resource), *number, Duration::zero());
}

Result<void> free_numbers(const Port& port, const std::vector<Subnet>& subnets, LeaseBook& book, Duration quarantine) {
  for (const auto& ip : port.fixed_ips) TRY_VOID(free_address(ip, subnets, book, quarantine));
  return free_mac(port.mac_address, book);
}

}  // namespace causeway::domain
