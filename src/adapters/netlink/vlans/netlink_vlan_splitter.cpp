#include "causeway/adapters/netlink/vlans/netlink_vlan_splitter.hpp"

#include <cerrno>
#include <utility>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"

namespace causeway::adapters {

Result<std::unique_ptr<NetlinkVlanSplitter>> NetlinkVlanSplitter::open() {
  TRY(auto socket, NetlinkSocket::open());
  return std::unique_ptr<NetlinkVlanSplitter>(new NetlinkVlanSplitter(std::move(socket)));
}

Result<void> NetlinkVlanSplitter::supported() {
  TRY_VOID(load_program(untag_program(1)));
  return {};
}

Result<void> NetlinkVlanSplitter::ensure_branches(std::string_view trunk, const std::vector<boundary::VlanBranch>& branches) {
  TRY_VOID(boundary::check(branches));
  const std::scoped_lock lock(mutex_);
  TRY(const auto root, get(trunk));
  if (branches.empty()) return drop_program(root, FilterHook::received);
  std::vector<std::pair<std::uint16_t, std::uint32_t>> ways;
  for (const auto& branch : branches) {
    TRY(const auto link, get(branch.link));
    TRY_VOID(disable_ipv6(branch.link));
    TRY_VOID(ensure_program(link, FilterHook::received, join_program(branch.vlan, root.index), add_ingress_hook(link.index)));
    if (!link.up) TRY_VOID(apply(set_up(link.index, true), "bring up", branch.link));
    ways.emplace_back(branch.vlan, link.index);
  }
  return ensure_program(root, FilterHook::received, split_program(ways), add_ingress_hook(root.index));
}

Result<void> NetlinkVlanSplitter::ensure_tag(std::string_view name, std::uint16_t vlan) {
  const std::scoped_lock lock(mutex_);
  TRY(const auto link, get(name));
  if (vlan == 0) {
    TRY(const auto present, program_on(link, FilterHook::received));
    if (!present) return {};
    return apply(remove_hooks(link.index), "take the programs from", name, ENOENT);
  }
  TRY_VOID(boundary::check(std::vector<boundary::VlanBranch>{{vlan, std::string(name)}}));
  // what is sent first: a frame with a tag must not get behind the link
  TRY_VOID(ensure_program(link, FilterHook::sent, untag_program(vlan), add_both_hooks(link.index)));
  return ensure_program(link, FilterHook::received, tag_program(vlan), add_both_hooks(link.index));
}

Result<LinkState> NetlinkVlanSplitter::get(std::string_view name) {
  std::optional<LinkState> link;
  TRY([[maybe_unused]] const bool found, socket_.get(get_link(name), name, [&](const nlmsghdr& message) { link = read_link(message); }));
  if (!link) return failed(Code::not_found, "vlans.no_link", "There is no link {}.", name);
  return *std::move(link);
}

Result<std::optional<std::string>> NetlinkVlanSplitter::program_on(const LinkState& link, FilterHook hook) {
  std::optional<std::string> out;
  TRY_VOID(socket_.dump(list_programs(link.index, hook), link.name, [&] { out.reset(); }, [&](const nlmsghdr& message) {
    if (auto name = read_program(message, link.index)) out = std::move(name);
  }));
  return out;
}

Result<void> NetlinkVlanSplitter::ensure_program(const LinkState& link, FilterHook hook, const VlanProgram& program, const Message& hooks) {
  TRY(const auto present, program_on(link, hook));
  if (present == program.name) return {};
  TRY(const auto loaded, load_program(program));
  TRY_VOID(apply(hooks, "prepare for programs", link.name, EEXIST));
  return apply(set_program(link.index, hook, loaded.get(), program.name), "run a program on", link.name);
}

Result<void> NetlinkVlanSplitter::drop_program(const LinkState& link, FilterHook hook) {
  TRY(const auto present, program_on(link, hook));
  if (!present) return {};
  return apply(remove_program(link.index, hook), "take the program from", link.name, ENOENT);
}

Result<void> NetlinkVlanSplitter::apply(const Message& message, const char* operation, std::string_view link, int tolerated) {
  Batch batch;
  batch.add(message, operation, tolerated);
  return socket_.apply(batch, link);
}

}  // namespace causeway::adapters
