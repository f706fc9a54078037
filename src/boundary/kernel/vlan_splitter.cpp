#include "causeway/boundary/kernel/vlan_splitter.hpp"

#include <set>

namespace causeway::boundary {

Result<void> check(const std::vector<VlanBranch>& branches) {
  constexpr std::uint16_t max_vlan = 4094;
  std::set<std::uint16_t> vlans;
  for (const auto& branch : branches) {
    if (branch.vlan < 1 || branch.vlan > max_vlan || branch.link.empty() || !vlans.insert(branch.vlan).second)
      return failed(Code::invalid, "vlans.bad_spec", "VLAN {} on {} is out of range or there twice.", branch.vlan, branch.link);
  }
  return {};
}

}  // namespace causeway::boundary
