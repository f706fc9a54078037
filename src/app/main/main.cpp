#include <CLI/CLI.hpp>

#include "causeway/app/central/bootstrap_command.hpp"
#include "causeway/app/central/keystone_command.hpp"
#include "causeway/app/common/certificate_command.hpp"
#include "causeway/app/common/commands.hpp"
#include "causeway/app/common/container_api_docs.hpp"
#include "causeway/app/common/network_api_docs.hpp"
#include "causeway/app/config/config.hpp"
#include "causeway/app/dev/dev_command.hpp"

using namespace causeway::app;

int main(int argc, char** argv) {
  CLI::App cli("Causeway: containers in many regions as one cloud");
  cli.require_subcommand(1);
  cli.set_version_flag("--version", "causeway 0.1.0");
  int exit_code = 0;

  std::string config_file;
  auto* serve_command = cli.add_subcommand("serve", "run the roles that a configuration names");
  serve_command->add_option("--config", config_file, "TOML file")->required();
  serve_command->callback([&] { exit_code = serve(config_file); });

  BootstrapOptions bootstrap_options;
  auto* bootstrap = cli.add_subcommand("bootstrap", "make the first administrator, the roles and the catalog, in the centre's state");
  bootstrap->add_option("--config", bootstrap_options.config_file, "the centre's TOML file")->required();
  bootstrap->add_option("--admin-password", bootstrap_options.admin_password, "password of the user admin; needed once, unless identity is external")->envname("CAUSEWAY_ADMIN_PASSWORD");
  bootstrap->add_option("--central", bootstrap_options.central_address, "address of the centre's public APIs");
  bootstrap->add_option("--region", bootstrap_options.regions, "NAME=ADDRESS of a region's public APIs; repeat for each");
  bootstrap->callback([&] { exit_code = bootstrap_command(bootstrap_options); });

  KeystoneRegisterOptions keystone_options;
  auto* keystone = cli.add_subcommand("keystone", "an external Keystone")->require_subcommand(1);
  auto* enroll = keystone->add_subcommand("register", "make the cloud known to it: regions, services, endpoints, service user; does only what is missing");
  enroll->add_option("--config", keystone_options.config_file, "the centre's TOML file")->required();
  enroll->add_option("--central", keystone_options.central_address, "address of the centre's public APIs");
  enroll->add_option("--region", keystone_options.regions, "NAME=ADDRESS of a region's public APIs; repeat for each");
  enroll->add_option("--services", keystone_options.services, "only these types of network,container,image,tricircle,identity")->delimiter(',');
  enroll->add_flag("--dry-run", keystone_options.dry_run, "only say what would be done");
  enroll->add_option("--os-auth-url", keystone_options.auth_url, "keystone.url of the configuration by default")->envname("OS_AUTH_URL");
  enroll->add_option("--os-username", keystone_options.username, "the administrator")->required()->envname("OS_USERNAME");
  enroll->add_option("--os-password", keystone_options.password, "of the administrator")->required()->envname("OS_PASSWORD");
  enroll->add_option("--os-project-name", keystone_options.project_name, "of the administrator")->envname("OS_PROJECT_NAME");
  enroll->add_option("--os-user-domain-name", keystone_options.user_domain_name, "of the administrator")->envname("OS_USER_DOMAIN_NAME");
  enroll->add_option("--os-project-domain-name", keystone_options.project_domain_name, "of the administrator")->envname("OS_PROJECT_DOMAIN_NAME");
  enroll->callback([&] { exit_code = keystone_register_command(keystone_options); });

  CertificateOptions certificate_options;
  auto* certificate = cli.add_subcommand("certificate", "make a certificate for the centre, a region or a host, and the authority when there is none");
  certificate->add_option("--dir", certificate_options.directory, "directory of the authority")->required();
  certificate->add_option("--for", certificate_options.subject, "central, region:NAME or host:REGION/HOST")->required();
  certificate->add_option("--address", certificate_options.addresses, "IP address at which it is dialled; repeat for each");
  certificate->add_option("--dns", certificate_options.names, "DNS name at which it is dialled; repeat for each");
  certificate->add_option("--days", certificate_options.days, "how long it is good")->check(CLI::Range(1, 3650));
  certificate->callback([&] { exit_code = certificate_command(certificate_options); });

  DevCommandOptions dev_options;
  auto* dev = cli.add_subcommand("dev", "a whole cloud on this machine: centre, regions, hosts with real Docker Engines");
  dev->add_option("--regions", dev_options.cloud.regions, "how many regions")->check(CLI::Range(1, 9));
  dev->add_option("--hosts", dev_options.cloud.hosts_per_region, "hosts in each region")->check(CLI::Range(1, 16));
  dev->add_option("--state", dev_options.cloud.state_dir, "keep the state in this directory");
  dev->add_option("--underlay", dev_options.cloud.underlay_octet, "N: hosts talk over 10.N.0.0/16")->check(CLI::Range(1, 254));
  dev->add_option("--admin-password", dev_options.cloud.admin_password, "password of the user admin");
  dev->add_option("--log-level", dev_options.cloud.log_level, "of all processes");
  dev->add_option("--set", dev_options.cloud.settings, "[PROCESS/]NAME=VALUE: a setting of one process (central, RegionOne, r1h1), or of all; repeat for each")
      ->allow_extra_args(false);
  dev->add_flag("--demo", dev_options.demo, "run the main job, show it, and end");
  dev->add_option("--image", dev_options.image, "docker save archive for --demo");
  dev->callback([&] { exit_code = dev_command(dev_options); });

  bool tab_separated = false;
  auto* routes = cli.add_subcommand("routes", "every route of every API");
  routes->add_flag("--tsv", tab_separated, "tab separated");
  std::string container_tests, network_tests;
  routes->add_option("--container-api", container_tests, "instead, docs/container-api.md, with the tests in this directory that cover each route");
  routes->add_option("--network-api", network_tests, "instead, docs/networking-api.md, likewise");
  routes->callback([&] {
    if (container_tests.empty() && network_tests.empty()) {
      fmt::print("{}", list_routes(tab_separated));
      return;
    }
    const auto document = container_tests.empty() ? describe_network_api(network_tests) : describe_container_api(container_tests);
    if (document) {
      fmt::print("{}", *document);
    } else {
      fmt::print(stderr, "causeway: {}\n", document.error().message);
      exit_code = 1;
    }
  });

  cli.add_subcommand("config", "every setting")->callback([] { fmt::print("{}", describe_settings()); });

  CLI11_PARSE(cli, argc, argv);
  return exit_code;
}
