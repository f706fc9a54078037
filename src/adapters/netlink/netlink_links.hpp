#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/remote_entries.hpp"
#include "causeway/adapters/netlink/socket.hpp"
#include "causeway/boundary/kernel/links.hpp"

namespace causeway::adapters {

/// The kernel's links by rtnetlink, of the network namespace in which `open` was called.
///
/// Every caller must be in that namespace too (a process that never calls setns is): the few settings that rtnetlink
/// lacks are written through /proc/sys/net, which shows the namespace of the calling thread.
///
/// Thread-safe: one socket, and a mutex that a call holds to its end, so that two calls never race for one name. Needs
/// CAP_NET_ADMIN. The state is the kernel's; nothing is cached, so it may be made anew at any time.
class NetlinkLinks final : public boundary::Links {
 public:
  static Result<std::unique_ptr<NetlinkLinks>> open();

  Result<void> ensure_host_settings() override;
  Result<void> ensure_bridge(const boundary::BridgeSpec& spec) override;
  Result<void> ensure_vxlan(const boundary::VxlanSpec& spec) override;
  Result<void> ensure_veth(const boundary::VethSpec& spec) override;
  Result<void> remove_link(std::string_view name) override;
  Result<void> set_remote_entries(std::string_view vxlan, const std::vector<boundary::RemoteEntry>& desired) override;
  Result<std::vector<boundary::ObservedLink>> observe(std::string_view prefix) override;
  Result<std::vector<boundary::RemoteEntry>> observe_remote_entries(std::string_view vxlan) override;

 private:
  explicit NetlinkLinks(NetlinkSocket socket) : socket_(std::move(socket)) {}

  Result<std::optional<LinkState>> find(std::string_view name);
  /// The link of that kind, none when there is no link of the name; conflict when it is of another kind.
  Result<std::optional<LinkState>> find(std::string_view name, std::string_view kind);
  Result<LinkState> created(std::string_view name);
  Result<std::uint32_t> bridge_index(std::string_view bridge);
  Result<std::uint32_t> vxlan_index(std::string_view vxlan);
  Result<void> apply(const Message& message, const char* operation, std::string_view link, int tolerated = 0);
  Result<void> apply(Batch& batch, std::string_view link);
  Result<void> ensure_peer(const boundary::VethSpec& spec, const LinkState& host);
  Result<void> clear_peer_name(const boundary::VethSpec& spec);
  Result<RemoteTables> remote_tables(std::uint32_t vxlan, std::string_view name);

  std::mutex mutex_;
  NetlinkSocket socket_;
};

}  // namespace causeway::adapters
