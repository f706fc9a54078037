#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "causeway/adapters/system/unique_fd.hpp"
#include "causeway/boundary/blobs.hpp"

namespace causeway::adapters {

/// Blobs as files of one directory, mode 0700: `<name>` when committed, `.tmp-<random>` while written. A commit is file
/// sync, rename, directory sync.
///
/// Lifetime: holds a lock on the directory from `open_directory` to its destruction, so that no second process sweeps
/// away what this one writes; writers and readers may outlive it. Concurrency: thread-safe, no lock of its own. Fails:
/// unavailable "blobs.full" (no room, quota), "blobs.io" (everything else of the disk), conflict "blobs.in_use".
class FileBlobs final : public boundary::Blobs {
 public:
  /// Makes the directory (not its parents) when it is missing.
  static Result<std::unique_ptr<FileBlobs>> open_directory(std::filesystem::path directory);

  Result<std::unique_ptr<boundary::BlobWriter>> begin() override;
  Result<std::unique_ptr<boundary::ByteSource>> open(const std::string& name, boundary::ByteRange range) override;
  Result<void> remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Result<std::size_t> remove_unfinished() override;

 private:
  FileBlobs(std::filesystem::path directory, std::shared_ptr<const UniqueFd> handle);
  Result<std::vector<std::string>> entries() const;

  std::filesystem::path directory_;
  std::shared_ptr<const UniqueFd> handle_;  ///< of the directory; paths are relative to it
};

}  // namespace causeway::adapters
