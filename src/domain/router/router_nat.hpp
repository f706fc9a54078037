#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/domain/router/router_namespace.hpp"

/// The nftables table of a router's namespace, as text: what is translated, and with several gateways which packets are
/// marked for which of them.
namespace causeway::domain {

/// A gateway that is here.
struct GatewayNat {
  std::uint32_t number = 1;
  std::string leg;
  std::optional<IpAddress> own;  ///< whom everybody else hides behind
  bool hides = true;             ///< SNAT
  std::vector<Translation> translations;
};
/// A gateway that is elsewhere: what came in by it comes from this MAC address.
struct GatewayElsewhere {
  std::uint32_t number = 1;
  Mac mac;
};
/// Whose own packets leave by which gateway.
struct OwnGateway {
  IpAddress inside;
  std::uint32_t number = 1;
};

struct RouterNat {
  std::vector<Cidr> blocks;  ///< inside, IPv4
  std::vector<GatewayNat> here;
  // with several gateways alone
  bool marks = false;
  std::string transit;  ///< the leg towards gateways elsewhere
  std::vector<GatewayElsewhere> elsewhere;
  std::vector<OwnGateway> own;
};

/// The mark of packets that leave by the gateway with this number, and of those that came in by it for a container on
/// another host. Marks end with the namespace.
constexpr std::uint32_t leaving_mark(std::uint32_t number) { return number; }
constexpr std::uint32_t entering_mark(std::uint32_t number) { return 0x100 + number; }

/// "" when there is nothing to do.
std::string nat_table(const RouterNat& nat);

}  // namespace causeway::domain
