#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "causeway/boundary/commit_listeners.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::adapters {

class RecordTable;

/// A store that lives as long as the object, for tests and simulation. It keeps the whole contract but durability:
/// reads see one snapshot and wait for no write function that started after them (the table is copied when a read holds
/// it). Thread-safe; a read or write inside a write function is internal "store.reentrant".
///
/// It can be told to fail. A failing write runs its function and then loses its work, as a commit that fails does.
class MemoryStore final : public boundary::Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  Result<void> read(const std::function<Result<void>(boundary::Reader&)>& function) override;
  Result<void> write(const std::function<Result<void>(boundary::Writer&)>& function) override;
  const std::string& store_id() const override { return store_id_; }
  boundary::Revision revision() const override;
  std::shared_ptr<void> on_commit(std::function<void(boundary::Revision)> callback) override;

  void fail_next_writes(std::size_t n, Error error);
  void fail_next_reads(std::size_t n, Error error);

 private:
  struct Fault {
    std::size_t left = 0;
    Error error;
    std::optional<Error> take();
  };

  const std::string store_id_;
  boundary::CommitListeners listeners_;
  std::mutex writing_;                            ///< held through a whole write: writers are serialised
  std::atomic<std::thread::id> writer_thread_{};  ///< who holds it
  mutable std::mutex mutex_;  ///< guards what follows; held through a write function that changes in place
  std::shared_ptr<RecordTable> table_;
  std::atomic<boundary::Revision> newest_ = 0;
  std::mutex fault_mutex_;
  Fault write_fault_;
  Fault read_fault_;
};

}  // namespace causeway::adapters
