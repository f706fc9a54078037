#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Bytes that are pulled, by one thread. `read` blocks; 0 is the end, an error ends them too.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual Result<std::size_t> read(std::span<char> into) = 0;
  /// All that will come, where it is known beforehand.
  virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
};

/// A part of a blob: from `first` on, `length` bytes or what there is.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t length = UINT64_MAX;
};

/// A blob while it is written, by one thread. Nobody sees it before `commit`; destroyed without, it leaves nothing
/// behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  /// unavailable "blobs.full" when there is no room; the writer is of no use then.
  virtual Result<void> append(std::string_view piece) = 0;
  /// Once, as the last call. Gives the blob its name, replacing one that has it; durable when it returns success.
  virtual Result<void> commit(const std::string& name) = 0;
};

/// Names are 1 to 64 lower-case letters, digits and hyphens, no hyphen first; others are invalid "blobs.bad_name".
inline Result<void> check_blob_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (!name.empty() && name.size() <= 64 && name.front() != '-' && std::all_of(name.begin(), name.end(), plain))
    return {};
  return failed(Code::invalid, "blobs.bad_name", "'{}' is not a name for data.", name);
}

/// Large opaque data under names (see check_blob_name, which implementations apply), made whole or not at all.
/// Thread-safe. Contract: tests/conformance/blobs.
class Blobs {
 public:
  virtual ~Blobs() = default;
  virtual Result<std::unique_ptr<BlobWriter>> begin() = 0;
  /// not_found "blobs.not_found". What was opened stays readable to its end, also when the blob is removed or replaced
  /// meanwhile. A range that begins behind the end is empty.
  virtual Result<std::unique_ptr<ByteSource>> open(const std::string& name, ByteRange range = {}) = 0;
  /// One that is not there is no error.
  virtual Result<void> remove(const std::string& name) = 0;
  /// The names of all committed blobs, in order.
  virtual Result<std::vector<std::string>> list() = 0;
  /// Removes what writers of a dead process left. Only before the first `begin` of this process. Returns how many.
  virtual Result<std::size_t> remove_unfinished() = 0;
};

}  // namespace causeway::boundary
