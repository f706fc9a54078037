#include "causeway/adapters/netlink/routers/net_namespaces.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

namespace causeway::adapters {
namespace {

std::unexpected<Error> refused(int error, std::string_view operation, std::string_view name) {
  const auto code = error == EPERM || error == EACCES ? Code::forbidden : Code::internal;
  return failed(code, "links.refused", "Cannot {} the network namespace {}: {}.", operation, name, std::strerror(error));
}

/// A mount of a namespace can be entered; the file below it, that a crash left, cannot.
bool is_namespace(int fd) {
  Result<void> entered;
  std::thread([&] {
    if (::setns(fd, CLONE_NEWNET) != 0) entered = refused(errno, "enter", "");
  }).join();
  return entered.has_value();
}

Result<void> on_thread(const std::function<Result<void>()>& function) {
  Result<void> outcome;
  std::thread([&] { outcome = function(); }).join();
  return outcome;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<Descriptor> NetNamespaces::open(std::string_view name) const {
  Descriptor fd(::open(path(name).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) {
    return errno == ENOENT ? failed(Code::not_found, "links.no_namespace", "There is no network namespace {}.", name)
                           : refused(errno, "open", name);
  }
  if (!is_namespace(fd.get())) {
    return failed(Code::not_found, "links.no_namespace", "There is no network namespace {}.", name);
  }
  return fd;
}

Result<Descriptor> NetNamespaces::ensure(std::string_view name) {
  auto present = open(name);
  if (present || present.error().code != Code::not_found) return present;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return refused(error.value(), "make the folder of", name);
  const auto place = path(name);
  { const Descriptor file(::open(place.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0444)); }
  TRY_VOID(on_thread([&]() -> Result<void> {
    if (::unshare(CLONE_NEWNET) != 0) return refused(errno, "make", name);
    if (::mount("/proc/thread-self/ns/net", place.c_str(), nullptr, MS_BIND, nullptr) != 0)
      return refused(errno, "keep", name);
    return {};
  }));
  return open(name);
}

Result<void> NetNamespaces::remove(std::string_view name) {
  const auto place = path(name);
  // more than one, where two processes made it at once
  while (::umount2(place.c_str(), MNT_DETACH) == 0) {
  }
  if (errno != EINVAL && errno != ENOENT) return refused(errno, "remove", name);
  if (::unlink(place.c_str()) != 0 && errno != ENOENT) return refused(errno, "remove", name);
  return {};
}

Result<std::vector<std::string>> NetNamespaces::list(std::string_view prefix) const {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    auto name = entry.path().filename().string();
    if (name.starts_with(prefix)) out.push_back(std::move(name));
  }
  if (error && error != std::errc::no_such_file_or_directory) return refused(error.value(), "list", folder_);
  std::ranges::sort(out);
  return out;
}

Result<void> in_namespace(int fd, const std::function<Result<void>()>& function) {
  return on_thread([&]() -> Result<void> {
    if (::setns(fd, CLONE_NEWNET) != 0) return refused(errno, "enter", "of a router");
    return function();
  });
}

}  // namespace causeway::adapters
