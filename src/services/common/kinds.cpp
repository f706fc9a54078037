#include "causeway/services/common/kinds.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/identity/revocation.hpp"
#include "causeway/domain/identity/token.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/domain/image/remote_image.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/host_routing.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/common/stored_kind.hpp"

namespace causeway::services {
namespace {

Result<void> put_sharing(boundary::Writer& writer, std::string_view kind, std::string_view id, const Json& body, const std::vector<boundary::Index>& indexes) {
  const auto put = writer.put(kind, id, body, indexes);
  if (put) return {};
  if (put.error().reason != "store.unique") return std::unexpected(put.error());
  // a feed has each record at its newest only, so a record may come before the end of the one whose address it took
  // over; the source holds uniqueness, and refusing would stop the feed here for ever
  static const auto overlaps = metrics::counter("causeway_replica_overlaps_total", "Replicated records that share a unique value for a while");
  overlaps.add();
  log::debug("replica {} {}: {}", kind, id, put.error().describe());
  TRY_VOID(writer.put(kind, id, body, shared(indexes)));
  return {};
}

/// Everything that may travel by a feed.
constexpr auto kinds =
    stored_kinds<domain::Network, domain::Subnet, domain::Port, domain::SecurityGroup, domain::Pod, domain::SigningKey, domain::Revocation,
                 domain::Container, domain::Host, domain::RemoteImage, domain::HostImage, domain::Router, domain::FloatingIp, domain::QosPolicy,
                 domain::NetworkQuota, domain::Interest, domain::RegionContact, domain::HostRouting, domain::Trunk, domain::SubnetPool>();

}  // namespace

const std::vector<std::string>& regional_kinds() {
  static const std::vector<std::string> names{"port", "host", "remote_image", "region_contact", "host_routing"};
  return names;
}

bool is_of_region(std::string_view kind, const Json& body, std::string_view region) {
  return std::ranges::find(regional_kinds(), kind) != regional_kinds().end() && text_member(body, "region") == region;
}

Result<void> put_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Json& body) {
  if (const auto known = std::ranges::find(kinds, kind, &StoredKind::name); known != kinds.end()) {
    TRY(const auto indexes, known->indexes(body));
    return put_sharing(writer, kind, id, body, indexes);
  }
  static const auto skipped = metrics::counter("causeway_replica_unknown_kinds_total", "Records of unknown kinds that were skipped");
  skipped.add();
  log::debug("skipping a record of unknown kind {}", kind);
  return {};
}

Result<void> erase_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Owns& owns) {
  TRY(const auto record, writer.find(kind, id));
  if (record && owns(kind, record->body)) TRY_VOID(writer.erase(kind, id));
  return {};
}

Result<void> drop_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Owns& owns) {
  TRY_VOID(erase_replicated(writer, kind, id, owns));
  const auto drop_parts = [&](std::string_view part, std::string_view index) -> Result<void> {
    TRY(const auto hanging, writer.list({std::string(part), std::string(index), std::string(id), "", SIZE_MAX}));
    for (const auto& item : hanging) {
      if (owns(item.kind, item.body)) TRY_VOID(writer.erase(item.kind, item.id));
    }
    return {};
  };
  if (kind == domain::Router::kind) return drop_parts(domain::FloatingIp::kind, "router_id");
  if (kind != domain::Network::kind) return {};
  TRY_VOID(drop_parts(domain::Interest::kind, "network_id"));
  TRY_VOID(drop_parts(domain::Port::kind, "network_id"));
  return drop_parts(domain::Subnet::kind, "network_id");
}

}  // namespace causeway::services
