#include "causeway/adapters/dns/net_space.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "causeway/base/log.hpp"

namespace causeway::adapters {
namespace {

std::unexpected<Error> refused(const char* what) {
  return failed(Code::unavailable, "dns.no_socket", "{}: {}", what, std::strerror(errno));
}

socklen_t fill(sockaddr_storage& out, const domain::IpAddress& address, std::uint16_t port) {
  std::memset(&out, 0, sizeof out);
  if (address.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(out);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes().data(), sizeof v4.sin_addr);
    return sizeof v4;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, address.bytes().data(), sizeof v6.sin6_addr);
  return sizeof v6;
}

Result<DnsFd> make_socket(NetSpace::Use use, const domain::IpAddress& address, std::uint16_t port) {
  DnsFd socket(::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return refused("socket");
  sockaddr_storage storage;
  const auto length = fill(storage, address, port);
  if (use == NetSpace::Use::ask) {
    if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return refused("connect");
    return socket;
  }
  // a container may be a name server itself, on all its addresses: as far as the kernel lets us, it may
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return refused("bind");
  return socket;
}

}  // namespace

DnsFd::DnsFd(DnsFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
DnsFd& DnsFd::operator=(DnsFd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
DnsFd::~DnsFd() {
  if (fd_ >= 0) ::close(fd_);
}

Result<NetSpace> NetSpace::open(const std::string& path) {
  NetSpace out;
  out.file_ = DnsFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!out.file_ || ::fstat(out.file_.get(), &status) != 0) {
    return failed(Code::unavailable, "dns.no_namespace", "{}: {}", path, std::strerror(errno));
  }
  out.device_ = status.st_dev;
  out.inode_ = status.st_ino;
  return out;
}

bool NetSpace::is_at(const std::string& path) const {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

Result<DnsFd> NetSpace::udp_socket(const NetSpace& home, Use use, const domain::IpAddress& address, std::uint16_t port) const {
  const bool away = !(*this == home);
  if (away && ::setns(file_.get(), CLONE_NEWNET) != 0) return refused("setns");
  auto made = make_socket(use, address, port);
  if (away && ::setns(home.file_.get(), CLONE_NEWNET) != 0) {
    // every socket of this thread would be a tenant's from here on
    log::error("cannot return from a container's network namespace: {}", std::strerror(errno));
    std::abort();
  }
  return made;
}

}  // namespace causeway::adapters
