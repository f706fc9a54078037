#pragma once

#include <set>
#include <string>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// Deletes what regions may be using: "nobody uses it" is a fact about all of them, so all are asked.
///
///   set `deleting` ── the feed tells every region that hosts the network ──> a region refuses new ports, looks,
///   answers
///        │ all let go            │ one says in use                │ no answer in time
///      erase everything        unset, conflict "*.in_use"       unset, unavailable "region.unreachable"
///
/// Lifetime: as its deps. Concurrency: any thread; a second deletion of the same object is conflict "network.deleting".
/// A process that dies while it waits leaves `deleting` set: `recover` unsets it at the next start.
class Deletion {
 public:
  explicit Deletion(const CentralDeps& deps) : deps_(deps) {}

  Result<void> network(const domain::Caller& who, const domain::NetworkId& id);
  Result<void> subnet(const domain::Caller& who, const domain::SubnetId& id);
  /// The word of a region. It lets go of its leases and its interest with it. Ignored when nobody asked.
  Result<void> answer(const domain::RegionName& region, std::string_view kind, const std::string& id, bool in_use);
  Result<void> recover();

 private:
  using Regions = std::set<domain::RegionName>;
  Result<Regions> begin_network(boundary::Writer& writer, const domain::Caller& who, const domain::NetworkId& id);
  Result<Regions> begin_subnet(boundary::Writer& writer, const domain::Caller& who, const domain::SubnetId& id);
  Result<void> finish_network(boundary::Writer& writer, const domain::NetworkId& id);
  Result<void> finish_subnet(boundary::Writer& writer, const domain::SubnetId& id);
  Result<void> await(const std::string& object, const std::string& kind, const std::string& id, const Regions& regions);
  template <class T, class Id>
  Result<void> conclude(const Id& id, const Regions& regions,
                        Result<void> (Deletion::*finish)(boundary::Writer&, const Id&));
  template <class T>
  Result<void> stop_deleting(boundary::Writer& writer, T& value);

  const CentralDeps& deps_;
};

}  // namespace causeway::services
