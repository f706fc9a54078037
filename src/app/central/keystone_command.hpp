#pragma once

#include <string>
#include <vector>

namespace causeway::app {

struct KeystoneRegisterOptions {
  std::string config_file;
  std::string central_address = "127.0.0.1";
  std::vector<std::string> regions;   ///< "NAME=ADDRESS"
  std::vector<std::string> services;  ///< types; empty = all
  bool dry_run = false;
  /// The administrator, in the ecosystem's form (OS_AUTH_URL, OS_USERNAME, …). No URL: the configuration's.
  std::string auth_url, username, password, project_name = "admin", user_domain_name = "Default", project_domain_name = "Default";
};

/// `causeway keystone register`: makes a cloud known to an external Keystone: regions, services, endpoints, service user. Idempotent.
int keystone_register_command(const KeystoneRegisterOptions& options);

}  // namespace causeway::app
