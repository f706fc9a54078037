#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/services/network/lease_keeper.hpp"

namespace causeway::services {

/// The region's answers when the centre wants to delete a network or subnet (its replica says `deleting`).
///
/// No port is made on what is being deleted. If a port of ours is left: says so, once per attempt of the centre.
/// Otherwise gives up the leases, says so, and forgets the replicas; from then on we do not host it. Concurrency: any
/// thread; one at a time per object. Fails: as the gateway and the store do; to be tried again.
class Releases {
 public:
  Releases(const NetworkDeps& deps, const LeaseKeeper& leases) : deps_(deps), leases_(leases) {}

  /// What waits for our answer: "network/<id>", "subnet/<id>".
  Result<std::vector<std::string>> pending();
  Result<void> answer(const std::string& object);

 private:
  struct Verdict {
    std::string kind, id;
    std::int64_t attempt = 0;  ///< the revision of the replica that asks
    bool asked = false;
    bool in_use = false;
    std::vector<std::string> given_up;  ///< resources whose leases went with the answer
  };
  Result<Verdict> judge_network(boundary::Writer& writer, const std::string& id);
  Result<Verdict> judge_subnet(boundary::Writer& writer, const std::string& id);
  Result<void> forget(boundary::Writer& writer, const Verdict& verdict);
  Result<void> forget_network(boundary::Writer& writer, const std::string& id);
  bool answered(const std::string& object, std::int64_t attempt);

  const NetworkDeps& deps_;
  const LeaseKeeper& leases_;
  std::mutex mutex_;
  std::map<std::string, std::int64_t> in_use_said_;  ///< object -> attempt that was told "in use"
};

}  // namespace causeway::services
