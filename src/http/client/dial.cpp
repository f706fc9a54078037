#include "causeway/http/client/dial.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace causeway::http {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

std::unexpected<Error> cannot_connect(const Endpoint& endpoint, std::string_view why) {
  return failed(Code::unavailable, "http.connect", "Cannot connect to {}: {}.", endpoint.describe(), why);
}

Result<Fd> connect_to(const Endpoint& endpoint, const sockaddr* address, socklen_t size, const Patience& patience) {
  Fd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return cannot_connect(endpoint, std::strerror(errno));
  if (::connect(fd.get(), address, size) == 0) return fd;
  if (errno != EINPROGRESS) return cannot_connect(endpoint, std::strerror(errno));
  TRY_VOID(patience.wait(fd.get(), POLLOUT, connect_time));
  int failure = 0;
  socklen_t failure_size = sizeof failure;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failure, &failure_size);
  if (failure != 0) return cannot_connect(endpoint, std::strerror(failure));
  return fd;
}

}  // namespace

Result<Fd> dial_tcp(const Endpoint& endpoint, const Patience& patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (failure != 0) return cannot_connect(endpoint, gai_strerror(failure));
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  Result<Fd> fd = cannot_connect(endpoint, "the host has no address");
  for (const addrinfo* item = found; item != nullptr && !fd; item = item->ai_next) {
    TRY_VOID(patience.check());
    fd = connect_to(endpoint, item->ai_addr, item->ai_addrlen, patience);
    if (!fd && fd.error().code == Code::cancelled) return fd;
  }
  if (!fd) return fd;
  const int on = 1;
  ::setsockopt(fd->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  keep_alive(fd->get());
  return fd;
}

Result<Fd> dial_unix(const Endpoint& endpoint, const Patience& patience) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (endpoint.unix_path.size() >= sizeof address.sun_path) return cannot_connect(endpoint, "the path is too long");
  std::memcpy(address.sun_path, endpoint.unix_path.data(), endpoint.unix_path.size());
  TRY_VOID(patience.check());
  return connect_to(endpoint, reinterpret_cast<const sockaddr*>(&address), sizeof address, patience);
}

}  // namespace causeway::http
