#include "causeway/services/agent/short_cuts/short_cut_keeper.hpp"

#include <algorithm>

#include "causeway/domain/router/router_namespace.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::services {
namespace {

/// Whether something is done to every packet that the port sends.
bool handles_each_packet(const domain::QosPolicy& policy) {
  return policy.dscp_mark || std::ranges::any_of(policy.bandwidth_limits, [](const auto& limit) { return limit.direction != "ingress"; });
}

}  // namespace

ShortCutKeeper::ShortCutKeeper(const HostView& view, boundary::FastPath& fast_path)
    : view_(view),
      fast_path_(fast_path),
      taken_(metrics::counter("causeway_fast_path_packets_total", "Packets of established flows that went straight from link to link")),
      learned_(metrics::counter("causeway_fast_path_learned_total", "Packets by which a flow was learned, or confirmed")) {}

Result<void> ShortCutKeeper::after(const std::string& key) {
  count();
  if (const auto id = id_of_key(key, "port"); !id.empty()) return port(domain::PortId(id));
  if (const auto id = id_of_key(key, "network"); !id.empty()) return network(domain::NetworkId(id));
  if (const auto id = id_of_key(key, "router"); !id.empty()) return router(domain::RouterId(id));
  return {};
}

Result<void> ShortCutKeeper::attach(std::string_view link, const std::optional<domain::RouterId>& leads_to) {
  auto done = fast_path_.attach(link, leads_to);
  if (!done && done.error().code == Code::not_found) return {};
  return done;
}

Result<void> ShortCutKeeper::port(const domain::PortId& id) {
  const auto port = view_.port(id);
  if (!port || !view_.is_own(*port)) return {};
  const auto policy = view_.policy_of(*port);
  if (policy && handles_each_packet(*policy)) return fast_path_.detach(host_end_name(id));
  TRY_VOID(attach(tunnel_name(port->network_id), std::nullopt));
  return attach(host_end_name(id), std::nullopt);
}

Result<void> ShortCutKeeper::network(const domain::NetworkId& id) {
  return view_.needs(id) ? attach(tunnel_name(id), std::nullopt) : Result<void>();
}

/// Whatever changed in it, flows that it let through have to ask it again.
Result<void> ShortCutKeeper::router(const domain::RouterId& id) {
  const auto router = view_.router(id);
  for (const auto& leg : router ? router->interfaces : std::vector<domain::RouterInterface>()) {
    TRY_VOID(attach(tunnel_name(leg.network_id), std::nullopt));
    TRY_VOID(attach(domain::leg_outside_name(leg.port_id), id));
  }
  return fast_path_.invalidate();
}

/// The kernel counts from when its programs were loaded, we from when we began.
void ShortCutKeeper::count() {
  const auto now = fast_path_.counts();
  if (!now) return;
  const std::scoped_lock lock(mutex_);
  if (now->taken < counted_.taken || now->learned < counted_.learned) return;  // another thread has counted further
  taken_.add(double(now->taken - counted_.taken));
  learned_.add(double(now->learned - counted_.learned));
  counted_ = *now;
}

}  // namespace causeway::services
