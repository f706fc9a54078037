#include "causeway/adapters/memory/memory_router_links.hpp"

#include <algorithm>
#include <utility>

namespace causeway::adapters {

Result<void> MemoryRouterLinks::ensure_router(const domain::RouterNamespace& wanted) {
  std::lock_guard lock(mutex_);
  if (auto failure = std::exchange(failure_, std::nullopt)) return failed(*std::move(failure));
  for (const auto& leg : wanted.legs) {
    TRY(const auto bridge, links_.observe(leg.bridge));
    if (std::ranges::none_of(bridge, [&](const auto& link) { return link.name == leg.bridge; }))
      return failed(Code::not_found, "links.no_bridge", "There is no bridge {}.", leg.bridge);
  }
  auto& router = routers_[wanted.name];
  if (router == wanted) return {};
  router = wanted;
  ++changes_;
  return {};
}

Result<void> MemoryRouterLinks::remove_router(std::string_view name) {
  std::lock_guard lock(mutex_);
  if (const auto found = routers_.find(name); found != routers_.end()) {
    routers_.erase(found);
    ++changes_;
  }
  return {};
}

Result<std::vector<std::string>> MemoryRouterLinks::list_routers() {
  std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [name, router] : routers_) out.push_back(name);
  return out;
}

std::optional<domain::RouterNamespace> MemoryRouterLinks::router(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto found = routers_.find(name);
  return found == routers_.end() ? std::nullopt : std::optional(found->second);
}

int MemoryRouterLinks::changes() const {
  std::lock_guard lock(mutex_);
  return changes_;
}

void MemoryRouterLinks::fail_next(Error error) {
  std::lock_guard lock(mutex_);
  failure_ = std::move(error);
}

}  // namespace causeway::adapters
