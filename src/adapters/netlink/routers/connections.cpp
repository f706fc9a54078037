#include "causeway/adapters/netlink/routers/connections.hpp"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>

#include "causeway/adapters/netlink/attributes.hpp"

namespace causeway::adapters {
namespace {

using domain::IpAddress;

struct Close {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

struct Ends {
  IpAddress source, destination;
};

/// One entry: how it looked when it began, how its answers look, and the first of both as the kernel wrote it.
struct Connection {
  Ends original, reply;
  std::vector<std::uint8_t> tuple;
};

Ends read_ends(const nlattr& tuple) {
  Ends ends;
  for_each_nested(tuple, [&](const nlattr& part) {
    if (mnl_attr_get_type(&part) != CTA_TUPLE_IP) return;
    for_each_nested(part, [&](const nlattr& address) {
      const auto value = IpAddress::from_bytes(payload(address));
      if (mnl_attr_get_type(&address) == CTA_IP_V4_SRC && value) ends.source = *value;
      if (mnl_attr_get_type(&address) == CTA_IP_V4_DST && value) ends.destination = *value;
    });
  });
  return ends;
}

Connection read_connection(const nlmsghdr& message) {
  Connection out;
  for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& attribute) {
    const auto type = mnl_attr_get_type(&attribute);
    if (type == CTA_TUPLE_REPLY) out.reply = read_ends(attribute);
    if (type != CTA_TUPLE_ORIG) return;
    out.original = read_ends(attribute);
    const auto bytes = payload(attribute);
    out.tuple.assign(bytes.begin(), bytes.end());
  });
  return out;
}

bool is_stale(const Connection& connection, const std::map<IpAddress, IpAddress>& inside_of,
              const std::vector<IpAddress>& hidden_behind) {
  const auto stands_for = [&](const IpAddress& outside, const IpAddress& inside) {
    const auto found = inside_of.find(outside);
    return found != inside_of.end() && found->second == inside;
  };
  const auto& [original, reply, tuple] = connection;
  if (original.destination != reply.source && !stands_for(original.destination, reply.source)) return true;
  return original.source != reply.destination && std::ranges::find(hidden_behind, reply.destination) == hidden_behind.end() &&
         !stands_for(reply.destination, original.source);
}

nlmsghdr* begin(std::span<char> buffer, std::uint16_t operation, std::uint16_t flags) {
  auto* message = mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = std::uint16_t((NFNL_SUBSYS_CTNETLINK << 8) | operation);
  message->nlmsg_flags = std::uint16_t(NLM_F_REQUEST | flags);
  auto* family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
  family->nfgen_family = AF_INET;
  family->version = NFNETLINK_V0;
  return message;
}

std::unexpected<Error> refused(const char* operation) {
  return failed(Code::unavailable, "links.refused", "Cannot {} the connections of a router: {}.", operation,
                std::strerror(errno));
}

}  // namespace

Result<void> forget_stale_connections(const domain::RouterNamespace& wanted) {
  std::map<IpAddress, IpAddress> inside_of;
  for (const auto& translation : wanted.translations) inside_of[translation.outside] = translation.inside;

  const std::unique_ptr<mnl_socket, Close> socket(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) return refused("look at");
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(mnl_socket_get_fd(socket.get()), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);

  std::array<char, 512> request{};
  const auto* list = begin(request, IPCTNL_MSG_CT_GET, NLM_F_DUMP);
  if (mnl_socket_sendto(socket.get(), list, list->nlmsg_len) < 0) return refused("list");
  std::vector<Connection> stale;
  const auto keep_stale = [&](const nlmsghdr& message) {
    auto connection = read_connection(message);
    if (is_stale(connection, inside_of, wanted.hidden_behind)) stale.push_back(std::move(connection));
  };
  std::vector<char> answer(64 * 1024);
  for (int more = MNL_CB_OK; more > MNL_CB_STOP;) {
    const auto size = mnl_socket_recvfrom(socket.get(), answer.data(), answer.size());
    if (size < 0) return refused("list");
    const auto each = [](const nlmsghdr* message, void* context) {
      (*static_cast<const decltype(keep_stale)*>(context))(*message);
      return MNL_CB_OK;
    };
    more = mnl_cb_run(answer.data(), std::size_t(size), 0, 0, each,
                      const_cast<void*>(static_cast<const void*>(&keep_stale)));
    if (more < 0) return refused("list");
  }
  for (const auto& connection : stale) {
    auto* message = begin(request, IPCTNL_MSG_CT_DELETE, NLM_F_ACK);
    mnl_attr_put(message, CTA_TUPLE_ORIG | NLA_F_NESTED, connection.tuple.size(), connection.tuple.data());
    if (mnl_socket_sendto(socket.get(), message, message->nlmsg_len) < 0) return refused("forget");
    // one that ended meanwhile is refused: it is what we wanted
    if (mnl_socket_recvfrom(socket.get(), answer.data(), answer.size()) < 0) return refused("forget");
  }
  return {};
}

}  // namespace causeway::adapters
