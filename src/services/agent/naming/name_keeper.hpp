#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "causeway/boundary/kernel/name_server.hpp"
#include "causeway/services/agent/host_view.hpp"

namespace causeway::services {

/// Answers the names of the networks that a container is on.
///
/// A port's name is its dns_name, else its own name; the region gives the port of a container the container's host name or name.
///
///   web                     a port of one of the asker's networks, in any region
///   web.net1                the same, of the network called net1
///   web.corp.example        the same, of a network whose dns_domain is "corp.example."
///   7.0.20.10.in-addr.arpa  web.net1, or web.corp.example
///
/// A name of one label that no port has does not exist; everything else is asked of the subnets' name servers, or the host's. Names of
/// networks that the asker is not on are nobody's business.
/// Concurrency: thread-safe; `resolve` is a look-up in memory.
class NameKeeper {
 public:
  NameKeeper(const HostView& view, boundary::NameServer& server) : view_(view), server_(server) {}

  /// The port's interface goes into the sandbox.
  void joined(const domain::PortId& port, const std::string& sandbox);
  /// It leaves; with the last one the sandbox is let go of.
  void left(const domain::PortId& port);
  /// What is in the sandbox, as seen.
  void ensure(const std::string& sandbox, const std::vector<domain::PortId>& ports);
  boundary::NameVerdict resolve(const std::string& sandbox, const domain::dns::Question& question) const;

 private:
  void serve_locked(const std::string& sandbox);
  std::vector<HostView::Ref<domain::Network>> networks_of(const std::string& sandbox) const;
  bool find_forward(const domain::Network& network, std::string_view name, domain::dns::Answer& answer) const;
  std::optional<boundary::NameVerdict> find_reverse(const std::vector<HostView::Ref<domain::Network>>& networks, const domain::IpAddress& address) const;

  const HostView& view_;
  boundary::NameServer& server_;
  mutable std::mutex mutex_;
  std::map<std::string, std::set<domain::PortId>> ports_;  ///< by sandbox
};

}  // namespace causeway::services
