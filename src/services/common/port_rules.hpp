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

/// Binds the port to a host ("" = to none): the tunnel endpoint follows the host.
Result<void> bind_port(boundary::Reader& reader, domain::Port& port, const domain::HostName& host);

/// May the caller use this policy: not_found "qos_policy.not_found".
Result<void> check_policy(boundary::Reader& reader, const domain::Caller& who, const std::optional<domain::QosPolicyId>& policy);

/// What a new port asks for besides addresses: policy and tags. After domain::port_of.
Result<void> check_extras(boundary::Reader& reader, const domain::Caller& who, domain::Port& port, const domain::NetworkLimits& limits);
/// The same of a change, after domain::apply_settings.
Result<void> change_extras(boundary::Reader& reader, const domain::Caller& who, domain::Port& port, const boundary::PortChange& change,
                           const domain::NetworkLimits& limits);

}  // namespace causeway::services
