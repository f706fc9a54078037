#include "causeway/adapters/netlink/shaping/shaper_messages.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "causeway/adapters/netlink/attributes.hpp"

namespace causeway::adapters {
namespace {

constexpr std::uint32_t ingress_handle = 0xffff0000;
constexpr std::uint32_t filter_priority = 2;  ///< behind programs that split VLANs off
constexpr std::uint64_t least_depth = 32 * 1024;  ///< holds a full packet of any link, and a small GSO one
constexpr std::uint64_t most = UINT32_MAX;

tcmsg queue_header(std::uint32_t link, std::uint32_t parent, std::uint32_t handle = 0) {
  tcmsg header{};
  header.tcm_family = AF_UNSPEC;
  header.tcm_ifindex = int(link);
  header.tcm_parent = parent;
  header.tcm_handle = handle;
  return header;
}

template <class T>
std::span<const std::uint8_t> bytes_of(const T& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

template <class T>
std::optional<T> read_struct(const nlattr& attribute) {
  T out{};
  if (payload(attribute).size() < sizeof out) return std::nullopt;
  std::memcpy(&out, payload(attribute).data(), sizeof out);
  return out;
}

std::string_view text_of(const nlattr& attribute) { return mnl_attr_get_str(&attribute); }

const tcmsg& header_of(const nlmsghdr& message) { return *static_cast<const tcmsg*>(mnl_nlmsg_get_payload(&message)); }

/// A tc_u32_sel with one key, whose mask of zero every packet meets; it ends in an array without size, which C++ has not.
std::array<std::uint8_t, sizeof(tc_u32_sel) + sizeof(tc_u32_key)> match_all() {
  std::array<std::uint8_t, sizeof(tc_u32_sel) + sizeof(tc_u32_key)> out{};
  out[offsetof(tc_u32_sel, flags)] = TC_U32_TERMINAL;
  out[offsetof(tc_u32_sel, nkeys)] = 1;
  return out;
}

Bucket read_bucket(const nlattr& options) {
  Bucket out;
  for_each_nested(options, [&](const nlattr& part) {
    if (mnl_attr_get_type(&part) == TCA_TBF_PARMS) {
      if (const auto parameters = read_struct<tc_tbf_qopt>(part)) {
        out.queue = parameters->limit;
        if (out.rate == 0) out.rate = parameters->rate.rate;
      }
    } else if (mnl_attr_get_type(&part) == TCA_TBF_RATE64) {
      if (const auto rate = read_struct<std::uint64_t>(part)) out.rate = *rate;
    }
  });
  return out;
}

std::optional<std::uint32_t> read_mirred(const nlattr& actions) {
  std::optional<std::uint32_t> out;
  for_each_nested(actions, [&](const nlattr& action) {
    for_each_nested(action, [&](const nlattr& part) {
      if (mnl_attr_get_type(&part) != TCA_ACT_OPTIONS) return;
      for_each_nested(part, [&](const nlattr& option) {
        if (mnl_attr_get_type(&option) != TCA_MIRRED_PARMS) return;
        if (const auto mirred = read_struct<tc_mirred>(option)) out = mirred->ifindex;
      });
    });
  });
  return out;
}

}  // namespace

Bucket bucket_of(const boundary::Rate& rate) {
  Bucket out;
  out.rate = std::max<std::uint64_t>(rate.kbps * 1000 / 8, 1);
  const std::uint64_t wanted = rate.burst_kbit != 0 ? rate.burst_kbit * 1000 / 8 : out.rate / 200;
  out.depth = std::uint32_t(std::clamp(wanted, least_depth, most / 2));
  out.queue = std::uint32_t(std::min(out.depth + out.rate / 20, most));
  return out;
}

Message list_queues(std::uint32_t link) { return {RTM_GETQDISC, NLM_F_DUMP, queue_header(link, 0)}; }

Message set_bucket(std::uint32_t link, const Bucket& bucket) {
  Message message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, queue_header(link, TC_H_ROOT));
  message.put(TCA_KIND, "tbf");
  tc_tbf_qopt parameters{};
  parameters.rate.rate = std::uint32_t(std::min(bucket.rate, most));
  parameters.rate.linklayer = TC_LINKLAYER_ETHERNET;  // so that the kernel asks for no table of rates
  parameters.limit = bucket.queue;
  message.nest(TCA_OPTIONS, [&] {
    message.put(TCA_TBF_PARMS, bytes_of(parameters));
    message.put(TCA_TBF_BURST, bucket.depth);
    if (bucket.rate > most) message.put(TCA_TBF_RATE64, bucket.rate);
  });
  return message;
}

Message remove_bucket(std::uint32_t link) { return {RTM_DELQDISC, 0, queue_header(link, TC_H_ROOT)}; }

Message add_ingress(std::uint32_t link) {
  Message message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, queue_header(link, TC_H_INGRESS, ingress_handle));
  message.put(TCA_KIND, "ingress");
  return message;
}

Message remove_ingress(std::uint32_t link) { return {RTM_DELQDISC, 0, queue_header(link, TC_H_INGRESS)}; }

Message list_filters(std::uint32_t link) { return {RTM_GETTFILTER, NLM_F_DUMP, queue_header(link, ingress_handle)}; }

Message redirect_all(std::uint32_t link, std::uint32_t meter) {
  auto header = queue_header(link, ingress_handle);
  header.tcm_info = TC_H_MAKE(filter_priority << 16U, std::uint32_t(htons(ETH_P_ALL)));
  Message message(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, header);
  message.put(TCA_KIND, "u32");
  const auto match = match_all();
  tc_mirred redirect{};
  redirect.action = TC_ACT_STOLEN;
  redirect.eaction = TCA_EGRESS_REDIR;
  redirect.ifindex = meter;
  message.nest(TCA_OPTIONS, [&] {
    message.put(TCA_U32_SEL, match);
    message.nest(TCA_U32_ACT, [&] {
      message.nest(1, [&] {  // the first action
        message.put(TCA_ACT_KIND, "mirred");
        message.nest(TCA_ACT_OPTIONS, [&] { message.put(TCA_MIRRED_PARMS, bytes_of(redirect)); });
      });
    });
  });
  return message;
}

Message create_meter(std::string_view name, std::uint32_t mtu) {
  Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  message.put(IFLA_IFNAME, name);
  message.put(IFLA_MTU, mtu);
  message.nest(IFLA_LINKINFO, [&] { message.put(IFLA_INFO_KIND, "ifb"); });
  return message;
}

void read_queue(const nlmsghdr& message, std::uint32_t link, Queues& out) {
  const tcmsg& header = header_of(message);
  if (std::uint32_t(header.tcm_ifindex) != link) return;
  std::string_view kind;
  const nlattr* options = nullptr;
  for_each_attribute(message, sizeof(tcmsg), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == TCA_KIND) kind = text_of(attribute);
    if (mnl_attr_get_type(&attribute) == TCA_OPTIONS) options = &attribute;
  });
  if (kind == "ingress") out.ingress = true;
  if (kind == "tbf" && header.tcm_parent == TC_H_ROOT && options != nullptr) out.bucket = read_bucket(*options);
}

std::optional<std::uint32_t> read_redirect(const nlmsghdr& message, std::uint32_t link) {
  if (std::uint32_t(header_of(message).tcm_ifindex) != link) return std::nullopt;
  std::optional<std::uint32_t> out;
  std::string_view kind;
  for_each_attribute(message, sizeof(tcmsg), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == TCA_KIND) kind = text_of(attribute);
    if (mnl_attr_get_type(&attribute) != TCA_OPTIONS || kind != "u32") return;
    for_each_nested(attribute, [&](const nlattr& part) {
      if (mnl_attr_get_type(&part) == TCA_U32_ACT) out = read_mirred(part);
    });
  });
  return out;
}

}  // namespace causeway::adapters
