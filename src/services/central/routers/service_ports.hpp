#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/port_addresses.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/services/central/central_deps.hpp"

/// Ports that the network service itself holds at the centre: legs of routers and addresses of floating IPs. Their owner
/// decides what becomes of them; the port API neither changes nor deletes them. All of it is part of the caller's
/// transaction.
namespace causeway::services::central {

struct ServicePort {
  std::string_view device_owner;
  std::string device_id;
  domain::ProjectId project_id;  ///< empty: nobody's; only administrators see it
};

/// Out of the network's allocation pools, or the chosen addresses. Fails as domain::assign_addresses does.
Result<domain::Port> make_service_port(const CentralDeps& deps, boundary::Writer& writer, const ServicePort& wish,
                                       const domain::Network& network,
                                       const std::optional<std::vector<boundary::FixedIpWish>>& addresses);
/// With the gateway address of a subnet, which is in no lease: the unique index of ports alone guards it.
/// conflict "ipam.address_in_use".
Result<domain::Port> make_gateway_address_port(const CentralDeps& deps, boundary::Writer& writer,
                                               const ServicePort& wish, const domain::Network& network,
                                               const domain::Subnet& subnet);
/// Another subnet's gateway address on a port that is here already.
Result<void> add_gateway_address(const CentralDeps& deps, boundary::Writer& writer, domain::Port& port,
                                 const domain::Subnet& subnet);
/// Gives the port's addresses of a subnet back.
Result<void> drop_subnet(const CentralDeps& deps, boundary::Writer& writer, domain::Port& port,
                         const domain::SubnetId& subnet);
/// Makes the port's addresses those that are wished; those that it has stay. Fails as domain::assign_addresses does.
Result<void> change_addresses(const CentralDeps& deps, boundary::Writer& writer, domain::Port& port,
                              const std::vector<domain::AddressWish>& wishes);
/// Gives its addresses and its MAC back.
Result<void> erase_service_port(const CentralDeps& deps, boundary::Writer& writer, const domain::PortId& id);

/// Stores a port, with what a violated unique index means to the user.
Result<void> put_port(boundary::Writer& writer, domain::Port& port, Time now);

}  // namespace causeway::services::central
