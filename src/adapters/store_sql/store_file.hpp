#pragma once

#include <string>

#include "causeway/base/result.hpp"

namespace causeway::adapters {

/// Holds a store's file for this process: revisions are counted in memory, so that a second process on the same file
/// would count them twice. The lock (on "<path>-lock", since closing any descriptor of the database itself would drop
/// SQLite's own locks) ends with the object or the process.
class StoreFile {
 public:
  /// Makes the file (0600, its directory entry on the disk) where there is none. unavailable "store.in_use" when
  /// another process or store has it, unavailable "store.open" when the file system refuses.
  static Result<StoreFile> open(const std::string& path);
  ~StoreFile();
  StoreFile(StoreFile&& other) noexcept;
  StoreFile& operator=(StoreFile&&) = delete;

 private:
  explicit StoreFile(int lock) : lock_(lock) {}
  int lock_;
};

/// 16 bytes of the kernel's randomness as a version 4 UUID.
Result<std::string> new_store_id();

}  // namespace causeway::adapters
