#include "causeway/adapters/store_sql/read_pool.hpp"

#include "causeway/adapters/store_sql/record_queries.hpp"

namespace causeway::adapters {

Result<void> ReadPool::read(const std::function<Result<void>(boundary::Reader&)>& function) {
  TRY(auto session, take());
  // not given back after an error or an exception: a fresh connection is cheap and surely sound
  TRY_VOID(session->begin(sql::Access::read));
  SqlReader reader(*session);
  auto result = function(reader);
  TRY_VOID(session->rollback());  // nothing to commit
  give_back(std::move(session));
  return result;
}

Result<std::unique_ptr<sql::SqliteSession>> ReadPool::take() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  return sql::SqliteSession::open({.path = path_, .mode = sql::OpenMode::read_only});
}

void ReadPool::give_back(std::unique_ptr<sql::SqliteSession> session) {
  std::lock_guard lock(mutex_);
  if (idle_.size() < keep_) idle_.push_back(std::move(session));
}

}  // namespace causeway::adapters
