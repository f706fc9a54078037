#include "causeway/adapters/netlink/socket.hpp"

#include <linux/rtnetlink.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "causeway/adapters/netlink/attributes.hpp"

namespace causeway::adapters {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;
/// Acknowledgements of one part must fit into the socket's receive buffer (212 kB by default, about 1 kB charged for
/// each).
constexpr std::size_t messages_at_once = 80;
constexpr int dump_attempts = 8;

Code code_of(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
      return Code::forbidden;
    case ENODEV:
    case ENOENT:
    case ESRCH:
      return Code::not_found;
    case EEXIST:
    case EBUSY:
    case EADDRINUSE:
      return Code::conflict;
    case EINVAL:
    case ERANGE:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
      return Code::invalid;
    case ENOSPC:
    case EMFILE:
    case ENFILE:
      return Code::exhausted;
    case ENOMEM:
    case ENOBUFS:
    case EAGAIN:
    case EINTR:
      return Code::unavailable;
    default:
      return Code::internal;
  }
}

std::unexpected<Error> refused(int error, std::string_view operation, std::string_view subject,
                               std::string_view detail = "") {
  return failed(code_of(error), "links.refused", "Cannot {} {}: {}{}{}.", operation, subject, std::strerror(error),
                detail.empty() ? "" : "; ", detail);
}

/// The kernel's own words about a refusal (NLMSGERR_ATTR_MSG), "" when it has none.
std::string explanation(const nlmsghdr& message) {
  if ((message.nlmsg_flags & NLM_F_ACK_TLVS) == 0) return "";
  std::string text;
  for_each_attribute(message, sizeof(nlmsgerr), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == NLMSGERR_ATTR_MSG) text = mnl_attr_get_str(&attribute);
  });
  while (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

int errno_of(const nlmsghdr& message) { return -static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message))->error; }

template <class Each>
void for_each_message(std::span<const std::byte> bytes, Each each) {
  int left = int(bytes.size());
  const auto* message = reinterpret_cast<const nlmsghdr*>(bytes.data());
  while (mnl_nlmsg_ok(message, left)) {
    each(*message);
    message = mnl_nlmsg_next(message, &left);
  }
}

}  // namespace

void NetlinkSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

NetlinkSocket::NetlinkSocket(mnl_socket* socket)
    : socket_(socket), buffer_(std::make_unique<std::byte[]>(buffer_size)) {}

Result<NetlinkSocket> NetlinkSocket::open() {
  auto* raw = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
  if (raw == nullptr) return refused(errno, "open", "a netlink socket");
  NetlinkSocket socket(raw);
  if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) != 0) return refused(errno, "bind", "a netlink socket");
  int on = 1;
  // answers without an echo of the request, with an explanation; dumps filtered by the kernel
  for (const int option : {NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK}) {
    if (mnl_socket_setsockopt(raw, option, &on, sizeof on) != 0) return refused(errno, "configure", "a netlink socket");
  }
  // the kernel answers at once; should an answer ever be missing, the caller is not to hang
  timeval limit{.tv_sec = 10, .tv_usec = 0};
  if (::setsockopt(mnl_socket_get_fd(raw), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) {
    return refused(errno, "configure", "a netlink socket");
  }
  return socket;
}

Result<void> NetlinkSocket::send(std::span<const std::byte> bytes, std::string_view subject) {
  if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) < 0)
    return refused(errno, "send a request about", subject);
  return {};
}

Result<std::span<const std::byte>> NetlinkSocket::receive(std::string_view subject) {
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer_.get(), buffer_size);
    if (size >= 0) return std::span<const std::byte>(buffer_.get(), std::size_t(size));
    if (errno != EINTR) return refused(errno, "read the answer about", subject);
  }
}

Result<void> NetlinkSocket::apply(Batch& batch, std::string_view subject) {
  std::optional<Error> first_error;
  for (std::size_t first = 0; first < batch.size(); first += messages_at_once) {
    auto done = apply_part(batch, first, std::min(first + messages_at_once, batch.size()), subject);
    if (!done && !first_error) first_error = std::move(done).error();
  }
  if (first_error) return failed(*std::move(first_error));
  return {};
}

Result<void> NetlinkSocket::apply_part(Batch& batch, std::size_t first, std::size_t last, std::string_view subject) {
  const auto steps = batch.steps();
  const std::uint32_t base = sequence_ + 1;
  for (std::size_t i = first; i < last; ++i) {
    reinterpret_cast<nlmsghdr*>(batch.bytes().data() + steps[i].offset)->nlmsg_seq = ++sequence_;
  }
  const std::size_t end = last < steps.size() ? steps[last].offset : batch.bytes().size();
  TRY_VOID(send(batch.bytes().subspan(steps[first].offset, end - steps[first].offset), subject));
  std::optional<Error> first_error;
  for (std::size_t missing = last - first; missing > 0;) {
    TRY(const auto bytes, receive(subject));
    for_each_message(bytes, [&](const nlmsghdr& message) {
      const std::uint32_t index = message.nlmsg_seq - base;
      // an answer to an earlier call that failed half-way
      if (message.nlmsg_type != NLMSG_ERROR || index >= last - first) return;
      --missing;
      const int error = errno_of(message);
      const auto& step = steps[first + index];
      if (error == 0 || error == step.tolerated || first_error) return;
      first_error = refused(error, step.operation, subject, explanation(message)).error();
    });
  }
  if (first_error) return failed(*std::move(first_error));
  return {};
}

Result<void> NetlinkSocket::dump(Message request, std::string_view subject, const std::function<void()>& restart,
                                 const std::function<void(const nlmsghdr&)>& each) {
  request.header().nlmsg_flags |= NLM_F_DUMP;
  for (int attempt = 0; attempt < dump_attempts; ++attempt) {
    restart();
    request.header().nlmsg_seq = ++sequence_;
    TRY_VOID(send(request.bytes(), subject));
    TRY(const bool consistent, read_dump(sequence_, subject, each));
    if (consistent) return {};
  }
  return failed(Code::unavailable, "links.refused", "Cannot list {}: it changes all the time.", subject);
}

Result<bool> NetlinkSocket::read_dump(std::uint32_t sequence, std::string_view subject,
                                      const std::function<void(const nlmsghdr&)>& each) {
  bool consistent = true;
  bool done = false;
  int error = 0;
  std::string detail;
  while (!done) {
    TRY(const auto bytes, receive(subject));
    for_each_message(bytes, [&](const nlmsghdr& message) {
      if (message.nlmsg_seq != sequence) return;
      if ((message.nlmsg_flags & NLM_F_DUMP_INTR) != 0) consistent = false;
      if (message.nlmsg_type == NLMSG_DONE || message.nlmsg_type == NLMSG_ERROR) {
        // both begin with an errno
        error = mnl_nlmsg_get_payload_len(&message) >= sizeof(int) ? errno_of(message) : 0;
        if (message.nlmsg_type == NLMSG_ERROR) detail = explanation(message);
        done = true;
      } else {
        each(message);
      }
    });
  }
  if (error != 0) return refused(error, "list", subject, detail);
  return consistent;
}

Result<bool> NetlinkSocket::get(Message request, std::string_view subject,
                                const std::function<void(const nlmsghdr&)>& answer) {
  request.header().nlmsg_flags |= NLM_F_ACK;
  request.header().nlmsg_seq = ++sequence_;
  TRY_VOID(send(request.bytes(), subject));
  std::optional<int> error;
  std::string detail;
  while (!error) {
    TRY(const auto bytes, receive(subject));
    for_each_message(bytes, [&](const nlmsghdr& message) {
      if (message.nlmsg_seq != sequence_) return;
      if (message.nlmsg_type == NLMSG_ERROR) {
        error = errno_of(message);
        detail = explanation(message);
      } else {
        answer(message);
      }
    });
  }
  if (*error == ENODEV) return false;
  if (*error != 0) return refused(*error, "look up", subject, detail);
  return true;
}

}  // namespace causeway::adapters
