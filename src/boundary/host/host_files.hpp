#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Files that a host keeps for containers, to be mounted into them. `owner` is a uuid, `name` a plain file name.
///
/// Concurrency: thread-safe for different owners. unavailable "host_files.io" when the disk refuses.
class HostFiles {
 public:
  virtual ~HostFiles() = default;
  /// Writes it unless it exists, whole or not at all, and returns its absolute path. What a container wrote into its
  /// file stays, for as long as the container does.
  virtual Result<std::string> ensure(const std::string& owner, const std::string& name, std::string_view content) = 0;
  /// All of its files. Absent is a success.
  virtual Result<void> remove(const std::string& owner) = 0;
  virtual Result<std::vector<std::string>> owners() = 0;
};

}  // namespace causeway::boundary
