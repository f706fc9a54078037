#include "causeway/services/containers/networks/announced_networks.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/policy.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::NetworkRecord;

Result<NetworkRecord> AnnouncedNetworks::announce(const domain::Caller& who, const std::string& name,
                                                  const std::string& network) {
  TRY_VOID(policy_.check("network:create", who));
  TRY(const auto found, network_.resolve(who, {{network, "", {}, {}}}));
  const NetworkRecord record{found.front().network_id, ids_.uuid(), name, who.project_id, who.user_id};
  return boundary::transact(store_, [&](Writer& writer) -> Result<NetworkRecord> {
    TRY(const auto known, boundary::find<NetworkRecord>(writer, record.id));
    if (known) {
      return failed(Code::conflict, "network.already_exists", "A network with neutron_net_id {} already exists.",
                    record.id);
    }
    TRY_VOID(boundary::put(writer, record));
    return record;
  });
}

Result<void> AnnouncedNetworks::forget(const domain::Caller& who, const domain::NetworkId& network) {
  TRY_VOID(policy_.check("network:delete", who));
  return store_.write([&](Writer& writer) -> Result<void> {
    TRY(const bool was_there, boundary::erase<NetworkRecord>(writer, network));
    if (was_there) return {};
    return failed(Code::not_found, "network.not_found", "Network {} could not be found.", network);
  });
}

}  // namespace causeway::services
