#include "causeway/app/central/bootstrap_command.hpp"

#include "causeway/adapters/system/ed25519.hpp"
#include "causeway/adapters/system/password_hash.hpp"
#include "causeway/app/central/cloud_places.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/services/central/pods.hpp"
#include "causeway/services/common/token_verifier.hpp"
#include "causeway/services/identity/identity.hpp"

namespace causeway::app {
namespace {

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

/// Administrator, roles and catalog of our own identity service.
Result<void> bootstrap_identity(ServiceProcess& process, const CloudPlaces& places, const BootstrapOptions& options) {
  adapters::Ed25519Signer signer;
  adapters::CryptPasswordHasher passwords;
  services::StoreTokenVerifier verifier({process.store(), signer, process.clock()});
  services::Identity identity({process.store(), verifier, signer, passwords, process.clock(), process.ids()});
  services::BootstrapRequest request;
  request.admin_password = options.admin_password;
  request.regions = places.region_names();
  TRY(request.endpoints, places.catalog(process.config(), fmt::format("http://{}:{}/v3", places.central_address, process.config().identity_port)));
  return identity.bootstrap(request);
}

Result<void> bootstrap(const BootstrapOptions& options) {
  TRY(const auto config, load_config(options.config_file));
  TRY(const auto places, CloudPlaces::parse(config, options.central_address, options.regions));
  ServiceProcess process(config);
  TRY_VOID(process.open_state(1));
  if (!config.external_identity()) TRY_VOID(bootstrap_identity(process, places, options));
  services::Pods pods({process.store(), process.clock(), process.ids(), domain::RegionName(config.region)});
  TRY_VOID(register_pod(pods, config.region, ""));
  for (const auto& region : places.regions) TRY_VOID(register_pod(pods, region.name, "nova"));
  const std::string_view known = config.external_identity() ? "" : "the user admin, its roles, and ";
  fmt::print("The centre knows {}{} region(s).\n", known, options.regions.size());
  return {};
}

}  // namespace

int bootstrap_command(const BootstrapOptions& options) {
  const auto done = bootstrap(options);
  if (done) return 0;
  fmt::print(stderr, "causeway bootstrap: {}\n", done.error().message);
  return 1;
}

}  // namespace causeway::app
