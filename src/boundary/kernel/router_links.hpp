#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/router/router_namespace.hpp"

namespace causeway::boundary {

/// The routers of one host: network namespaces with legs in the host's bridges.
///
/// Contract (tests/conformance/router_links_suite.hpp runs on every implementation):
/// - `ensure_router` makes the namespace and all in it as it is said, or changes what differs, and takes away what is not
///   said: legs, addresses, routes, neighbours, translations. With nothing to change it changes nothing, so packets pass
///   all the while. A bridge that is named and not there: not_found "links.no_bridge". A link of a leg's name that is no
///   veth: conflict "links.wrong_kind".
/// - `remove_router` takes the legs away with it; of one that is not there it succeeds.
/// - Other failures: as Links. What was done before the failure stays: call again.
/// - A router has no address of its own but those of its legs, detects no duplicates of them (they are the same on other
///   hosts), answers ARP only for the leg that is asked, and sends and takes no redirects or router advertisements.
/// - Addresses are translated by conntrack of the namespace alone. What is not translated any more stops at once, with
///   the connections that it had.
/// - Thread-safe; calls are serialised. Nothing waits on the network.
class RouterLinks {
 public:
  virtual ~RouterLinks() = default;
  virtual Result<void> ensure_router(const domain::RouterNamespace& wanted) = 0;
  virtual Result<void> remove_router(std::string_view name) = 0;
  /// The names of all that are there, in order, those from an earlier life of this process too.
  virtual Result<std::vector<std::string>> list_routers() = 0;
};

}  // namespace causeway::boundary
