#include <algorithm>

#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/central/routers/gateways.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {
namespace {

constexpr std::size_t max_tag = 60;

Result<std::vector<std::string>> checked(std::vector<std::string> tags, const domain::NetworkLimits& limits) {
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  const bool bad =
      std::any_of(tags.begin(), tags.end(), [](const std::string& tag) { return tag.empty() || tag.size() > max_tag; });
  if (bad) return failed(fail(Code::invalid, "tags.bad_tag", "A tag has from 1 to {} bytes.", max_tag).at("tags"));
  if (tags.size() > limits.tags)
    return failed(fail(Code::invalid, "tags.too_many", "A resource has at most {} tags.", limits.tags).at("tags"));
  return tags;
}

}  // namespace

Result<std::vector<std::string>> CentralNetworks::set_tags(const domain::Caller& who, std::string_view kind,
                                                           const std::string& id, std::vector<std::string> wanted) {
  TRY(const auto tags, checked(std::move(wanted), deps_.options.limits));
  TRY_VOID(deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
    const auto tag = [&](auto value) -> Result<void> {
      if (!value) return std::unexpected(std::move(value).error());
      if (!who.sees(value->project_id)) return central::denied("update_tags");
      value->tags = tags;
      return central::put_changed(writer, *value, deps_.clock.now());
    };
    if (kind == domain::Network::kind) return tag(central::seen_network(writer, who, domain::NetworkId(id)));
    if (kind == domain::Subnet::kind) return tag(central::seen_subnet(writer, who, domain::SubnetId(id)));
    if (kind == domain::SecurityGroup::kind) return tag(central::seen_group(writer, who, domain::SecurityGroupId(id)));
    if (kind == domain::Router::kind) return tag(central::seen_router(writer, who, domain::RouterId(id)));
    if (kind == domain::FloatingIp::kind)
      return tag(central::seen_floating_ip(writer, who, domain::FloatingIpId(id)));
    if (kind != domain::Port::kind) return failed(Code::not_found, "tags.bad_kind", "'{}' has no tags.", kind);
    auto port = central::seen_port(writer, who, domain::PortId(id));
    if (port && port->region != deps_.region) {
      return failed(Code::conflict, "port.other_region", "Port {} belongs to region {}; change it there.", id,
                    port->region);
    }
    return tag(std::move(port));
  }));
  return tags;
}

}  // namespace causeway::services
