#pragma once

#include <optional>
#include <vector>

#include "causeway/domain/network/lease_book.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/subnet.hpp"

/// Which MAC and addresses a port gets, out of its maker's leases. Pure but for the leases' changes in the book.
namespace causeway::domain {

/// Of this subnet, this very address, or both.
struct AddressWish {
  std::optional<SubnetId> subnet_id;
  std::optional<IpAddress> ip_address;
};

/// The addresses of a port on a network with `subnets`. No wishes = one address of each IP version that there is; an
/// empty list = none. Addresses in `held` that meet a wish are kept (an update keeps what it can); the others of `held`
/// go to rest. invalid "port.bad_subnet", "ipam.invalid_ip_for_subnet", "ipam.invalid_ip_for_network",
/// "port.bad_fixed_ips" (twice the same); conflict "subnet.deleting"; and what LeaseBook says.
Result<std::vector<FixedIp>> assign_addresses(const std::vector<Subnet>& subnets,
                                              const std::optional<std::vector<AddressWish>>& wishes,
                                              const std::vector<FixedIp>& held, LeaseBook& book, Duration quarantine);

/// A chosen MAC under our prefix is taken out of the leases; one under another prefix is used as it is.
/// invalid "port.bad_mac"; conflict "port.mac_in_use".
Result<Mac> assign_mac(const std::optional<Mac>& wish, LeaseBook& book);

/// Gives everything that the port owns back to the leases.
Result<void> free_numbers(const Port& port, const std::vector<Subnet>& subnets, LeaseBook& book, Duration quarantine);
/// MACs do not rest: next-fit in blocks of thousands keeps a freed one away for long enough, and resting ones would
/// make every lease long.
Result<void> free_mac(const Mac& mac, LeaseBook& book);

}  // namespace causeway::domain
