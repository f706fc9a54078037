#include "causeway/services/agent/direct/direct_sweep.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

/// At least two looks within the grace.
std::chrono::milliseconds pause_of(std::chrono::milliseconds grace) {
  constexpr std::chrono::milliseconds longest(30'000);
  return std::min(grace / 2, longest);
}

}  // namespace

DirectSweep::DirectSweep(Deps deps, std::chrono::milliseconds grace)
    : deps_(std::move(deps)), grace_(grace), chore_("what Docker forgot", pause_of(grace), [this] { return look(); }) {}

void DirectSweep::engine_is_back() {
  const std::lock_guard lock(mutex_);
  ++engine_lives_;
  missing_.clear();
}

Result<std::set<DirectSweep::Thing>> DirectSweep::remembered() const {
  std::set<Thing> out;
  TRY(const auto settled, deps_.direct.settled());
  for (const auto& network : settled.networks) out.emplace(What::network, network);
  for (const auto& pool : settled.unused_pools) out.emplace(What::pool, pool);
  for (const auto& port : deps_.view.own_ports()) {
    if (port->device_owner == boundary::direct_owner) out.emplace(What::endpoint, port->device_id);
  }
  return out;
}

std::set<DirectSweep::Thing> DirectSweep::due(const std::set<Thing>& missing) {
  std::set<Thing> out;
  std::erase_if(missing_, [&](const auto& known) { return !missing.contains(known.first); });
  for (const auto& thing : missing) {
    const auto [known, first] = missing_.try_emplace(thing, deps_.clock.steady());
    if (!first && deps_.clock.steady() - known->second >= grace_) out.insert(thing);
  }
  return out;
}

Result<void> DirectSweep::look() {
  std::uint64_t life = 0;
  {
    const std::lock_guard lock(mutex_);
    life = engine_lives_;
  }
  // before Docker is asked: what is made meanwhile is not missing
  TRY(auto things, remembered());
  if (things.empty()) return {};
  const auto networks = deps_.engine.list();
  if (!networks) {
    engine_is_back();
    return failed(networks.error());
  }
  for (const auto& network : *networks) {
    things.erase({What::network, network.id});
    for (const auto& endpoint : network.endpoints) things.erase({What::endpoint, endpoint});
  }
  std::set<Thing> forgotten;
  {
    const std::lock_guard lock(mutex_);
    if (engine_lives_ != life) return {};
    forgotten = due(things);
  }
  // endpoints first: a network does not go while it has ports
  for (const auto& thing : forgotten) TRY_VOID(let_go(thing));
  return {};
}

Result<void> DirectSweep::let_go(const Thing& thing) {
  const auto& [what, id] = thing;
  switch (what) {
    case What::endpoint:
      log::warn("Docker has forgotten endpoint {}: its port is released", id);
      return deps_.release_endpoint(id);
    case What::network:
      log::warn("Docker has forgotten network {}", id);
      return deps_.direct.delete_network(id);
    case What::pool: return deps_.direct.release_pool(id);
  }
  return {};
}

}  // namespace causeway::services
