#include "causeway/domain/firewall/host_ports.hpp"

#include <algorithm>
#include <tuple>

namespace causeway::domain::firewall {

bool same_filter(const Port& a, const Port& b) {
  const auto plain = [](const Port& p) {
    return std::tie(p.network_id, p.host, p.device_owner, p.mac_address, p.admin_state_up, p.port_security_enabled, p.security_groups, p.qos_policy_id);
  };
  const auto same_ip = [](const FixedIp& x, const FixedIp& y) { return x.ip_address == y.ip_address; };
  const auto same_pair = [](const AddressPair& x, const AddressPair& y) { return x.ip_address == y.ip_address && x.mac_address == y.mac_address; };
  return plain(a) == plain(b) && std::ranges::equal(a.fixed_ips, b.fixed_ips, same_ip) &&
         std::ranges::equal(a.allowed_address_pairs, b.allowed_address_pairs, same_pair);
}

}  // namespace causeway::domain::firewall
