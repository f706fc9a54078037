#include "causeway/boundary/kernel/links.hpp"

#include <algorithm>
#include <set>

namespace causeway::boundary {
namespace {

constexpr std::size_t max_name = 15;

Result<void> check_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= max_name && name != "." && name != ".." &&
                    std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != ':'; });
  if (good) return {};
  return failed(Code::invalid, "links.bad_spec", "'{}' is not an interface name (1 to {} bytes).", name, max_name);
}

Result<void> check_mtu(std::string_view name, std::uint32_t mtu) {
  if (mtu >= 68 && mtu <= 65535) return {};
  return failed(Code::invalid, "links.bad_spec", "Link {} cannot have an MTU of {} bytes.", name, mtu);
}

Result<void> check_mac(std::string_view name, const domain::Mac& mac) {
  if (!mac.is_zero() && !mac.is_multicast()) return {};
  return failed(Code::invalid, "links.bad_spec", "Link {} cannot have the address {}.", name, mac);
}

}  // namespace

Result<void> check(const BridgeSpec& spec) {
  TRY_VOID(check_name(spec.name));
  TRY_VOID(check_mac(spec.name, spec.mac));
  return check_mtu(spec.name, spec.mtu);
}

Result<void> check(const VxlanSpec& spec) {
  TRY_VOID(check_name(spec.name));
  TRY_VOID(check_name(spec.bridge));
  if (spec.vni == 0 || spec.vni >= 1U << 24 || spec.port == 0 || spec.local.is_unspecified() ||
      spec.local.is_multicast()) {
    return failed(Code::invalid, "links.bad_spec", "Link {} cannot be a tunnel with VNI {} from {} port {}.", spec.name,
                  spec.vni, spec.local, spec.port);
  }
  return check_mtu(spec.name, spec.mtu);
}

Result<void> check(const VethSpec& spec) {
  TRY_VOID(check_name(spec.host_name));
  TRY_VOID(check_name(spec.peer_name));
  TRY_VOID(check_name(spec.bridge));
  if (spec.host_name == spec.peer_name) {
    return failed(Code::invalid, "links.bad_spec", "Both ends of a veth cannot be called {}.", spec.host_name);
  }
  TRY_VOID(check_mac(spec.peer_name, spec.mac));
  return check_mtu(spec.host_name, spec.mtu);
}

Result<void> check(const std::vector<RemoteEntry>& entries) {
  std::set<domain::Mac> macs;
  std::set<domain::IpAddress> ips;
  for (const auto& entry : entries) {
    if (entry.mac.is_zero() || entry.mac.is_multicast() || !macs.insert(entry.mac).second) {
      return failed(Code::invalid, "links.bad_spec", "A remote entry cannot be for {}, or stands twice.", entry.mac);
    }
    if (entry.vtep.is_unspecified() || entry.vtep.is_multicast()) {
      return failed(Code::invalid, "links.bad_spec", "The remote entry of {} cannot be behind {}.", entry.mac,
                    entry.vtep);
    }
    for (const auto& ip : entry.ips) {
      if (ip.is_unspecified() || ip.is_multicast() || !ips.insert(ip).second) {
        return failed(Code::invalid, "links.bad_spec", "The remote entry of {} cannot answer for {}, or another does.",
                      entry.mac, ip);
      }
    }
  }
  return {};
}

}  // namespace causeway::boundary
