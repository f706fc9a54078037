#include "causeway/http/server/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

namespace causeway::http {
namespace {

constexpr int backlog = 1024;

std::unexpected<Error> refused(const std::string& where, const char* step) {
  return failed(Code::unavailable, "http.listen", "Cannot listen on {}: {}: {}.", where, step, std::strerror(errno));
}

Result<Fd> open_tcp(const Listen& where, const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = getaddrinfo(where.address.c_str(), std::to_string(where.port).c_str(), &hints, &found);
  if (failure != 0)
    return failed(Code::unavailable, "http.listen", "Cannot listen on {}: {}.", name, gai_strerror(failure));
  Fd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int on = 1;
  if (fd) setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool bound = fd && ::bind(fd.get(), found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  if (!bound) return refused(name, "bind");
  return fd;
}

/// A socket file that nobody answers on is left over from a process that died.
Result<void> remove_stale(const sockaddr_un& address, const std::string& name) {
  struct stat status{};
  if (::lstat(address.sun_path, &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode))
    return failed(Code::unavailable, "http.listen", "Cannot listen on {}: it is not a socket.", name);
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (probe && ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return failed(Code::unavailable, "http.listen", "Cannot listen on {}: another process does.", name);
  }
  if (::unlink(address.sun_path) != 0) return refused(name, "unlink");
  return {};
}

Result<Fd> open_unix(const Listen& where, const std::string& name) {
  constexpr mode_t owner_and_group = 0660;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (where.unix_path.size() >= sizeof address.sun_path) {
    return failed(Code::unavailable, "http.listen", "Cannot listen on {}: the path is too long.", name);
  }
  std::memcpy(address.sun_path, where.unix_path.data(), where.unix_path.size());
  TRY_VOID(remove_stale(address, name));
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return refused(name, "socket");
  // before bind, which makes the file with the socket's own mode: nobody may connect in between
  ::fchmod(fd.get(), owner_and_group);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return refused(name, "bind");
  if (::chmod(address.sun_path, owner_and_group) != 0) return refused(name, "chmod");
  return fd;
}

Result<Fd> adopt(int inherited, const std::string& name) {
  Fd fd(::fcntl(inherited, F_DUPFD_CLOEXEC, 3));
  if (!fd) return refused(name, "dup");
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) return refused(name, "fcntl");
  return fd;
}

std::string name_of(const Listen& where) {
  if (where.inherited_fd >= 0) return fmt::format("inherited socket {}", where.inherited_fd);
  if (!where.unix_path.empty()) return where.unix_path;
  return fmt::format("{}:{}", where.address, where.port);
}

}  // namespace

Result<ListeningSocket> ListeningSocket::open(const Listen& where) {
  const std::string name = name_of(where);
  TRY(Fd fd, where.inherited_fd >= 0    ? adopt(where.inherited_fd, name)
             : !where.unix_path.empty() ? open_unix(where, name)
                                        : open_tcp(where, name));
  if (::listen(fd.get(), backlog) != 0) return refused(name, "listen");
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return refused(name, "getsockname");
  ListeningSocket made{std::move(fd), address.ss_family, 0};
  if (address.ss_family == AF_INET) made.port = ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) made.port = ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return made;
}

std::string describe_address(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(v4.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return fmt::format("[{}]:{}", text, ntohs(v6.sin6_port));
  }
  return "unix";
}

}  // namespace causeway::http
