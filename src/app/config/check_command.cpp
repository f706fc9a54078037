#include "causeway/app/config/check_command.hpp"

#include <ctime>
#include <initializer_list>
#include <utility>

#include "causeway/adapters/system/certificate_check.hpp"
#include "causeway/app/config/process_kind.hpp"
#include "causeway/contract/control.hpp"
#include "causeway/domain/network/address.hpp"
#include "causeway/http/client.hpp"

namespace causeway::app {
namespace {

using Problems = std::vector<std::string>;

std::string common_name(const Config& config) {
  switch (process_kind_of(config)) {
    case ProcessKind::central: return "central";
    case ProcessKind::region: return contract::region_common_name(config.region);
    case ProcessKind::host: return contract::host_common_name(config.region, config.host);
  }
  std::unreachable();
}

void check_needs(const Config& config, Problems& problems) {
  for (const auto& setting : settings()) {
    if (needs(process_kind_of(config), setting.name) && setting.show(config).empty()) {
      problems.push_back(fmt::format("{} is not set: {}", setting.name, setting.help));
    }
  }
}

void check_roles(const Config& config, Problems& problems) {
  const auto any_of = [&](std::initializer_list<std::string_view> roles) {
    for (const auto role : roles) {
      if (config.has_role(role)) return 1;
    }
    return 0;
  };
  if (any_of({"identity", "central-network"}) + any_of({"local-network", "images", "containers"}) + any_of({"agent"}) > 1) {
    problems.push_back("roles: a process is a centre, a region or a host, and never two of them.");
  }
}

void check_values(const Config& config, Problems& problems) {
  for (const auto& [setting, url] : {std::pair{"central.control_url", config.central_control_url}, {"agent.region_control_url", config.region_control_url}}) {
    const auto endpoint = http::Endpoint::parse(url);
    if (url.empty()) continue;
    if (!endpoint) problems.push_back(fmt::format("{}: {}", setting, endpoint.error().message));
    if (!url.starts_with("https://")) problems.push_back(fmt::format("{} must begin with https://, not '{}'.", setting, url));
  }
  if (!config.vtep.empty() && !domain::IpAddress::parse(config.vtep)) {
    problems.push_back(fmt::format("agent.vtep must be an IP address, not '{}'.", config.vtep));
  }
}

/// What the certificate says for whom, and until when; empty when it is no good.
std::string check_tls(const Config& config, Problems& problems) {
  if (config.tls_ca_file.empty() || config.tls_certificate_file.empty() || config.tls_key_file.empty()) return "";
  const auto facts = adapters::check_certificate(config.tls_ca_file, config.tls_certificate_file, config.tls_key_file);
  if (!facts) {
    problems.push_back("tls: " + facts.error().message);
    return "";
  }
  if (facts->common_name != common_name(config)) {
    problems.push_back(fmt::format("tls.certificate_file: {} speaks for '{}', not for '{}'.", config.tls_certificate_file, facts->common_name, common_name(config)));
  }
  std::tm until{};
  const std::time_t seconds = facts->not_after;
  gmtime_r(&seconds, &until);
  char date[16];
  std::strftime(date, sizeof date, "%Y-%m-%d", &until);
  return fmt::format("its certificate speaks for {} until {}", facts->common_name, date);
}

}  // namespace

int check_command(const std::string& config_file) {
  const auto config = load_config(config_file);
  if (!config) {
    fmt::print(stderr, "causeway: {}\n", config.error().message);
    return 2;
  }
  Problems problems;
  check_roles(*config, problems);
  check_needs(*config, problems);
  check_values(*config, problems);
  const std::string certificate = check_tls(*config, problems);
  for (const auto& problem : problems) fmt::print(stderr, "causeway: {}: {}\n", config_file, problem);
  if (!problems.empty()) return 2;
  fmt::print("{} is good: {}, state in {}; {}.\n", config_file, config->process_name(), config->state_dir, certificate);
  return 0;
}

}  // namespace causeway::app
