#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "causeway/boundary/blobs.hpp"

namespace causeway::adapters {

/// Blobs in memory. Thread-safe; writers must not outlive it, readers may. With `set_capacity` the disk is full at that
/// many bytes, those of unfinished writers included.
class MemoryBlobs final : public boundary::Blobs {
 public:
  Result<std::unique_ptr<boundary::BlobWriter>> begin() override;
  Result<std::unique_ptr<boundary::ByteSource>> open(const std::string& name, boundary::ByteRange range) override;
  Result<void> remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;
  Result<std::size_t> remove_unfinished() override;

  void set_capacity(std::uint64_t bytes);
  /// Writers that neither committed nor went away.
  std::size_t unfinished() const;

 private:
  class Writer;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::string>> blobs_;
  std::uint64_t capacity_ = UINT64_MAX;
  std::uint64_t used_ = 0;
  std::size_t unfinished_ = 0;
};

}  // namespace causeway::adapters
