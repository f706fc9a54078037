#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "causeway/domain/router/reach.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/common/feed.hpp"

namespace causeway::services {

/// The networks of a feed's subscriber: those that it has ports on, those that routers join to them, and the external
/// ones on which it holds a gateway; with them their subnets and ports, the routers, and the routers' floating IPs.
///
/// Job: the common half of RegionInterest and HostInterest, which say what the subscriber has ports on. It sees every
/// change of routers, wanted or not, because a change may make one wanted. Lifetime and concurrency: those of the
/// interest, one feed session.
class NetworkScope {
 public:
  /// Whether the subscriber holds this gateway.
  using Holds = std::function<bool(const domain::RouterGateway&)>;
  explicit NetworkScope(Holds holds) : holds_(std::move(holds)) {}

  /// What the subscriber's own networks are now, and which of them it had at its cursor `from` for sure; and on which it
  /// may have had something that ended since. What it holds for sure is not sent again, what it may hold is closed.
  struct Own {
    std::set<std::string> now, then, ended;
  };
  Result<void> resume(boundary::Reader& reader, boundary::Revision from, const Own& own);

  void add_own(const std::string& network) { note(reach_.add_own(network)); }
  void remove_own(const std::string& network) { note(reach_.remove_own(network)); }
  /// Of any record; those that are no routers or floating IPs change nothing.
  void see(const boundary::Change& change);

  bool wants(const boundary::Change& change) const;
  bool has_network(const std::string& network) const { return reach_.has_network(network); }
  /// What became wanted, or is no longer, since the last call.
  std::vector<boundary::Select> take_opened();
  std::vector<Interest::Closed> take_closed();

 private:
  Result<void> close_all_else(boundary::Reader& reader, boundary::Revision from);
  domain::Reach::Legs legs_of(const Json& body) const;
  void note(const domain::Reach::Delta& delta);
  void open_network(const std::string& network);
  void open_router(const std::string& router);
  void close_unless_wanted(std::string_view kind, const std::string& id);

  const Holds holds_;
  domain::Reach reach_;
  std::vector<boundary::Select> opened_;
  std::vector<Interest::Closed> closed_;
};

}  // namespace causeway::services
