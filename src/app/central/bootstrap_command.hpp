#pragma once

#include <string>
#include <vector>

namespace causeway::app {

struct BootstrapOptions {
  std::string config_file;
  std::string admin_password;
  std::string central_address = "127.0.0.1";
  std::vector<std::string> regions;  ///< "NAME=ADDRESS"
};

/// `causeway bootstrap`: works on the centre's state directory while the centre does not run. Idempotent.
int bootstrap_command(const BootstrapOptions& options);

}  // namespace causeway::app
