#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// What the API needs of a family of objects that the centre owns, T being their record. What the caller may not see is
/// not_found "<kind>.not_found"; what he only sees he cannot change: forbidden "policy.denied". `if_revision`: conflict
/// "revision.mismatch" when the object is at another. Every function is one transaction.
template <class T>
class ResourceService {
 public:
  /// Changes a record in place, or refuses. A function of the record alone: it may run more than once.
  using Edit = std::function<Result<void>(T&)>;
  virtual ~ResourceService() = default;
  virtual Result<std::vector<T>> list(const domain::Caller& who) = 0;
  virtual Result<T> get(const domain::Caller& who, const std::string& id) = 0;
  /// All or none. Drafts have no id, revision or times.
  virtual Result<std::vector<T>> create(const domain::Caller& who, const std::vector<T>& drafts) = 0;
  virtual Result<T> update(const domain::Caller& who, const std::string& id, const Edit& edit,
                           std::optional<std::int64_t> if_revision) = 0;
  virtual Result<void> remove(const domain::Caller& who, const std::string& id, std::optional<std::int64_t> if_revision) = 0;
};

}  // namespace causeway::boundary
