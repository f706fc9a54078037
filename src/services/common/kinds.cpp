#include "causeway/services/common/kinds.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/boundary/collection.hpp"
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

namespace causeway::services {
namespace {

template <class T>
Result<void> put_as(boundary::Writer& writer, std::string_view id, const Json& body) {
  TRY(const T value, decode<T>(body));
  auto indexes = boundary::indexes_of(value);
  const auto put = writer.put(T::kind, id, body, indexes);
  if (put) return {};
  if (put.error().reason != "store.unique") return std::unexpected(put.error());
  // a feed has each record at its newest only, so a record may come before the end of the one whose address it took
  // over; the source holds uniqueness, and refusing would stop the feed here for ever
  static const auto overlaps = metrics::counter("causeway_replica_overlaps_total", "Replicated records that share a unique value for a while");
  overlaps.add();
  log::debug("replica {} {}: {}", T::kind, id, put.error().describe());
  for (auto& index : indexes) index.unique = false;
  TRY_VOID(writer.put(T::kind, id, body, indexes));
  return {};
}

struct Kind {
  std::string_view name;
  Result<void> (*put)(boundary::Writer&, std::string_view, const Json&);
};
template <class T>
constexpr Kind kind_of() {
  return {T::kind, &put_as<T>};
}

/// Everything that may travel by a feed.
constexpr Kind kinds[] = {
    kind_of<domain::Network>(), kind_of<domain::Subnet>(), kind_of<domain::Port>(), kind_of<domain::SecurityGroup>(), kind_of<domain::Pod>(),
    kind_of<domain::SigningKey>(), kind_of<domain::Revocation>(), kind_of<domain::Container>(), kind_of<domain::Host>(),
    kind_of<domain::RemoteImage>(), kind_of<domain::HostImage>(), kind_of<domain::Router>(), kind_of<domain::FloatingIp>(),
    kind_of<domain::QosPolicy>(), kind_of<domain::NetworkQuota>(),
    kind_of<domain::QosPolicy>(), kind_of<domain::Interest>(), kind_of<domain::RegionContact>(),
    kind_of<domain::HostRouting>(), kind_of<domain::Trunk>(), kind_of<domain::SubnetPool>(),
};

}  // namespace

const std::vector<std::string>& regional_kinds() {
  static const std::vector<std::string> names{"port", "host", "remote_image", "region_contact", "host_routing"};
  return names;
}

bool is_of_region(std::string_view kind, const Json& body, std::string_view region) {
  return std::ranges::find(regional_kinds(), kind) != regional_kinds().end() && text_member(body, "region") == region;
}

Result<void> put_replicated(boundary::Writer& writer, std::string_view kind, std::string_view id, const Json& body) {
  for (const auto& known : kinds) {
    if (known.name == kind) return known.put(writer, id, body);
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
