#include "causeway/app/central/bootstrap_command.hpp"

#include "causeway/adapters/system/ed25519.hpp"
#include "causeway/adapters/system/password_hash.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/services/central/pods.hpp"
#include "causeway/services/common/token_verifier.hpp"
#include "causeway/services/identity/identity.hpp"

namespace causeway::app {
namespace {

struct RegionAddress {
  std::string name, address;
};

Result<std::vector<RegionAddress>> parse_regions(const std::vector<std::string>& texts) {
  std::vector<RegionAddress> out;
  for (const auto& text : texts) {
    const auto equal = text.find('=');
    if (equal == std::string::npos || equal == 0 || equal + 1 == text.size()) {
      return failed(Code::invalid, "bootstrap.region", "--region wants NAME=ADDRESS, not '{}'.", text);
    }
    out.push_back({text.substr(0, equal), text.substr(equal + 1)});
  }
  return out;
}

services::BootstrapRequest request_for(const Config& config, const BootstrapOptions& options, const std::vector<RegionAddress>& regions) {
  services::BootstrapRequest request;
  request.admin_password = options.admin_password;
  request.regions.push_back(config.region);
  const auto url = [](const std::string& address, std::int64_t port, std::string_view path) { return fmt::format("http://{}:{}{}", address, port, path); };
  const std::string identity = url(options.central_address, config.identity_port, "/v3");
  request.endpoints.push_back({"identity", config.region, identity});
  request.endpoints.push_back({"network", config.region, url(options.central_address, config.network_port, "")});
  request.endpoints.push_back({"tricircle", config.region, url(options.central_address, config.admin_port, "/v1.0")});
  for (const auto& region : regions) {
    request.regions.push_back(region.name);
    request.endpoints.push_back({"identity", region.name, identity});
    request.endpoints.push_back({"network", region.name, url(region.address, config.network_port, "")});
    request.endpoints.push_back({"image", region.name, url(region.address, config.images_port, "")});
    request.endpoints.push_back({"container", region.name, url(region.address, config.containers_port, "/v1")});
  }
  return request;
}

/// `zone` "" marks the centre. A pod that is there already is left as it is.
Result<void> register_pod(services::Pods& pods, const std::string& region, const std::string& zone) {
  TRY(const auto known, pods.list());
  for (const auto& pod : known) {
    if (pod.region_name.str() == region) return {};
  }
  domain::Pod pod;
  pod.region_name = domain::RegionName(region);
  pod.az_name = zone;
  TRY_VOID(pods.create(pod));
  return {};
}

Result<void> bootstrap(const BootstrapOptions& options) {
  TRY(const auto config, load_config(options.config_file));
  TRY(const auto regions, parse_regions(options.regions));
  ServiceProcess process(config);
  TRY_VOID(process.open_state(1));
  adapters::Ed25519Signer signer;
  adapters::CryptPasswordHasher passwords;
  services::StoreTokenVerifier verifier({process.store(), signer, process.clock()});
  services::Identity identity({process.store(), verifier, signer, passwords, process.clock(), process.ids()});
  TRY_VOID(identity.bootstrap(request_for(config, options, regions)));
  services::Pods pods({process.store(), process.clock(), process.ids(), domain::RegionName(config.region)});
  TRY_VOID(register_pod(pods, config.region, ""));
  for (const auto& region : regions) TRY_VOID(register_pod(pods, region.name, "nova"));
  return {};
}

}  // namespace

int bootstrap_command(const BootstrapOptions& options) {
  const auto done = bootstrap(options);
  if (done) {
    fmt::print("The centre knows the user admin, its roles, and {} region(s).\n", options.regions.size());
    return 0;
  }
  fmt::print(stderr, "causeway bootstrap: {}\n", done.error().message);
  return 1;
}

}  // namespace causeway::app
