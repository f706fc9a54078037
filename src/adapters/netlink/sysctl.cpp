#include "causeway/adapters/netlink/sysctl.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Result<void> ensure_ipv6_setting(std::string_view link, std::string_view name, std::string_view value) {
  // absent where the kernel has no IPv6, or the link is too small for it: nothing to do then
  TRY([[maybe_unused]] const bool present, ensure_net_sysctl(fmt::format("ipv6/conf/{}/{}", link, name), value));
  return {};
}

}  // namespace

Result<bool> ensure_net_sysctl(std::string_view path, std::string_view value) {
  const auto refused = [&](int error) {
    return failed(error == EACCES || error == EPERM || error == EROFS ? Code::forbidden : Code::internal,
                  "links.refused", "Cannot set net/{} to {}: {}.", path, value, std::strerror(error));
  };
  const File file(fmt::format("/proc/sys/net/{}", path));
  if (file.fd() < 0) {
    if (errno == ENOENT) return false;
    return refused(errno);
  }
  std::array<char, 64> present{};
  const auto size = ::pread(file.fd(), present.data(), present.size(), 0);
  if (size < 0) return refused(errno);
  if (trim(std::string_view(present.data(), std::size_t(size))) == value) return true;
  if (::pwrite(file.fd(), value.data(), value.size(), 0) != ssize_t(value.size())) return refused(errno);
  return true;
}

Result<void> disable_ipv6(std::string_view link) { return ensure_ipv6_setting(link, "disable_ipv6", "1"); }

Result<void> disable_ipv6_addresses(std::string_view link) {
  return ensure_ipv6_setting(link, "addr_gen_mode", "1");  // IN6_ADDR_GEN_MODE_NONE
}

}  // namespace causeway::adapters
