#include "causeway/adapters/system/file_blobs.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace causeway::adapters {
namespace {

constexpr std::string_view temporary_prefix = ".tmp-";

/// The error of the call that has just failed.
std::unexpected<Error> io_failed(std::string_view doing, const std::filesystem::path& path) {
  const int number = errno;
  auto error = number == ENOSPC || number == EDQUOT || number == EFBIG
                   ? fail(Code::unavailable, "blobs.full", "There is no room left to store the data.")
                   : fail(Code::unavailable, "blobs.io", "The data could not be stored or read.");
  return failed(std::move(error).while_("{} {}: {}", doing, path.string(), std::generic_category().message(number)));
}

class FileReader final : public boundary::ByteSource {
 public:
  FileReader(UniqueFd file, std::filesystem::path path, std::uint64_t first, std::uint64_t length)
      : file_(std::move(file)), path_(std::move(path)), position_(first), left_(length) {}

  Result<std::size_t> read(std::span<char> into) override {
    const auto want = std::size_t(std::min<std::uint64_t>(into.size(), left_));
    ssize_t got = 0;
    do {
      got = ::pread(file_.get(), into.data(), want, off_t(position_));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return io_failed("reading", path_);
    position_ += std::uint64_t(got);
    left_ -= std::uint64_t(got);
    return std::size_t(got);
  }
  std::optional<std::uint64_t> length() const override { return left_; }

 private:
  UniqueFd file_;
  std::filesystem::path path_;
  std::uint64_t position_;
  std::uint64_t left_;
};

class FileWriter final : public boundary::BlobWriter {
 public:
  FileWriter(UniqueFd file, std::filesystem::path temporary, std::shared_ptr<const UniqueFd> directory)
      : file_(std::move(file)), temporary_(std::move(temporary)), directory_(std::move(directory)) {}
  ~FileWriter() override {
    if (!committed_) ::unlink(temporary_.c_str());
  }
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  Result<void> append(std::string_view piece) override {
    while (!piece.empty()) {
      const ssize_t written = ::write(file_.get(), piece.data(), piece.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return io_failed("writing", temporary_);
      piece.remove_prefix(std::size_t(written));
    }
    return {};
  }

  Result<void> commit(const std::string& name) override {
    TRY_VOID(boundary::check_blob_name(name));
    const auto target = temporary_.parent_path() / name;
    if (::fsync(file_.get()) != 0) return io_failed("syncing", temporary_);
    if (::rename(temporary_.c_str(), target.c_str()) != 0) return io_failed("naming", target);
    committed_ = true;
    if (::fsync(directory_->get()) != 0) return io_failed("syncing the directory of", target);
    return {};
  }

 private:
  UniqueFd file_;
  std::filesystem::path temporary_;
  std::shared_ptr<const UniqueFd> directory_;
  bool committed_ = false;
};

}  // namespace

Result<std::unique_ptr<FileBlobs>> FileBlobs::open_directory(std::filesystem::path directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return io_failed("making", directory);
  auto handle = std::make_shared<const UniqueFd>(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!*handle) return io_failed("opening", directory);
  if (::flock(handle->get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_failed("locking", directory);
    return failed(Code::conflict, "blobs.in_use", "Another process uses the directory {}.", directory.string());
  }
  // it may have been there before, made by somebody with a wider mask
  if (::fchmod(handle->get(), 0700) != 0) return io_failed("closing to others", directory);
  return std::unique_ptr<FileBlobs>(new FileBlobs(std::move(directory), std::move(handle)));
}

FileBlobs::FileBlobs(std::filesystem::path directory, std::shared_ptr<const UniqueFd> handle)
    : directory_(std::move(directory)), handle_(std::move(handle)) {}

Result<std::unique_ptr<boundary::BlobWriter>> FileBlobs::begin() {
  std::string path = (directory_ / (std::string(temporary_prefix) + "XXXXXX")).string();
  UniqueFd file(::mkostemp(path.data(), O_CLOEXEC));
  if (!file) return io_failed("making", path);
  return std::make_unique<FileWriter>(std::move(file), path, handle_);
}

Result<std::unique_ptr<boundary::ByteSource>> FileBlobs::open(const std::string& name, boundary::ByteRange range) {
  TRY_VOID(boundary::check_blob_name(name));
  auto path = directory_ / name;
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT)
    return failed(Code::not_found, "blobs.not_found", "The data '{}' could not be found.", name);
  if (!file) return io_failed("opening", path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return io_failed("looking at", path);
  const auto size = std::uint64_t(status.st_size);
  const auto first = std::min(range.first, size);
  const auto length = std::min(range.length, size - first);
  return std::make_unique<FileReader>(std::move(file), std::move(path), first, length);
}

Result<void> FileBlobs::remove(const std::string& name) {
  TRY_VOID(boundary::check_blob_name(name));
  const auto path = directory_ / name;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_failed("removing", path);
  return {};
}

Result<std::vector<std::string>> FileBlobs::entries() const {
  struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
  };
  const std::unique_ptr<DIR, CloseDir> dir(::opendir(directory_.c_str()));
  if (!dir) return io_failed("listing", directory_);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(dir.get())) names.emplace_back(entry->d_name);
  if (errno != 0) return io_failed("listing", directory_);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::vector<std::string>> FileBlobs::list() {
  TRY(auto names, entries());
  std::erase_if(names, [](const std::string& name) { return !boundary::check_blob_name(name); });
  return names;
}

Result<std::size_t> FileBlobs::remove_unfinished() {
  TRY(const auto names, entries());
  std::size_t removed = 0;
  for (const auto& name : names) {
    if (!name.starts_with(temporary_prefix)) continue;
    const auto path = directory_ / name;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_failed("removing", path);
    ++removed;
  }
  return removed;
}

}  // namespace causeway::adapters
