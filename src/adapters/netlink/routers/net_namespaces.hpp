#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::adapters {

/// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Network namespaces that have names: a folder with one mount for each, as `ip netns` keeps them. They outlive the
/// process, and are found again.
///
/// Not thread-safe. Needs CAP_SYS_ADMIN. The folder is made when it is missing; a name is one path element.
class NetNamespaces {
 public:
  explicit NetNamespaces(std::string folder) : folder_(std::move(folder)) {}

  /// Open, made when it is not there.
  Result<Descriptor> ensure(std::string_view name);
  /// Open; not_found when there is none.
  Result<Descriptor> open(std::string_view name) const;
  /// Of what is not there it succeeds. The kernel drops the links in it when nobody uses it any more.
  Result<void> remove(std::string_view name);
  Result<std::vector<std::string>> list(std::string_view prefix) const;

 private:
  std::string path(std::string_view name) const { return folder_ + "/" + std::string(name); }
  const std::string folder_;
};

/// Runs the function on a thread of its own that is in the namespace, and waits for it. Sockets that it opens stay there.
Result<void> in_namespace(int fd, const std::function<Result<void>()>& function);

}  // namespace causeway::adapters
