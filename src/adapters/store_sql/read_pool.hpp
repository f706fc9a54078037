#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/sql/sqlite/sqlite_session.hpp"

namespace causeway::adapters {

/// Connections for reads. A read that finds none idle opens one: reads never wait for each other, and a read inside a
/// read cannot lock up; the callers' number bounds the connections, `keep` how many stay open. Thread-safe.
class ReadPool {
 public:
  ReadPool(std::string path, std::size_t keep) : path_(std::move(path)), keep_(keep) {}

  /// Runs the function on one snapshot.
  Result<void> read(const std::function<Result<void>(boundary::Reader&)>& function);

 private:
  Result<std::unique_ptr<sql::SqliteSession>> take();
  void give_back(std::unique_ptr<sql::SqliteSession> session);

  const std::string path_;
  const std::size_t keep_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<sql::SqliteSession>> idle_;
};

}  // namespace causeway::adapters
