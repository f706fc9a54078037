#include "net_namespace.hpp"

#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/socket.hpp"

namespace causeway::testing {
namespace {

void in_thread(const std::function<void()>& function) {
  std::exception_ptr thrown;
  std::thread([&] {
    try {
      function();
    } catch (...) {
      thrown = std::current_exception();
    }
  }).join();
  if (thrown) std::rethrow_exception(thrown);
}

void need(bool good, const char* what) {
  if (!good) throw std::system_error(errno, std::generic_category(), what);
}

void apply(adapters::Message message, std::string_view link) {
  auto socket = adapters::NetlinkSocket::open();
  adapters::Batch batch;
  batch.add(message, "prepare");
  const auto done = socket ? socket->apply(batch, link) : Result<void>(std::unexpected(socket.error()));
  if (!done) throw std::runtime_error(done.error().message);
}

std::uint32_t index_of(std::string_view link) {
  const auto index = ::if_nametoindex(std::string(link).c_str());
  need(index != 0, "no such link");
  return index;
}

}  // namespace

NetNamespace::NetNamespace() {
  in_thread([&] {
    need(::unshare(CLONE_NEWNET) == 0, "cannot make a network namespace");
    fd_ = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    need(fd_ >= 0, "cannot open the network namespace");
  });
  set_up("lo");
}

NetNamespace::~NetNamespace() { ::close(fd_); }

void NetNamespace::enter(const std::function<void()>& function) const {
  in_thread([&] {
    need(::setns(fd_, CLONE_NEWNET) == 0, "cannot enter the network namespace");
    function();
  });
}

void NetNamespace::add_veth_to(const NetNamespace& other, std::string_view name_here,
                               std::string_view name_there) const {
  adapters::Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  message.put(IFLA_IFNAME, name_here);
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_KIND, "veth");
    message.nest(IFLA_INFO_DATA, [&] {
      message.nest(VETH_INFO_PEER, [&] {
        message.put_raw(ifinfomsg{});
        message.put(IFLA_IFNAME, name_there);
        message.put(IFLA_NET_NS_FD, std::uint32_t(other.fd()));
      });
    });
  });
  run([&] { apply(message, name_here); });
}

void NetNamespace::move_link_to(std::string_view name, const NetNamespace& other) const {
  run([&] {
    auto message = adapters::change_link(index_of(name));
    message.put(IFLA_NET_NS_FD, std::uint32_t(other.fd()));
    apply(message, name);
  });
}

void NetNamespace::rename_link(std::string_view from, std::string_view to) const {
  run([&] {
    const auto index = index_of(from);
    apply(adapters::set_up(index, false), from);
    auto message = adapters::change_link(index);
    message.put(IFLA_IFNAME, to);
    apply(message, from);
  });
}

void NetNamespace::add_address(std::string_view link, const domain::IpAddress& address, int prefix_length) const {
  run([&] {
    ifaddrmsg header{};
    header.ifa_family = address.is_v4() ? AF_INET : AF_INET6;
    header.ifa_prefixlen = std::uint8_t(prefix_length);
    header.ifa_flags = address.is_v6() ? IFA_F_NODAD : 0;
    header.ifa_index = index_of(link);
    adapters::Message message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, header);
    message.put(IFA_LOCAL, address.bytes());
    message.put(IFA_ADDRESS, address.bytes());
    apply(message, link);
  });
}

void NetNamespace::set_up(std::string_view link) const {
  run([&] { apply(adapters::set_up(index_of(link), true), link); });
}

void NetNamespace::add_route(const domain::IpAddress& network, int prefix_length, const domain::IpAddress& gateway) const {
  run([&] {
    rtmsg header{};
    header.rtm_family = network.is_v4() ? AF_INET : AF_INET6;
    header.rtm_dst_len = std::uint8_t(prefix_length);
    header.rtm_table = RT_TABLE_MAIN;
    header.rtm_protocol = RTPROT_STATIC;
    header.rtm_scope = RT_SCOPE_UNIVERSE;
    header.rtm_type = RTN_UNICAST;
    adapters::Message message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header);
    message.put(RTA_DST, network.bytes());
    message.put(RTA_GATEWAY, gateway.bytes());
    const auto name = network.to_string();
    apply(message, std::string_view(name));
  });
}

}  // namespace causeway::testing
