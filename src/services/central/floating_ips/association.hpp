#pragma once

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/router/floating_ip.hpp"

namespace causeway::services::central {

/// Lets the floating IP stand for an address of the port: the wished one, else its only IPv4 address. Changes the record, does
/// not store it. invalid "floatingip.bad_request"; conflict "floatingip.port_associated"; not_found "port.not_found",
/// "floatingip.no_gateway" when no router joins the port's subnet with the external network.
Result<void> associate(boundary::Reader& reader, const domain::Caller& who, domain::FloatingIp& floating_ip,
                       const domain::PortId& port, const std::optional<domain::IpAddress>& fixed_ip);

}  // namespace causeway::services::central
