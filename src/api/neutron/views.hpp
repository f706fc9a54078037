#pragma once

#include "causeway/api/kit/route.hpp"
#include "causeway/boundary/network/network_details.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"

/// Objects of the Networking API as the caller sees them: administrators also see provider and binding attributes.
namespace causeway::api {

JsonObject network_view(const domain::Caller& who, const domain::Network& network, const boundary::DetailsOfNetwork& details);
JsonObject subnet_view(const domain::Subnet& subnet);
JsonObject port_view(const domain::Caller& who, const domain::Port& port);
JsonObject router_view(const domain::Caller& who, const domain::Router& router);
JsonObject floating_ip_view(const boundary::FloatingIpDetails& details);
JsonObject security_group_view(const domain::SecurityGroup& group);
JsonObject rule_view(const domain::SecurityGroup& group, const domain::SecurityGroupRule& rule);

}  // namespace causeway::api
