#pragma once

#include <functional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/dns/message.hpp"

namespace causeway::boundary {

/// What is known of a name: the answer, or that others must be asked.
struct NameVerdict {
  bool known = false;
  domain::dns::Answer answer;                   ///< when it is known
  std::vector<domain::IpAddress> name_servers;  ///< else: to be asked from inside the container's network; empty: the host's own, from the host
};

/// Answers the DNS questions of containers, inside their network namespaces: on `address`, port 53, UDP. Docker's own resolver
/// forwards there what it does not know, when a container is made with that name server. So nothing has to be reachable over the
/// container's networks, and a container can ask about nothing but its own.
///
/// Questions are data of tenants: how many are under way is bounded, for each container and in all, and each is answered, or
/// given up, within seconds.
class NameServer {
 public:
  static constexpr const char* address = "127.0.0.12";
  /// Called on the server's thread; must not block.
  using Resolve = std::function<NameVerdict(const domain::dns::Question&)>;

  virtual ~NameServer() = default;
  /// Serves the namespace at this path (a file that stands for it) from now on; a second call for the same one only replaces
  /// `resolve`. Returns at once; a namespace that cannot be entered is logged.
  virtual void serve(const std::string& sandbox, Resolve resolve) = 0;
  /// Lets go of the namespace. One that went away by itself is let go of as well.
  virtual void drop(const std::string& sandbox) = 0;
};

}  // namespace causeway::boundary
