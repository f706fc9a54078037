#pragma once

#include <vector>

#include "causeway/api/kit/service.hpp"
#include "causeway/services/agent/network_driver.hpp"

namespace causeway::api {

/// The libnetwork remote driver protocol (network and IPAM) as Docker 20.10 to 28 speaks it, served on a unix socket
/// that only Docker can reach. Every call is a POST; an empty body counts as {}.
///
/// A failure is {"Err": text, "Error": text}: the network half reads the one, the IPAM half the other.
Mount driver_mount(services::NetworkDriver& driver);

}  // namespace causeway::api
