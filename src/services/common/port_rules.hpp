#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/network_service.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/network/port_addresses.hpp"
#include "causeway/domain/network/subnet_rules.hpp"

/// What is the same for a port wherever it is made, at the centre or in a region.
namespace causeway::services {

std::optional<std::vector<domain::AddressWish>> wishes_of(const std::optional<std::vector<boundary::FixedIpWish>>& wishes);

/// Lengths and numbers. invalid "port.too_many_fixed_ips" and what domain::check_text says.
Result<void> check_port(const domain::Port& port, std::size_t wishes, const domain::NetworkLimits& limits);

/// Containers are not on external networks. forbidden "network.external_attach".
Result<void> check_attachable(const domain::Network& network);

/// Which ports are the network service's own is for it to say, not for a user. invalid "port.bad_device_owner".
Result<void> check_device_owner(std::string_view wish);
/// A port of a router or floating IP is changed with it alone: conflict "port.service_port".
Result<void> check_change(const domain::Port& port, const boundary::PortChange& change);
Result<void> check_deletable(const domain::Port& port);

/// Binds the port to a host ("" = to none): the tunnel endpoint follows the host.
Result<void> bind_port(boundary::Reader& reader, domain::Port& port, const domain::HostName& host);

}  // namespace causeway::services
