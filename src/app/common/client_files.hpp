#pragma once

#include <optional>
#include <string>
#include <vector>

namespace causeway::app {

/// How the stock clients log in.
struct ClientAccess {
  std::string auth_url;
  std::string username = "admin";
  std::optional<std::string> password;  ///< none: the client asks for it
  std::string project = "admin";
  std::string domain = "Default";       ///< of user and project
  std::vector<std::string> regions;
};

/// Lines for a shell's `source`; without a password they ask for it. The first region is the default one.
std::string openrc(const ClientAccess& access);
/// clouds.yaml with one cloud for each region, of the region's name.
std::string clouds_yaml(const ClientAccess& access);

}  // namespace causeway::app
