#include "causeway/app/central/keystone_command.hpp"

#include <algorithm>

#include "causeway/adapters/keystone/registration.hpp"
#include "causeway/adapters/system/system_clock.hpp"
#include "causeway/app/central/cloud_places.hpp"
#include "causeway/app/common/token_verification.hpp"

namespace causeway::app {
namespace {

/// An administrator waits longer than a request may.
constexpr std::chrono::seconds administrator_timeout{60};

Result<void> check_types(const std::vector<std::string>& types) {
  for (const auto& type : types) {
    if (domain::find_known_service(type) == nullptr) {
      return failed(Code::invalid, "keystone.service_type", "--services: there is no service of type '{}'.", type);
    }
  }
  return {};
}

adapters::KeystoneAccount administrator(const Config& config, const KeystoneRegisterOptions& options) {
  adapters::KeystoneAccount out = keystone_account(config);
  if (!options.auth_url.empty()) out.url = options.auth_url;
  out.username = options.username;
  out.password = options.password;
  out.user_domain_name = options.user_domain_name;
  out.project_name = options.project_name;
  out.project_domain_name = options.project_domain_name;
  out.timeout = administrator_timeout;
  out.named_by = "OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME";
  return out;
}

Result<void> register_cloud(const KeystoneRegisterOptions& options) {
  TRY(const auto config, load_config(options.config_file));
  if (!config.external_identity()) {
    return failed(Code::invalid, "keystone.embedded", "{} says identity.source = \"embedded\": there is no Keystone to tell. Set it to \"external\".", options.config_file);
  }
  TRY_VOID(check_types(options.services));
  TRY(const auto places, CloudPlaces::parse(config, options.central_address, options.regions));
  adapters::Registration wanted;
  wanted.regions = places.region_names();
  TRY(wanted.services, places.catalog(config, config.identity_url));
  if (!options.services.empty()) {
    std::erase_if(wanted.services, [&](const domain::ServiceAddress& each) {
      return std::find(options.services.begin(), options.services.end(), each.service_type) == options.services.end();
    });
  }
  wanted.service_user = keystone_account(config);
  wanted.service_user.timeout = administrator_timeout;
  adapters::SystemClock clock;
  TRY(const auto session, adapters::KeystoneSession::open(administrator(config, options), clock));
  const auto mode = options.dry_run ? adapters::RegistrationMode::dry_run : adapters::RegistrationMode::perform;
  adapters::Registrar registrar(*session, clock, mode, [](const std::string& step) { fmt::print("{}\n", step); });
  TRY_VOID(registrar.run(wanted));
  if (registrar.steps() == 0) fmt::print("Keystone knows all of it: nothing to do.\n");
  return {};
}

}  // namespace

int keystone_register_command(const KeystoneRegisterOptions& options) {
  const auto done = register_cloud(options);
  if (done) return 0;
  fmt::print(stderr, "causeway keystone register: {}\n", done.error().message);
  for (const auto& detail : done.error().context) fmt::print(stderr, "  {}\n", detail);
  return 1;
}

}  // namespace causeway::app
