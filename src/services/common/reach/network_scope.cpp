#include "causeway/services/common/reach/network_scope.hpp"

#include <utility>

#include "causeway/base/log.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/services/common/reach/feed_changes.hpp"

namespace causeway::services {

using boundary::Change;
using boundary::Reader;
using boundary::Revision;
using domain::FloatingIp;
using domain::Network;
using domain::Router;

namespace {

bool hangs_on_network(const boundary::Record& record) { return record.kind == "subnet" || record.kind == "port"; }

}  // namespace

Result<void> NetworkScope::resume(Reader& reader, Revision from, const Own& own) {
  TRY(const auto routers, reader.list({std::string(Router::kind), "", "", "", SIZE_MAX}));
  domain::Reach held;
  for (const auto& network : own.then) held.add_own(network);
  for (const auto& network : own.now) reach_.add_own(network);
  for (const auto& record : routers) {
    const auto legs = legs_of(record.body);
    reach_.set_router(record.id, legs);
    if (record.revision <= from) held.set_router(record.id, legs);
  }
  // followed from here on, with what changed since the cursor; what was held for sure need not be sent again
  for (const auto& network : reach_.networks()) {
    if (!held.has_network(network)) open_network(network);
  }
  for (const auto& router : reach_.routers()) {
    if (!held.has_router(router)) open_router(router);
  }
  bool router_changed = false;
  TRY_VOID(each_change(reader, from, [&](const Change& change) { router_changed |= change.record.kind == Router::kind; }));
  // what a router joined before it changed is not known any more
  if (router_changed) return close_all_else(reader, from);
  std::set<std::pair<std::string_view, std::string>> ended;
  for (const auto& network : own.ended) {
    const auto around = reach_.around(network);
    for (const auto& id : around.networks_in) ended.emplace(Network::kind, id);
    for (const auto& id : around.routers_in) ended.emplace(Router::kind, id);
  }
  for (const auto& [kind, id] : ended) close_unless_wanted(kind, id);
  return {};
}

/// Whatever else there is or was: by what hangs on it too, so that a network without a record is not forgotten.
Result<void> NetworkScope::close_all_else(Reader& reader, Revision from) {
  std::set<std::pair<std::string_view, std::string>> all;
  const auto add = [&](const boundary::Record& record) {
    if (record.kind == Router::kind) all.emplace(Router::kind, record.id);
    if (record.kind == Network::kind) all.emplace(Network::kind, record.id);
    if (hangs_on_network(record)) all.emplace(Network::kind, text_member(record.body, "network_id"));
  };
  for (const auto* kind : {"network", "subnet", "port", "router"}) {
    TRY(const auto records, reader.list({kind, "", "", "", SIZE_MAX}));
    for (const auto& record : records) add(record);
  }
  TRY_VOID(each_change(reader, from, [&](const Change& change) { add(change.record); }));
  for (const auto& [kind, id] : all) close_unless_wanted(kind, id);
  return {};
}

domain::Reach::Legs NetworkScope::legs_of(const Json& body) const {
  domain::Reach::Legs legs;
  const auto router = decode<Router>(body);
  if (!router) {
    log::error("a router's record cannot be read: {}", router.error().describe());
    return legs;
  }
  for (const auto& leg : router->interfaces) legs.networks.insert(leg.network_id.str());
  for (const auto& gateway : router->gateways) {
    if (holds_(gateway)) legs.gateways.insert(gateway.network_id.str());
  }
  return legs;
}

void NetworkScope::see(const Change& change) {
  const auto& record = change.record;
  if (record.kind == Router::kind) {
    note(change.erased ? reach_.remove_router(record.id) : reach_.set_router(record.id, legs_of(record.body)));
  } else if (record.kind == FloatingIp::kind && !wants(change)) {
    // it may have been that of a router here; closing what is not held is harmless
    closed_.push_back({std::string(FloatingIp::kind), record.id});
  }
}

void NetworkScope::note(const domain::Reach::Delta& delta) {
  for (const auto& id : delta.routers_out) closed_.push_back({std::string(Router::kind), id});
  for (const auto& id : delta.networks_out) closed_.push_back({std::string(Network::kind), id});
  for (const auto& id : delta.networks_in) open_network(id);
  for (const auto& id : delta.routers_in) open_router(id);
}

/// The records of a network, in the order in which a replica wants them.
void NetworkScope::open_network(const std::string& network) {
  opened_.push_back({"network", "id", network, "", SIZE_MAX});
  opened_.push_back({"subnet", "network_id", network, "", SIZE_MAX});
  opened_.push_back({"port", "network_id", network, "", SIZE_MAX});
}

void NetworkScope::open_router(const std::string& router) {
  opened_.push_back({std::string(Router::kind), "id", router, "", SIZE_MAX});
  opened_.push_back({std::string(FloatingIp::kind), "router_id", router, "", SIZE_MAX});
}

void NetworkScope::close_unless_wanted(std::string_view kind, const std::string& id) {
  const bool wanted = kind == Router::kind ? reach_.has_router(id) : reach_.has_network(id);
  if (!wanted) closed_.push_back({std::string(kind), id});
}

bool NetworkScope::wants(const Change& change) const {
  const auto& record = change.record;
  if (record.kind == Network::kind) return reach_.has_network(record.id);
  if (record.kind == Router::kind) return reach_.has_router(record.id);
  if (record.kind == FloatingIp::kind) return reach_.has_router(text_member(record.body, "router_id"));
  return hangs_on_network(record) && reach_.has_network(text_member(record.body, "network_id"));
}

std::vector<boundary::Select> NetworkScope::take_opened() {
  auto opened = std::exchange(opened_, {});
  // what was noted while resuming may have ended with the first change that came
  std::erase_if(opened, [&](const boundary::Select& select) {
    const bool of_router = select.kind == Router::kind || select.kind == FloatingIp::kind;
    return of_router ? !reach_.has_router(select.value) : !reach_.has_network(select.value);
  });
  return opened;
}

std::vector<Interest::Closed> NetworkScope::take_closed() { return std::exchange(closed_, {}); }

}  // namespace causeway::services
