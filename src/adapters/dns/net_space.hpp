#pragma once

#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::adapters {

/// Owns a file descriptor; -1 = none.
class DnsFd {
 public:
  DnsFd() = default;
  explicit DnsFd(int fd) : fd_(fd) {}
  DnsFd(DnsFd&& other) noexcept;
  DnsFd& operator=(DnsFd&& other) noexcept;
  ~DnsFd();
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// A network namespace, held open by a file that stands for it.
class NetSpace {
 public:
  /// unavailable "dns.no_namespace".
  static Result<NetSpace> open(const std::string& path);
  /// Whether the path still stands for this namespace.
  bool is_at(const std::string& path) const;
  bool operator==(const NetSpace& other) const { return device_ == other.device_ && inode_ == other.inode_; }
  /// A UDP socket in this namespace, not blocking, bound to or connected with the address. The calling thread is in `home` before and
  /// after. unavailable "dns.no_socket", with what was refused.
  enum class Use { serve, ask };
  Result<DnsFd> udp_socket(const NetSpace& home, Use use, const domain::IpAddress& address, std::uint16_t port) const;

 private:
  DnsFd file_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace causeway::adapters
