#include "causeway/services/agent/trunks/trunk_keeper.hpp"

#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::services {

Result<void> TrunkKeeper::ensure(const domain::PortId& parent) {
  const std::scoped_lock lock(mutex_);
  std::vector<boundary::VlanBranch> branches;
  for (const auto& sub : view_.sub_ports_of(parent)) {
    const auto place = domain::place_of(*sub);
    const auto link = container_end_name(sub->id);
    TRY(const auto seen, links_.observe(link));
    if (place && !seen.empty()) branches.push_back({place->vlan, link});
  }
  if (branches.empty() && !split_.contains(parent)) return {};
  TRY_VOID(splitter_.ensure_branches(host_end_name(parent), branches));
  if (branches.empty()) {
    split_.erase(parent);
  } else {
    split_.insert(parent);
  }
  return {};
}

}  // namespace causeway::services
