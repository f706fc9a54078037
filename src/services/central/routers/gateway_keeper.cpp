#include "causeway/services/central/routers/gateway_keeper.hpp"

#include "causeway/base/log.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/host_routing.hpp"
#include "causeway/services/central/port_claims.hpp"
#include "causeway/services/central/routers/gateways.hpp"
#include "causeway/services/central/trunks/trunks.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Router;

namespace {

constexpr std::string_view changes_key = "changes";
constexpr std::string_view gateways_key = "gateways";
constexpr std::string_view ports_key = "ports";
constexpr std::string_view port_prefix = "port/";
constexpr std::string_view host_prefix = "host/";
constexpr std::size_t batch = 256;

Reconciler::Options loop_options() {
  Reconciler::Options out;
  out.name = "gateways";
  out.workers = 2;
  return out;
}

}  // namespace

GatewayKeeper::GatewayKeeper(CentralDeps deps)
    : deps_(std::move(deps)),
      floating_ips_(deps_),
      reconciler_(loop_options(), [this](const std::string& key) { return step(key); }) {}

GatewayKeeper::~GatewayKeeper() { stop(); }

void GatewayKeeper::start() {
  seen_ = deps_.store.revision();
  reconciler_.start();
  commits_ = deps_.store.on_commit([this](boundary::Revision) { reconciler_.wake(std::string(changes_key)); });
  // what happened while nobody looked
  for (const auto key : {changes_key, gateways_key, ports_key}) reconciler_.wake(std::string(key));
}

void GatewayKeeper::stop() {
  commits_.reset();
  reconciler_.stop();
}

Result<Step> GatewayKeeper::step(const std::string& key) {
  if (key == changes_key) {
    TRY_VOID(follow());
  } else if (key == gateways_key) {
    TRY_VOID(place_all());
  } else if (key == ports_key) {
    TRY_VOID(floating_ips_.release_lost(std::nullopt));
    TRY_VOID(deps_.store.write([&](Writer& writer) { return central::forget_all_trunked(deps_, writer); }));
  } else if (key.starts_with(host_prefix)) {
    TRY_VOID(judge(key.substr(host_prefix.size())));
    reconciler_.forget(key);
  } else {
    const domain::PortId port(key.substr(port_prefix.size()));
    TRY_VOID(floating_ips_.release_lost(port));
    TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
      TRY_VOID(central::forget_lost_claim(writer, port));
      return central::forget_trunked(deps_, writer, port);
    }));
    reconciler_.forget(key);
  }
  return Step::settled;
}

Result<void> GatewayKeeper::follow() {
  return deps_.store.read([&](Reader& reader) -> Result<void> {
    TRY(const auto complete, reader.oldest_complete());
    if (seen_ < complete) {
      for (const auto key : {gateways_key, ports_key}) reconciler_.wake(std::string(key));
    }
    while (true) {
      TRY(const auto changes, reader.changes(seen_, batch));
      for (const auto& change : changes) TRY_VOID(look_at(reader, change));
      if (changes.size() < batch) break;
      seen_ = changes.back().record.revision;
    }
    TRY(seen_, reader.revision());
    return {};
  });
}

/// A report that names another port, or address, is of before a change: the floating IP is not known to work.
Result<void> GatewayKeeper::judge(const std::string& host_routing) {
  std::optional<domain::HostRouting> routing;
  std::vector<domain::FloatingIpId> working;
  TRY_VOID(deps_.store.read([&](Reader& reader) -> Result<void> {
    TRY(routing, boundary::find<domain::HostRouting>(reader, host_routing));
    if (!routing) return {};
    for (const auto& router : routing->routers) {
      for (const auto& seen : router.floating_ips) {
        TRY(const auto floating, boundary::find<domain::FloatingIp>(reader, seen.id));
        const bool same = floating && floating->router_id == router.id && floating->port_id == seen.port_id &&
                          floating->fixed_ip_address == seen.fixed_ip_address;
        if (same) working.push_back(seen.id);
      }
    }
    return {};
  }));
  if (!routing) return {};
  return floating_ips_.seen(routing->region, routing->host, working);
}

Result<void> GatewayKeeper::look_at(Reader& reader, const boundary::Change& change) {
  const auto& record = change.record;
  if (record.kind == domain::Host::kind || record.kind == domain::Pod::kind)
    reconciler_.wake(std::string(gateways_key));
  if (record.kind == domain::HostRouting::kind && !change.erased) reconciler_.wake(std::string(host_prefix) + record.id);
  if (record.kind == domain::FloatingIp::kind) {
    const By through{"router_id", text_member(record.body, "router_id")};
    TRY(const auto told, boundary::list<domain::HostRouting>(reader, through));
    for (const auto& routing : told) reconciler_.wake(std::string(host_prefix) + routing.id);
  }
  if (record.kind != domain::Port::kind) return {};
  TRY(const auto users, boundary::count<domain::FloatingIp>(reader, By{"port_id", record.id}));
  TRY(const auto claim, boundary::find<domain::PortClaim>(reader, record.id));
  TRY(const auto trunks, boundary::count<domain::Trunk>(reader, By{"port", record.id}));
  if (users > 0 || (change.erased && (claim || trunks > 0))) reconciler_.wake(std::string(port_prefix) + record.id);
  return {};
}

Result<void> GatewayKeeper::place_all() {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto hosts, boundary::list<domain::Host>(writer));
    TRY(auto routers, boundary::list<Router>(writer));
    TRY(auto loads, central::gateway_loads(writer));
    for (auto& router : routers) {
      if (router.gateways.empty()) continue;
      const auto before = router;
      TRY(const bool moved, central::place_gateways(deps_, writer, before, router, hosts, loads));
      if (!moved) continue;
      for (const auto& gateway : router.gateways) {
        log::info("gateway {} of router {} is on {} now", gateway.port_id, router.id,
                  gateway.host.empty() ? "no host" : gateway.host.str());
      }
      TRY_VOID(boundary::put(writer, router));  // no new revision number: the user changed nothing
    }
    return {};
  });
}

}  // namespace causeway::services
