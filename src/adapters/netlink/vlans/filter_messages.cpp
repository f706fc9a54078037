#include "causeway/adapters/netlink/vlans/filter_messages.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "causeway/adapters/netlink/attributes.hpp"

namespace causeway::adapters {
namespace {

constexpr std::uint32_t hooks_handle = 0xffff0000;
/// Before the filter of a limit of bandwidth: what a program sends elsewhere is not held back twice.
constexpr std::uint32_t priority = 1;
constexpr std::uint32_t handle = 1;

tcmsg header_for(std::uint32_t link, std::uint32_t parent, std::uint32_t own_handle = 0) {
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = int(link);
  header.tcm_parent = parent;
  header.tcm_handle = own_handle;
  return header;
}

std::uint32_t parent_of(FilterHook hook) {
  return TC_H_MAKE(hooks_handle, hook == FilterHook::received ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS);
}

tcmsg filter_header(std::uint32_t link, FilterHook hook) {
  auto header = header_for(link, parent_of(hook), handle);
  header.tcm_info = TC_H_MAKE(priority << 16U, std::uint32_t(htons(ETH_P_ALL)));
  return header;
}

Message add_hooks(std::uint32_t link, std::string_view kind) {
  Message message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, header_for(link, TC_H_INGRESS, hooks_handle));
  message.put(TCA_KIND, kind);
  return message;
}

}  // namespace

Message add_ingress_hook(std::uint32_t link) { return add_hooks(link, "ingress"); }
Message add_both_hooks(std::uint32_t link) { return add_hooks(link, "clsact"); }
Message remove_hooks(std::uint32_t link) { return {RTM_DELQDISC, 0, header_for(link, TC_H_INGRESS)}; }
Message list_programs(std::uint32_t link, FilterHook hook) { return {RTM_GETTFILTER, NLM_F_DUMP, header_for(link, parent_of(hook))}; }

Message set_program(std::uint32_t link, FilterHook hook, int program, const std::string& name) {
  Message message(RTM_NEWTFILTER, NLM_F_CREATE, filter_header(link, hook));
  message.put(TCA_KIND, "bpf");
  message.nest(TCA_OPTIONS, [&] {
    message.put(TCA_BPF_FD, std::uint32_t(program));
    message.put(TCA_BPF_NAME, name);
    message.put(TCA_BPF_FLAGS, std::uint32_t(TCA_BPF_FLAG_ACT_DIRECT));
  });
  return message;
}

Message remove_program(std::uint32_t link, FilterHook hook) { return {RTM_DELTFILTER, 0, filter_header(link, hook)}; }

std::optional<std::string> read_program(const nlmsghdr& message, std::uint32_t link) {
  const auto& header = *static_cast<const tcmsg*>(mnl_nlmsg_get_payload(&message));
  if (std::uint32_t(header.tcm_ifindex) != link || header.tcm_handle != handle || TC_H_MAJ(header.tcm_info) != priority << 16U) return std::nullopt;
  std::optional<std::string> out;
  for_each_attribute(message, sizeof(tcmsg), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) != TCA_OPTIONS) return;
    for_each_nested(attribute, [&](const nlattr& part) {
      if (mnl_attr_get_type(&part) == TCA_BPF_NAME) out = mnl_attr_get_str(&part);
    });
  });
  return out;
}

}  // namespace causeway::adapters
