#include "causeway/adapters/store_sql/store_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

std::unexpected<Error> refused(const std::string& path) {
  return failed(fail(Code::unavailable, "store.open", "The store's file cannot be opened.")
                    .while_("opening {}: {}", path, std::strerror(errno)));
}

Result<void> make_file(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (file.value < 0) return errno == EEXIST ? Result<void>() : refused(path);
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  const Descriptor folder{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (folder.value < 0 || ::fsync(folder.value) != 0) return refused(directory);
  return {};
}

}  // namespace

Result<StoreFile> StoreFile::open(const std::string& path) {
  const std::string lock_path = path + "-lock";
  StoreFile file(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (file.lock_ < 0) return refused(lock_path);
  if (::flock(file.lock_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return refused(lock_path);
    return failed(
        fail(Code::unavailable, "store.in_use", "Another process has the store open.").while_("opening {}", path));
  }
  TRY_VOID(make_file(path));
  return file;
}

StoreFile::StoreFile(StoreFile&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

StoreFile::~StoreFile() {
  if (lock_ >= 0) ::close(lock_);
}

Result<std::string> new_store_id() {
  std::string bytes(16, 0);
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return failed(
        fail(Code::internal, "store.random", "The kernel gives no random bytes.").while_("{}", std::strerror(errno)));
  }
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t hyphen : {8, 13, 18, 23}) text.insert(hyphen, 1, '-');
  return text;
}

}  // namespace causeway::adapters
