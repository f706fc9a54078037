#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "causeway/app/common/client_files.hpp"
#include "causeway/app/dev/lab.hpp"
#include "causeway/app/dev/process_config.hpp"
#include "causeway/app/dev/supervisor.hpp"

namespace causeway::app {

struct DevOptions {
  std::string state_dir;       ///< "" = a fresh directory under the system's temporary one, removed at the end
  int regions = 2;
  int hosts_per_region = 2;
  bool keep_state = false;
  std::string admin_password = "causeway";
  int underlay_octet = 200;    ///< 10.<octet>.0.0/16 between the hosts
  std::string log_level = "info";
  std::vector<std::string> settings;  ///< "[PROCESS/]NAME=VALUE", see process_config.hpp
};

struct DevHost {
  std::string name, vtep, docker_socket;
  pid_t init = -1;
};
struct DevRegion {
  std::string name, address, control_address;
  std::vector<DevHost> hosts;
  int number = 0;  ///< from 1; what is outside of it is 172.30.<number>.0/24
};

/// A whole cloud on one machine: centre, regions, and in each region hosts as namespaces with a real dockerd and an agent each.
/// Every process is a child that can be killed and comes back. Must be made before the process has other threads.
class DevCloud {
 public:
  explicit DevCloud(DevOptions options);
  ~DevCloud();

  /// Makes everything and waits until every service answers; `say` is told of each step.
  Result<void> start(const std::function<void(const std::string&)>& say, const std::atomic<bool>& cancelled);
  /// Ends everything and removes what was made.
  void stop();
  void tick() { supervisor_.tick(); }

  Supervisor& supervisor() { return supervisor_; }
  Lab& lab() { return *lab_; }
  const std::vector<DevRegion>& regions() const { return regions_; }
  /// A process that is outside: in the network namespace of what hosts reach as the physical network "external".
  pid_t outside() const { return lab_->outside(); }
  const std::string& state_dir() const { return state_dir_; }
  const std::string& admin_password() const { return options_.admin_password; }
  /// With /v3: our own identity service, or the Keystone that --set names.
  const std::string& identity_url() const { return identity_url_; }
  std::string openrc() const;

 private:
  Result<void> prepare();
  Result<void> make_certificates();
  Result<void> start_central();
  Result<void> start_region(const DevRegion& region);
  Result<void> start_host(const DevRegion& region, DevHost& host);
  ClientAccess client_access() const;
  Result<void> write_client_files() const;
  Result<void> wait_ready(const std::function<void(const std::string&)>& say, const std::atomic<bool>& cancelled);
  bool every_host_is_known() const;
  /// What every process of the cloud has in its file.
  ProcessConfig config_of(const std::string& process, const std::string& roles, const std::string& region) const;
  /// Whose tokens a process takes.
  std::string identity_url_of(const std::string& process) const;
  /// The path of the file, with what was asked for by --set in it.
  Result<std::string> write_config(ProcessConfig config) const;
  /// An external Keystone must know the cloud's services and their user.
  Result<void> register_in_keystone(const std::vector<std::string>& places) const;
  Result<void> issue(const std::string& file, const std::string& common_name, const std::string& address) const;

  DevOptions options_;
  std::vector<Override> overrides_;
  bool external_identity_ = false;
  std::string identity_url_;
  std::string state_dir_;
  std::string central_control_;
  std::unique_ptr<Lab> lab_;
  Supervisor supervisor_;
  std::vector<DevRegion> regions_;
};

}  // namespace causeway::app
