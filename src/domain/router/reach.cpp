#include "causeway/domain/router/reach.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace causeway::domain {
namespace {

std::vector<std::string> missing_in(const std::set<std::string>& some, const std::set<std::string>& others) {
  std::vector<std::string> out;
  std::ranges::set_difference(some, others, std::back_inserter(out));
  return out;
}

}  // namespace

Reach::Delta Reach::add_own(const std::string& network) {
  Delta delta;
  if (own_.insert(network).second) visit_network(network, delta);
  return delta;
}

Reach::Delta Reach::remove_own(const std::string& network) { return own_.erase(network) > 0 ? again() : Delta{}; }

Reach::Delta Reach::set_router(const std::string& router, Legs legs) {
  const auto found = known_.find(router);
  if (found != known_.end()) {
    if (found->second == legs) return {};
    const bool shrinks = !std::ranges::includes(legs.networks, found->second.networks) ||
                         !std::ranges::includes(legs.gateways, found->second.gateways);
    const bool had = routers_.contains(router);
    forget(router);
    index(router, legs);
    if (had && shrinks) return again();
    routers_.erase(router);  // its new legs are visited below
    Delta delta;
    if (!had && !touches(legs)) return delta;
    visit_router(router, delta);
    if (had) std::erase(delta.routers_in, router);
    return delta;
  }
  index(router, legs);
  Delta delta;
  if (touches(legs)) visit_router(router, delta);
  return delta;
}

Reach::Delta Reach::remove_router(const std::string& router) {
  if (!known_.contains(router)) return {};
  const bool had = routers_.contains(router);
  forget(router);
  known_.erase(router);
  return had ? again() : Delta{};
}

std::set<std::string> Reach::networks() const {
  auto out = joined_;
  out.insert(external_.begin(), external_.end());
  return out;
}

Reach::Delta Reach::around(const std::string& network) const {
  Reach alone;
  alone.known_ = known_;
  alone.routers_on_ = routers_on_;
  return alone.add_own(network);
}

void Reach::visit_network(const std::string& network, Delta& delta) {
  std::vector<std::string> left{network};
  while (!left.empty()) {
    const auto next = std::move(left.back());
    left.pop_back();
    const bool known_outside = external_.contains(next);
    if (!joined_.insert(next).second) continue;
    if (!known_outside) delta.networks_in.push_back(next);
    const auto on = routers_on_.find(next);
    if (on == routers_on_.end()) continue;
    for (const auto& router : on->second) take_router(router, delta, left);
  }
}

void Reach::visit_router(const std::string& router, Delta& delta) {
  std::vector<std::string> joined;
  take_router(router, delta, joined);
  for (const auto& network : joined) visit_network(network, delta);
}

/// The networks that it joins are left to the caller.
void Reach::take_router(const std::string& router, Delta& delta, std::vector<std::string>& joined) {
  if (!routers_.insert(router).second) return;
  delta.routers_in.push_back(router);
  const auto& legs = known_.at(router);
  for (const auto& network : legs.gateways) {
    if (external_.insert(network).second && !joined_.contains(network)) delta.networks_in.push_back(network);
  }
  joined.insert(joined.end(), legs.networks.begin(), legs.networks.end());
}

void Reach::index(const std::string& router, const Legs& legs) {
  for (const auto& network : legs.networks) routers_on_[network].insert(router);
  if (!legs.gateways.empty()) holding_.insert(router);
  known_[router] = legs;
}

void Reach::forget(const std::string& router) {
  for (const auto& network : known_.at(router).networks) {
    const auto on = routers_on_.find(network);
    if (on == routers_on_.end()) continue;
    on->second.erase(router);
    if (on->second.empty()) routers_on_.erase(on);
  }
  holding_.erase(router);
}

bool Reach::touches(const Legs& legs) const {
  return !legs.gateways.empty() ||
         std::ranges::any_of(legs.networks, [&](const auto& network) { return joined_.contains(network); });
}

Reach::Delta Reach::again() {
  const auto networks_before = networks();
  const auto routers_before = std::exchange(routers_, {});
  joined_.clear();
  external_.clear();
  Delta all;
  for (const auto& router : holding_) visit_router(router, all);
  for (const auto& network : own_) visit_network(network, all);
  const auto networks_now = networks();
  return {missing_in(networks_now, networks_before), missing_in(networks_before, networks_now),
          missing_in(routers_, routers_before), missing_in(routers_before, routers_)};
}

}  // namespace causeway::domain
