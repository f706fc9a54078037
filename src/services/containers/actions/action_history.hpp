#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/action_record.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::services {

/// What was asked of containers, for who may see them. Lifetime: the store outlives it. Concurrency: no state of its
/// own; callable from many threads. Fails: as find_container; not_found "action.not_found".
class ActionHistory {
 public:
  explicit ActionHistory(boundary::Store& store) : store_(store) {}

  /// Newest first.
  Result<std::vector<domain::ActionRecord>> list(const domain::Caller& who, const std::string& ident);
  Result<domain::ActionRecord> show(const domain::Caller& who, const std::string& ident, const std::string& request_id);

 private:
  boundary::Store& store_;
};

}  // namespace causeway::services
