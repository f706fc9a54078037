#pragma once

#include <map>
#include <utility>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"

namespace causeway::boundary {

/// A trunk as its parent port shows it: subports with their MAC addresses.
struct TrunkOfPort {
  domain::TrunkId id;
  std::vector<std::pair<domain::SubPort, domain::Mac>> sub_ports;
};

/// What the API shows of trunks besides their records.
class TrunkDetails {
 public:
  virtual ~TrunkDetails() = default;
  /// In the order of `trunks`.
  virtual Result<std::vector<domain::TrunkStatus>> statuses(const std::vector<domain::Trunk>& trunks) = 0;
  /// Of those of the ports that are parents.
  virtual Result<std::map<domain::PortId, TrunkOfPort>> of_parents(const std::vector<domain::Port>& ports) = 0;
};

}  // namespace causeway::boundary
