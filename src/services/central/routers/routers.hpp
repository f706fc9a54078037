#pragma once

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// The routers of the whole cloud.
///
/// Job: each call is one transaction. A router's record names its legs with their addresses, so that a host needs nothing else
/// to make it; each leg is also a port at the centre, which holds its addresses. The transit network's number is taken with
/// the first gateway and given back when the router goes. Lifetime: as its deps. Concurrency: any thread. Fails: with what the
/// caller did wrong, and with what the store says.
class Routers final : public boundary::RouterService {
 public:
  explicit Routers(CentralDeps deps) : deps_(std::move(deps)) {}
  Routers(const Routers&) = delete;
  Routers& operator=(const Routers&) = delete;

  Result<std::vector<domain::Router>> list_routers(const domain::Caller& who, const boundary::Narrow& narrow) override;
  Result<domain::Router> get_router(const domain::Caller& who, const domain::RouterId& id) override;
  Result<std::vector<domain::Router>> create_routers(const domain::Caller& who,
                                                     const std::vector<boundary::RouterDraft>& drafts) override;
  Result<domain::Router> update_router(const domain::Caller& who, const domain::RouterId& id,
                                       const boundary::RouterChange& change,
                                       std::optional<std::int64_t> if_revision) override;
  Result<void> delete_router(const domain::Caller& who, const domain::RouterId& id) override;
  Result<boundary::InterfaceResult> add_interface(const domain::Caller& who, const domain::RouterId& id,
                                                  const boundary::InterfaceWish& wish) override;
  Result<boundary::InterfaceResult> remove_interface(const domain::Caller& who, const domain::RouterId& id,
                                                     const boundary::InterfaceWish& wish) override;
  Result<domain::Router> change_routes(const domain::Caller& who, const domain::RouterId& id,
                                       boundary::RouteChange change,
                                       const std::vector<domain::HostRoute>& routes) override;
  Result<domain::Router> change_gateways(const domain::Caller& who, const domain::RouterId& id,
                                         boundary::GatewaysChange change,
                                         const std::vector<boundary::GatewayDraft>& drafts,
                                         std::optional<std::int64_t> if_revision) override;

 private:
  Result<domain::Router> create_router(boundary::Writer& writer, const domain::Caller& who,
                                       const boundary::RouterDraft& draft);
  using Taken = Result<boundary::InterfaceResult>;
  Taken add_by_subnet(boundary::Writer& writer, const domain::Caller& who, domain::Router router,
                      const domain::SubnetId& subnet_id);
  Taken add_by_port(boundary::Writer& writer, const domain::Caller& who, domain::Router router,
                    const domain::PortId& port_id);
  Taken remove_leg(boundary::Writer& writer, domain::Router router, const domain::PortId& port_id);
  Taken remove_subnet(boundary::Writer& writer, domain::Router router, const domain::SubnetId& subnet_id);

  const CentralDeps deps_;
};

}  // namespace causeway::services
