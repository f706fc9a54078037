#include "causeway/adapters/store_sql/sql_store.hpp"

#include "causeway/adapters/store_sql/checkpointer.hpp"
#include "causeway/adapters/store_sql/group_writer.hpp"
#include "causeway/adapters/store_sql/read_pool.hpp"
#include "causeway/adapters/store_sql/record_queries.hpp"
#include "causeway/adapters/store_sql/schema.hpp"
#include "causeway/adapters/store_sql/store_file.hpp"
#include "causeway/boundary/commit_listeners.hpp"

namespace causeway::adapters {

using boundary::Revision;

namespace {

class SqlStore final : public boundary::Store {
 public:
  struct Parts {
    StoreFile file;
    std::string store_id;
    Revision newest = 0;
    std::unique_ptr<sql::SqliteSession> writer;
    std::unique_ptr<sql::SqliteSession> checkpointer;
  };

  SqlStore(Parts parts, const SqlStoreOptions& options)
      : file_(std::move(parts.file)),
        store_id_(std::move(parts.store_id)),
        pool_(options.path, options.readers),
        checkpointer_(std::move(parts.checkpointer)),
        writer_(std::move(parts.writer), checkpointer_, parts.newest,
                [this](Revision newest) { listeners_.notify(newest); }) {}

  Result<void> read(const std::function<Result<void>(boundary::Reader&)>& function) override {
    if (writer_.is_writer_thread()) return reentrant();
    return pool_.read(function);
  }
  Result<void> write(const std::function<Result<void>(boundary::Writer&)>& function) override {
    if (writer_.is_writer_thread()) return reentrant();
    return writer_.submit(function);
  }
  const std::string& store_id() const override { return store_id_; }
  Revision revision() const override { return writer_.newest(); }
  std::shared_ptr<void> on_commit(std::function<void(Revision)> callback) override {
    return listeners_.add(std::move(callback));
  }

 private:
  static std::unexpected<Error> reentrant() {
    return failed(Code::internal, "store.reentrant", "A write function may not call the store.");
  }

  StoreFile file_;  // first: the lock is given up last
  const std::string store_id_;
  boundary::CommitListeners listeners_;
  ReadPool pool_;
  Checkpointer checkpointer_;
  GroupWriter writer_;
};

/// The id of the database, made when it has none yet.
Result<std::string> ensure_store_id(sql::Session& session) {
  constexpr std::string_view select = "SELECT value FROM meta WHERE key = 'store_id'";
  TRY(auto known, query_text(session, select, {}));
  if (known) return *std::move(known);
  TRY(auto made, new_store_id());
  TRY_VOID(session.execute("INSERT INTO meta (key, value) VALUES ('store_id', ?)", {made}));
  return made;
}

}  // namespace

Result<std::unique_ptr<boundary::Store>> open_sql_store(const SqlStoreOptions& options) {
  TRY(auto file, StoreFile::open(options.path));
  TRY(auto writer, sql::SqliteSession::open({.path = options.path, .mode = sql::OpenMode::read_write}));
  TRY_VOID(sql::migrate(*writer, store_migrations()));
  TRY(auto store_id, ensure_store_id(*writer));
  TRY(const Revision newest, newest_revision(*writer));
  TRY(auto checkpointer, sql::SqliteSession::open({.path = options.path, .mode = sql::OpenMode::read_write}));
  return std::make_unique<SqlStore>(
      SqlStore::Parts{std::move(file), std::move(store_id), newest, std::move(writer), std::move(checkpointer)},
      options);
}

}  // namespace causeway::adapters
