#include "causeway/services/central/routers/routers.hpp"

#include <algorithm>

#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/routers/gateway_changes.hpp"
#include "causeway/services/central/routers/gateways.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::HostRoute;
using domain::Router;

namespace {

Result<void> check_texts(const Router& router, const domain::NetworkLimits& limits) {
  TRY_VOID(domain::check_text("name", router.name, limits));
  return domain::check_text("description", router.description, limits);
}

bool same(const HostRoute& a, const HostRoute& b) {
  return a.destination == b.destination && a.nexthop == b.nexthop;
}

bool has(const std::vector<HostRoute>& routes, const HostRoute& route) {
  return std::ranges::any_of(routes, [&](const HostRoute& other) { return same(other, route); });
}

Result<void> set_routes(Reader& reader, Router& router, const std::vector<HostRoute>& routes) {
  std::vector<HostRoute> once;
  for (const auto& route : routes) {
    if (!has(once, route)) once.push_back(route);
  }
  TRY(const auto legs, central::legs_of(reader, router));
  TRY_VOID(domain::check_routes(router, once, legs));
  router.routes = std::move(once);
  return {};
}

}  // namespace

Result<std::vector<Router>> Routers::list_routers(const Caller& who, const Narrow& narrow) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<Router>> {
    const std::string own = who.is_admin() ? narrow.project_id : who.project_id.str();
    TRY(auto routers,
        central::list_narrowed<Router>(reader, narrow.id, {{"name", narrow.name}, {"project_id", own}}));
    return central::kept(std::move(routers), [&](const Router& router) {
      return who.sees(router.project_id) && central::narrows_to(narrow.name, router.name) &&
             central::narrows_to(narrow.project_id, router.project_id.str());
    });
  });
}

Result<Router> Routers::get_router(const Caller& who, const domain::RouterId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return central::seen_router(reader, who, id); });
}

Result<Router> Routers::create_router(Writer& writer, const Caller& who, const boundary::RouterDraft& draft) {
  TRY_VOID(central::check_quota<Router>(writer, draft.project_id, 1, deps_.options.router_quota));
  TRY(const auto pods, boundary::list<domain::Pod>(writer));
  TRY_VOID(domain::check_hints(draft.availability_zone_hints, pods));
  Router router;
  router.id = domain::RouterId(deps_.ids.uuid());
  router.project_id = draft.project_id;
  router.name = draft.name;
  router.description = draft.description;
  router.admin_state_up = draft.admin_state_up;
  router.availability_zone_hints = draft.availability_zone_hints;
  TRY_VOID(check_texts(router, deps_.options.limits));
  if (draft.gateway) TRY_VOID(central::set_gateway(deps_, writer, who, router, draft.gateway));
  if (!draft.gateways.empty())
    TRY_VOID(central::change_gateways(deps_, writer, who, router, boundary::GatewaysChange::add, draft.gateways));
  router.created_at = deps_.clock.now();
  TRY_VOID(central::put_changed(writer, router, router.created_at));
  return router;
}

Result<std::vector<Router>> Routers::create_routers(const Caller& who, const std::vector<boundary::RouterDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<Router>> {
    std::vector<Router> made;
    for (const auto& draft : drafts) {
      TRY(auto router, create_router(writer, who, draft));
      made.push_back(std::move(router));
    }
    return made;
  });
}

Result<Router> Routers::update_router(const Caller& who, const domain::RouterId& id,
                                      const boundary::RouterChange& change,
                                      std::optional<std::int64_t> if_revision) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Router> {
    TRY(auto router, central::seen_router(writer, who, id));
    TRY_VOID(central::check_revision(router, if_revision));
    router.name = change.name.value_or(router.name);
    router.description = change.description.value_or(router.description);
    router.admin_state_up = change.admin_state_up.value_or(router.admin_state_up);
    TRY_VOID(check_texts(router, deps_.options.limits));
    // routes that go with the old gateway may leave in the same request
    if (change.routes && (change.gateway || change.gateways)) router.routes.clear();
    if (change.gateway) TRY_VOID(central::set_gateway(deps_, writer, who, router, *change.gateway));
    if (change.gateways)
      TRY_VOID(central::change_gateways(deps_, writer, who, router, boundary::GatewaysChange::update, *change.gateways));
    if (change.routes) TRY_VOID(set_routes(writer, router, *change.routes));
    TRY_VOID(central::put_changed(writer, router, deps_.clock.now()));
    return router;
  });
}

Result<void> Routers::delete_router(const Caller& who, const domain::RouterId& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto router, central::seen_router(writer, who, id));
    if (!router.interfaces.empty()) return failed(Code::conflict, "router.in_use", "Router {} still has ports", id);
    TRY_VOID(central::clear_gateways(deps_, writer, router));
    if (router.transit_vni != 0) {
      auto book = own_book(deps_, writer);
      TRY_VOID(book.free(std::string(domain::vni_resource), router.transit_vni, deps_.options.quarantine));
      TRY_VOID(save(writer, book));
    }
    TRY_VOID(boundary::erase<Router>(writer, id));
    return {};
  });
}

Result<Router> Routers::change_routes(const Caller& who, const domain::RouterId& id, boundary::RouteChange change,
                                      const std::vector<HostRoute>& routes) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Router> {
    TRY(auto router, central::seen_router(writer, who, id));
    auto wanted = router.routes;
    if (change == boundary::RouteChange::add) {
      wanted.insert(wanted.end(), routes.begin(), routes.end());
    } else {
      std::erase_if(wanted, [&](const HostRoute& route) { return has(routes, route); });
    }
    TRY_VOID(set_routes(writer, router, wanted));
    TRY_VOID(central::put_changed(writer, router, deps_.clock.now()));
    return router;
  });
}

Result<Router> Routers::change_gateways(const Caller& who, const domain::RouterId& id, boundary::GatewaysChange change,
                                        const std::vector<boundary::GatewayDraft>& drafts,
                                        std::optional<std::int64_t> if_revision) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Router> {
    TRY(auto router, central::seen_router(writer, who, id));
    TRY_VOID(central::check_revision(router, if_revision));
    TRY_VOID(central::change_gateways(deps_, writer, who, router, change, drafts));
    TRY_VOID(central::put_changed(writer, router, deps_.clock.now()));
    return router;
  });
}

}  // namespace causeway::services
