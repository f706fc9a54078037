#include "causeway/app/common/client_files.hpp"

#include "causeway/base/json.hpp"

namespace causeway::app {
namespace {

/// One word for a POSIX shell, whatever it holds.
std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

/// YAML reads a JSON string as it is.
std::string yaml_text(const std::string& text) { return to_text(Json(text)); }

}  // namespace

std::string openrc(const ClientAccess& access) {
  std::string out;
  const auto set = [&](std::string_view name, const std::string& value) { out += fmt::format("export {}={}\n", name, shell_word(value)); };
  set("OS_AUTH_URL", access.auth_url);
  set("OS_IDENTITY_API_VERSION", "3");
  set("OS_USERNAME", access.username);
  if (access.password) {
    set("OS_PASSWORD", *access.password);
  } else {
    out += "printf 'Password of %s: ' \"$OS_USERNAME\"; read -rs OS_PASSWORD; echo; export OS_PASSWORD\n";
  }
  set("OS_PROJECT_NAME", access.project);
  set("OS_USER_DOMAIN_NAME", access.domain);
  set("OS_PROJECT_DOMAIN_NAME", access.domain);
  if (!access.regions.empty()) set("OS_REGION_NAME", access.regions.front());
  return out;
}

std::string clouds_yaml(const ClientAccess& access) {
  std::string out = "clouds:\n";
  for (const auto& region : access.regions) {
    out += fmt::format("  {}:\n    auth:\n      auth_url: {}\n      username: {}\n", yaml_text(region), yaml_text(access.auth_url), yaml_text(access.username));
    if (access.password) out += fmt::format("      password: {}\n", yaml_text(*access.password));
    out += fmt::format("      project_name: {}\n      user_domain_name: {}\n      project_domain_name: {}\n    region_name: {}\n    identity_api_version: 3\n",
                       yaml_text(access.project), yaml_text(access.domain), yaml_text(access.domain), yaml_text(region));
  }
  return out;
}

}  // namespace causeway::app
