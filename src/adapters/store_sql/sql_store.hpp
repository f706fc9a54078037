#pragma once

#include <memory>
#include <string>

#include "causeway/boundary/store.hpp"

namespace causeway::adapters {

struct SqlStoreOptions {
  std::string path;         ///< made (0600) when it does not exist; its folder must
  std::size_t readers = 4;  ///< read connections that are kept open between reads
};

/// A durable store in an SQLite file: one writer thread with group commit, reads on connections of their own,
/// checkpoints in the background. One process at a time.
///
/// Lifetime: destroy it after everything that reads, writes or holds a call of it. Thread-safe.
/// Failures of writes: the function's own error; unavailable "sql.full" or "sql.io" when the disk fails (nothing of the
/// job is kept, the store goes on and works again when the disk does); internal "store.reentrant" for a call from
/// inside a write. Failures of opening: unavailable "store.in_use", "store.open"; conflict "sql.schema_newer",
/// "sql.schema_changed".
Result<std::unique_ptr<boundary::Store>> open_sql_store(const SqlStoreOptions& options);

}  // namespace causeway::adapters
