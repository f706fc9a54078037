#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::app {

/// The configuration of one process: a TOML file whose keys are the names below ("listen.address"), overridden by
/// environment variables (CAUSEWAY_LISTEN_ADDRESS). Declared once, in config.cpp: name, member, help; reading, checking,
/// unknown-key errors and `causeway config` (the reference) come from that table.
struct Config {
  std::vector<std::string> roles;
  std::string region;
  std::string host;
  std::string state_dir;
  std::string log_level = "info";

  std::string listen_address = "127.0.0.1";
  std::int64_t identity_port = 5000;
  std::int64_t network_port = 9696;
  std::int64_t admin_port = 19999;
  std::int64_t images_port = 9292;
  std::int64_t containers_port = 9517;
  std::int64_t console_port = 6784;
  std::string control_address = "127.0.0.1";
  std::int64_t control_port = 9519;
  std::string control_url;  ///< as others reach it; "" = by address and port
  std::string own_control_url() const;

  std::string tls_ca_file;
  std::string tls_certificate_file;
  std::string tls_key_file;

  std::string central_control_url;
  std::string central_network_url;
  std::string identity_url = "http://127.0.0.1:5000/v3";
  std::string identity_source = "embedded";
  bool external_identity() const { return identity_source == "external"; }

  std::vector<std::string> endpoints_public, endpoints_internal, endpoints_admin;  ///< EndpointTemplates

  std::string keystone_url;
  std::string keystone_ca_file;
  std::string keystone_username = "causeway";
  std::string keystone_password;
  std::string keystone_user_domain = "Default";
  std::string keystone_project = "service";
  std::string keystone_project_domain = "Default";
  std::int64_t keystone_timeout_seconds = 3;
  std::int64_t keystone_cache_seconds = 30;
  std::int64_t keystone_outage_seconds = 300;
  std::int64_t keystone_refused_seconds = 5;
  std::int64_t keystone_revocation_seconds = 5;
  std::int64_t keystone_cached_tokens = 10'000;
  std::vector<std::string> keystone_service_token_roles{"service"};

  std::string region_control_url;
  std::string vtep;
  std::string docker_socket = "/run/docker.sock";
  std::string driver_socket = "/run/docker/plugins/causeway.sock";
  std::int64_t forgotten_after_seconds = 60;
  std::string host_api_address;
  std::int64_t host_api_port = 9518;
  std::vector<std::string> bridge_mappings;  ///< "physical network:bridge"
  std::string namespaces_dir = "/run/netns";

  std::string console_base_url;
  std::vector<std::string> console_allowed_origins;
  std::int64_t console_token_seconds = 600;
  std::int64_t console_ping_seconds = 30;

  std::int64_t lease_hours = 24;
  std::int64_t quarantine_seconds = 10;
  std::int64_t port_quota = 500;
  std::string docker_project;
  std::int64_t image_max_gib = 20;
  std::string images_source = "embedded";
  bool external_images() const { return images_source == "external"; }
  std::string glance_url;  ///< "" = the catalog's
  std::string glance_interface = "internal";
  std::string glance_ca_file;
  std::int64_t glance_timeout_seconds = 30;
  std::string default_image_driver = "glance";
  std::string image_pull_policy = "ifnotpresent";
  std::string default_registry;
  std::int64_t down_after_seconds = 6;
  double cpu_ratio = 16.0;
  double memory_ratio = 1.5;
  double disk_ratio = 1.0;
  std::int64_t cpu_pinning = 0;
  std::int64_t fast_path = 1;
  std::string unique_container_names = "none";
  std::int64_t worker_threads = 8;

  std::map<std::string, std::string> policy;  ///< rule of the container API -> whom it admits

  /// Bridges by physical network. Valid when the configuration is.
  std::map<std::string, std::string> physical_bridges() const;
  bool has_role(std::string_view role) const;
  /// What the process is called in logs: "central", "region RegionOne", "agent r1h1".
  std::string process_name() const;
  /// Where clients find the consoles of this region: "ws://127.0.1.1:6784/".
  std::string console_url() const;
};

/// One row of the table.
struct Setting {
  std::string_view name;  ///< "listen.address"
  std::string_view help;
  std::string_view type;  ///< "text", "integer", "number", "list"
  bool secret = false;
  std::function<std::string(const Config&)> show;
  std::function<Result<void>(Config&, const std::vector<std::string>&)> set;
};
const std::vector<Setting>& settings();

inline constexpr std::string_view all_roles[] = {"identity", "central-network", "local-network", "images", "containers", "agent"};

/// Reads the file, then the environment, then checks: errors name file, key and what to do. Unknown keys are refused.
Result<Config> load_config(const std::string& file);
/// The reference as a Markdown table.
std::string describe_settings();

}  // namespace causeway::app
