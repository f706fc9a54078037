#include "causeway/adapters/memory/memory_store.hpp"

#include <sys/random.h>

#include <stdexcept>

#include "causeway/adapters/memory/record_table.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {

using boundary::Change;
using boundary::Index;
using boundary::Record;
using boundary::Revision;
using boundary::Select;

namespace {

std::string random_store_id() {
  std::string bytes(16, 0);
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("getrandom failed");
  return "memory-" + to_hex(bytes);
}

/// The reading half of both faces of a table.
template <class Base>
class TableReader : public Base {
 public:
  explicit TableReader(const RecordTable& table) : table_(table) {}
  Result<std::optional<Record>> find(std::string_view kind, std::string_view id) override {
    return table_.find(kind, id);
  }
  Result<std::vector<Record>> list(const Select& select) override { return table_.list(select); }
  Result<std::size_t> count(const Select& select) override { return table_.count(select); }
  Result<std::vector<Change>> changes(Revision after, std::size_t limit) override {
    return table_.changes(after, limit);
  }
  Result<Revision> revision() override { return table_.revision(); }
  Result<Revision> oldest_complete() override { return table_.oldest_complete(); }

 private:
  const RecordTable& table_;
};

/// Changes the table at once and undoes it at the end, unless it was kept.
class TableWriter final : public TableReader<boundary::Writer> {
 public:
  explicit TableWriter(RecordTable& table)
      : TableReader(table),
        table_(table),
        revision_before_(table.revision()),
        oldest_before_(table.oldest_complete()) {}
  ~TableWriter() override {
    if (kept_) return;
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) table_.restore(step->first, step->second);
    table_.set_revision(revision_before_);
    table_.set_oldest_complete(oldest_before_);
  }
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;
  void keep() { kept_ = true; }

  Result<Revision> put(std::string_view kind, std::string_view id, const Json& body,
                       const std::vector<Index>& indexes) override {
    // through text, as on a disk: what could not be read back is refused, what would change on the way has changed
    auto stored = parse_json(to_text(body));
    if (!stored) {
      return failed(fail(Code::invalid, "store.bad_body", "The {} cannot be stored.", kind)
                        .while_("{}", stored.error().describe()));
    }
    TRY_VOID(check(kind, id, indexes));
    const RecordTable::Key key{kind, id};
    undo_.emplace_back(key, table_.entry(key));
    return table_.append({{{key.first, key.second, 0, *std::move(stored)}, false}, indexes});
  }

  Result<bool> reindex(std::string_view kind, std::string_view id, const std::vector<Index>& indexes) override {
    const RecordTable::Key key{kind, id};
    const auto former = table_.entry(key);
    if (!former || former->change.erased || former->indexes == indexes) return false;
    TRY_VOID(check(kind, id, indexes));
    undo_.emplace_back(key, former);
    table_.restore(key, std::make_shared<const RecordTable::Entry>(former->change, indexes));
    return true;
  }

  Result<bool> erase(std::string_view kind, std::string_view id) override {
    const RecordTable::Key key{kind, id};
    const auto former = table_.entry(key);
    if (!former || former->change.erased) return false;
    undo_.emplace_back(key, former);
    table_.append({{former->change.record, true}, {}});
    return true;
  }

  Result<void> drop_tombstones(Revision up_to) override {
    up_to = std::min(up_to, table_.revision());  // cursors beyond the newest revision do not exist
    if (up_to <= table_.oldest_complete()) return {};
    for (const auto& change : table_.changes(0, SIZE_MAX)) {
      if (change.record.revision > up_to) break;
      if (!change.erased) continue;
      const RecordTable::Key key{change.record.kind, change.record.id};
      undo_.emplace_back(key, table_.entry(key));
      table_.restore(key, nullptr);
    }
    table_.set_oldest_complete(up_to);
    return {};
  }

 private:
  Result<void> check(std::string_view kind, std::string_view id, const std::vector<Index>& indexes) const {
    for (const auto& index : indexes) {
      if (!is_valid_utf8(index.name) || !is_valid_utf8(index.value)) {
        return failed(Code::invalid, "store.bad_body", "The {} has an index entry that cannot be stored.", kind);
      }
      const auto holder = index.unique ? table_.holder(kind, index) : std::nullopt;
      if (holder && *holder != id) {
        return failed(
            fail(Code::conflict, "store.unique", "Another {} has the same {}.", kind, index.name).at(index.name));
      }
    }
    return {};
  }

  RecordTable& table_;
  const Revision revision_before_;
  const Revision oldest_before_;
  std::vector<std::pair<RecordTable::Key, RecordTable::EntryPtr>> undo_;
  bool kept_ = false;
};

/// Says whose write is under way, also when the function throws.
struct WriterMark {
  std::atomic<std::thread::id>& thread;
  explicit WriterMark(std::atomic<std::thread::id>& t) : thread(t) { thread = std::this_thread::get_id(); }
  ~WriterMark() { thread = std::thread::id(); }
};

/// A read's hold of the table, given up under the lock: a writer that sees that nobody holds it has also seen the end
/// of all that was done with it.
struct Snapshot {
  std::mutex& mutex;
  std::shared_ptr<const RecordTable> table;
  ~Snapshot() {
    std::lock_guard lock(mutex);
    table.reset();
  }
};

std::unexpected<Error> reentrant() {
  return failed(Code::internal, "store.reentrant", "A write function may not call the store.");
}

}  // namespace

std::optional<Error> MemoryStore::Fault::take() {
  if (left == 0) return std::nullopt;
  --left;
  return error;
}

MemoryStore::MemoryStore() : store_id_(random_store_id()), table_(std::make_shared<RecordTable>()) {}
MemoryStore::~MemoryStore() = default;

Revision MemoryStore::revision() const { return newest_; }

std::shared_ptr<void> MemoryStore::on_commit(std::function<void(Revision)> callback) {
  return listeners_.add(std::move(callback));
}

void MemoryStore::fail_next_writes(std::size_t n, Error error) {
  std::lock_guard lock(fault_mutex_);
  write_fault_ = {n, std::move(error)};
}

void MemoryStore::fail_next_reads(std::size_t n, Error error) {
  std::lock_guard lock(fault_mutex_);
  read_fault_ = {n, std::move(error)};
}

Result<void> MemoryStore::read(const std::function<Result<void>(boundary::Reader&)>& function) {
  if (writer_thread_ == std::this_thread::get_id()) return reentrant();
  {
    std::lock_guard lock(fault_mutex_);
    if (auto fault = read_fault_.take()) return failed(*std::move(fault));
  }
  Snapshot snapshot{mutex_, nullptr};
  {
    std::lock_guard lock(mutex_);
    snapshot.table = table_;
  }
  TableReader<boundary::Reader> reader(*snapshot.table);
  return function(reader);
}

Result<void> MemoryStore::write(const std::function<Result<void>(boundary::Writer&)>& function) {
  if (writer_thread_ == std::this_thread::get_id()) return reentrant();
  std::lock_guard writing(writing_);
  const WriterMark mark(writer_thread_);
  Revision newest = 0;
  {
    std::unique_lock lock(mutex_);
    auto table = table_;
    if (table_.use_count() > 2) {  // a read holds it: leave that one as it is, and let new reads in meanwhile
      table = std::make_shared<RecordTable>(*table_);
      lock.unlock();
    }
    TableWriter writer(*table);
    TRY_VOID(function(writer));
    {
      std::lock_guard fault_lock(fault_mutex_);
      if (auto fault = write_fault_.take()) return failed(*std::move(fault));
    }
    writer.keep();
    newest = table->revision();
    if (!lock.owns_lock()) {
      lock.lock();
      table_ = std::move(table);
    }
  }
  if (newest == newest_) return {};
  newest_ = newest;
  listeners_.notify(newest);
  return {};
}

}  // namespace causeway::adapters
