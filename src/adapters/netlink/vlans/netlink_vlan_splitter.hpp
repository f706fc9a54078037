#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/socket.hpp"
#include "causeway/adapters/netlink/vlans/filter_messages.hpp"
#include "causeway/adapters/netlink/vlans/vlan_programs.hpp"
#include "causeway/boundary/kernel/vlan_splitter.hpp"

namespace causeway::adapters {

/// VLANs by programs of the packet classifier, in the network namespace in which `open` was called (as NetlinkLinks).
///
/// Thread-safe: one socket, and a mutex that a call holds to its end. Nothing is cached: the state is the kernel's, where a program is
/// known by its name. Needs CAP_NET_ADMIN and CAP_BPF (or CAP_SYS_ADMIN).
class NetlinkVlanSplitter final : public boundary::VlanSplitter {
 public:
  static Result<std::unique_ptr<NetlinkVlanSplitter>> open();
  Result<void> ensure_branches(std::string_view trunk, const std::vector<boundary::VlanBranch>& branches) override;
  Result<void> ensure_tag(std::string_view link, std::uint16_t vlan) override;
  Result<void> supported() override;

 private:
  explicit NetlinkVlanSplitter(NetlinkSocket socket) : socket_(std::move(socket)) {}
  Result<LinkState> get(std::string_view name);
  Result<std::optional<std::string>> program_on(const LinkState& link, FilterHook hook);
  Result<void> ensure_program(const LinkState& link, FilterHook hook, const VlanProgram& program, const Message& hooks);
  Result<void> drop_program(const LinkState& link, FilterHook hook);
  Result<void> apply(const Message& message, const char* operation, std::string_view link, int tolerated = 0);

  std::mutex mutex_;
  NetlinkSocket socket_;
};

}  // namespace causeway::adapters
