#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/network/network_service.hpp"
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

/// Whether port security, security groups and address pairs go together. `asked`: port security or address pairs are in the request,
/// which is for administrators and the owner of the network alone ("policy.denied").
/// invalid "port.too_many_pairs", "port.duplicate_pair", "port.groups_need_security" (of a new port); conflict
/// "port.has_groups", "port.pairs_need_security", "security_group.mixed".
Result<void> check_port_security(boundary::Reader& reader, const domain::Caller& who, const domain::Port& port, bool asked);

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
