#include "causeway/adapters/system/file_host_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "causeway/adapters/system/unique_fd.hpp"

namespace causeway::adapters {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> io_failed(std::string_view doing, const fs::path& path, int number) {
  return failed(fail(Code::unavailable, "host_files.io", "A file of the container could not be stored on its host.")
                    .while_("{} {}: {}", doing, path.string(), std::generic_category().message(number)));
}

Result<void> write_all(const fs::path& path, std::string_view content) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || ::fchmod(file.get(), 0644) != 0) return io_failed("making", path, errno);
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_failed("writing", path, errno);
    content.remove_prefix(std::size_t(written));
  }
  if (::fsync(file.get()) != 0) return io_failed("syncing", path, errno);
  return {};
}

/// Owners and names become parts of a path.
bool is_plain(std::string_view name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

}  // namespace

Result<std::string> FileHostFiles::ensure(const std::string& owner, const std::string& name, std::string_view content) {
  if (!is_plain(owner) || !is_plain(name)) return failed(Code::internal, "host_files.bad_name", "A file has a bad name.");
  const fs::path target = fs::absolute(directory_) / owner / name;
  std::error_code error;
  fs::create_directories(target.parent_path(), error);
  if (error) return io_failed("making the directory of", target, error.value());
  if (fs::exists(target, error)) return target.string();
  const fs::path temporary = target.parent_path() / (".tmp-" + name);
  TRY_VOID(write_all(temporary, content));
  if (::rename(temporary.c_str(), target.c_str()) != 0) return io_failed("naming", target, errno);
  return target.string();
}

Result<void> FileHostFiles::remove(const std::string& owner) {
  if (!is_plain(owner)) return {};
  std::error_code error;
  fs::remove_all(directory_ / owner, error);
  if (error) return io_failed("removing", directory_ / owner, error.value());
  return {};
}

Result<std::vector<std::string>> FileHostFiles::owners() {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(directory_, error), end; !error && at != end; at.increment(error)) out.push_back(at->path().filename().string());
  if (error && error != std::errc::no_such_file_or_directory) return io_failed("listing", directory_, error.value());
  return out;
}

}  // namespace causeway::adapters
