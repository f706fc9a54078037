#pragma once

#include <string>
#include <vector>

#include "causeway/app/dev/process.hpp"
#include "causeway/base/result.hpp"

namespace causeway::app {

/// A host of the lab: namespaces of its own (network, mount, PID, UTS, IPC), held by an init process, so that a real dockerd and
/// an agent run in it as on a machine of their own, and nothing outlives the init.
struct LabHost {
  std::string name;
  std::string address;  ///< on the underlay
  pid_t init = -1;
  int driver_listen_fd = -1;  ///< listening on /run/docker/plugins/causeway.sock of the host; outlives its agent
  std::string cgroup;         ///< "/causeway-<lab>/<host>"
};

/// The network between the hosts, and the hosts. Everything is anonymous and held by child processes: when the supervisor dies,
/// even by SIGKILL, the kernel takes it all down; what is left to `destroy` are cgroup directories.
///
///   root namespace            underlay namespace             host namespaces
///   cw-ul-<lab> 10.200.0.x -- veth -- bridge "ul" -- veth -- eth0 10.200.r.h
///                                     bridge "ex<r>" -- veth -- eth1 -- bridge "br-ex"
///
/// "ex<r>" is what a region's hosts reach outside, the physical network "external": 172.30.r.0/24, whose router, 172.30.r.1,
/// is the underlay namespace.
class Lab {
 public:
  /// `name`: at most 6 characters, tells labs on one machine apart; `second` is the second octet pair's start: 10.<second>.0.0/16.
  Lab(std::string name, int second_octet, std::string state_dir);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  /// Makes the underlay; the root namespace gets `addresses` on it.
  Result<void> make_underlay(const std::vector<std::string>& addresses);
  Result<void> make_external(int region);
  Result<LabHost> add_host(const std::string& name, const std::string& address, int region);
  /// Of the underlay namespace: who enters it is outside.
  pid_t outside() const { return underlay_init_; }
  /// Cuts or heals a host's link.
  Result<void> set_link(const std::string& host, bool up);
  void destroy();
  std::string address(int third, int fourth) const;

 private:
  Result<pid_t> start_init(const std::string& name, bool own_filesystem, int driver_fd);

  const std::string name_;
  const int octet_;
  const std::string state_dir_;
  pid_t underlay_init_ = -1;
  std::vector<LabHost> hosts_;
};

}  // namespace causeway::app
