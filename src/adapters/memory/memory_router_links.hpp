#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/boundary/kernel/links.hpp"
#include "causeway/boundary/kernel/router_links.hpp"

namespace causeway::adapters {

/// Routers of a kernel that is not there: keeps what was wanted, in the bridges of the links given, and fails when told to.
///
/// Thread-safe. It lives as long as its test, as `links` do.
class MemoryRouterLinks final : public boundary::RouterLinks {
 public:
  explicit MemoryRouterLinks(boundary::Links& links) : links_(links) {}

  Result<void> ensure_router(const domain::RouterNamespace& wanted) override;
  Result<void> remove_router(std::string_view name) override;
  Result<std::vector<std::string>> list_routers() override;

  std::optional<domain::RouterNamespace> router(std::string_view name) const;
  /// How many routers were changed so far: stays the same over a call that had nothing to do.
  int changes() const;
  /// The next call of ensure_router changes nothing and returns the error.
  void fail_next(Error error);

 private:
  boundary::Links& links_;
  mutable std::mutex mutex_;
  std::map<std::string, domain::RouterNamespace, std::less<>> routers_;
  std::optional<Error> failure_;
  int changes_ = 0;
};

}  // namespace causeway::adapters
