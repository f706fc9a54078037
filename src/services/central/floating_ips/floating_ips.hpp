#pragma once

#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// The floating IPs of the whole cloud.
///
/// Job: each call is one transaction. The address is held by a port of the external network; the router that translates it is
/// the one with a leg on the port's subnet and a gateway on the external network. ACTIVE only while the gateway host says that
/// its kernel has it (`seen`), DOWN from every change until then. Ports of all regions can be stood for: the centre knows them
/// all. Lifetime: as its deps. Concurrency: any thread. Fails: with what the caller did wrong, and with what the store says.
class FloatingIps final : public boundary::FloatingIpService {
 public:
  explicit FloatingIps(CentralDeps deps) : deps_(std::move(deps)) {}
  FloatingIps(const FloatingIps&) = delete;
  FloatingIps& operator=(const FloatingIps&) = delete;

  Result<std::vector<boundary::FloatingIpDetails>> list_floating_ips(const domain::Caller& who,
                                                                     const boundary::Narrow& narrow) override;
  Result<boundary::FloatingIpDetails> get_floating_ip(const domain::Caller& who,
                                                      const domain::FloatingIpId& id) override;
  Result<std::vector<boundary::FloatingIpDetails>> create_floating_ips(const domain::Caller& who,
                                                                       const std::vector<boundary::FloatingIpDraft>& drafts) override;
  Result<boundary::FloatingIpDetails> update_floating_ip(const domain::Caller& who, const domain::FloatingIpId& id,
                                                         const boundary::FloatingIpChange& change,
                                                         std::optional<std::int64_t> if_revision) override;
  Result<void> delete_floating_ip(const domain::Caller& who, const domain::FloatingIpId& id) override;

  /// `ids` are all floating IPs that the kernel of this host translates: those of them whose gateway is there are ACTIVE, the
  /// others with their gateway there are DOWN. A host says nothing about gateways of others.
  Result<void> seen(const domain::RegionName& region, const domain::HostName& host,
                    const std::vector<domain::FloatingIpId>& ids);
  /// Ends the association with ports that are gone or have lost the address. All of them, or those with `port`.
  Result<void> release_lost(const std::optional<domain::PortId>& port);

 private:
  Result<boundary::FloatingIpDetails> create_floating_ip(boundary::Writer& writer, const domain::Caller& who,
                                                         const boundary::FloatingIpDraft& draft);

  const CentralDeps deps_;
};

namespace central {

Result<domain::FloatingIp> seen_floating_ip(boundary::Reader& reader, const domain::Caller& who,
                                            const domain::FloatingIpId& id);
/// The floating IP stands for nobody from now on; not stored.
void dissociate(domain::FloatingIp& floating_ip);
/// Part of the transaction that deletes a port, or takes addresses from it (`port` as it will be; none = it goes).
Result<void> release_floating_ips(const CentralDeps& deps, boundary::Writer& writer, const domain::PortId& id,
                                  const std::optional<domain::Port>& port);

}  // namespace central

}  // namespace causeway::services
