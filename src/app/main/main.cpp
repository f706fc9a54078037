#include <CLI/CLI.hpp>

#include "causeway/app/central/bootstrap_command.hpp"
#include "causeway/app/central/keystone_command.hpp"
#include "causeway/app/common/certificate_command.hpp"
#include "causeway/app/common/client_files.hpp"
#include "causeway/app/common/commands.hpp"
#include "causeway/app/common/container_api_docs.hpp"
#include "causeway/app/common/network_api_docs.hpp"
#include "causeway/app/common/project_command.hpp"
#include "causeway/app/config/check_command.hpp"
#include "causeway/app/config/process_kind.hpp"
#include "causeway/app/dev/dev_command.hpp"
#include "causeway/app/manual/manual.hpp"
#include "causeway/app/manual/shell_completion.hpp"

using namespace causeway::app;

int main(int argc, char** argv) {
  CLI::App cli("Causeway: containers in many regions as one cloud");
  cli.require_subcommand(1);
  cli.set_version_flag("--version", "causeway " CAUSEWAY_VERSION, "print the version");
  cli.option_defaults()->always_capture_default();
  int exit_code = 0;

  std::string config_file;
  auto* serve_command = cli.add_subcommand("serve", "run the roles that a configuration names");
  serve_command->add_option("--config", config_file, "TOML file")->required()->type_name("FILE");
  serve_command->callback([&] { exit_code = serve(config_file); });

  BootstrapOptions bootstrap_options;
  auto* bootstrap = cli.add_subcommand("bootstrap", "make the first administrator, the roles and the catalog, in the centre's state");
  bootstrap->add_option("--config", bootstrap_options.config_file, "the centre's TOML file")->required()->type_name("FILE");
  bootstrap->add_option("--admin-password", bootstrap_options.admin_password, "password of the user admin; needed once, unless identity is external")->envname("CAUSEWAY_ADMIN_PASSWORD");
  bootstrap->add_option("--central", bootstrap_options.central_address, "address of the centre's public APIs")->type_name("ADDRESS");
  bootstrap->add_option("--region", bootstrap_options.regions, "a region and the address of its public APIs; repeat for each")->type_name("NAME=ADDRESS");
  bootstrap->callback([&] { exit_code = bootstrap_command(bootstrap_options); });

  KeystoneRegisterOptions keystone_options;
  auto* keystone = cli.add_subcommand("keystone", "an external Keystone")->require_subcommand(1);
  auto* enroll = keystone->add_subcommand("register", "make the cloud known to it: regions, services, endpoints, service user; does only what is missing");
  enroll->add_option("--config", keystone_options.config_file, "the centre's TOML file")->required()->type_name("FILE");
  enroll->add_option("--central", keystone_options.central_address, "address of the centre's public APIs")->type_name("ADDRESS");
  enroll->add_option("--region", keystone_options.regions, "a region and the address of its public APIs; repeat for each")->type_name("NAME=ADDRESS");
  enroll->add_option("--services", keystone_options.services, "only these types of network,container,image,tricircle,identity")->delimiter(',');
  enroll->add_flag("--dry-run", keystone_options.dry_run, "only say what would be done");
  enroll->add_option("--os-auth-url", keystone_options.auth_url, "keystone.url of the configuration by default")->envname("OS_AUTH_URL");
  enroll->add_option("--os-username", keystone_options.username, "the administrator")->required()->envname("OS_USERNAME");
  enroll->add_option("--os-password", keystone_options.password, "of the administrator")->required()->envname("OS_PASSWORD");
  enroll->add_option("--os-project-name", keystone_options.project_name, "of the administrator")->envname("OS_PROJECT_NAME");
  enroll->add_option("--os-user-domain-name", keystone_options.user_domain_name, "of the administrator")->envname("OS_USER_DOMAIN_NAME");
  enroll->add_option("--os-project-domain-name", keystone_options.project_domain_name, "of the administrator")->envname("OS_PROJECT_DOMAIN_NAME");
  enroll->callback([&] { exit_code = keystone_register_command(keystone_options); });

  ProjectMoveOptions move_options;
  auto* project = cli.add_subcommand("project", "projects of the state of a centre or region that does not run")->require_subcommand(1);
  auto* move = project->add_subcommand("move", "give all that it holds of one project to another: to be done for the centre and for every region");
  move->add_option("--config", move_options.config_file, "the process's TOML file")->required()->type_name("FILE");
  move->add_option("--from", move_options.from, "id of the project that gives")->required()->type_name("ID");
  move->add_option("--to", move_options.to, "id of the project that gets")->required()->type_name("ID");
  move->add_flag("--dry-run", move_options.dry_run, "only count what would be moved");
  move->callback([&] { exit_code = project_move_command(move_options); });

  CertificateOptions certificate_options;
  auto* certificate = cli.add_subcommand("certificate", "make a certificate for the centre, a region or a host, and the authority when there is none");
  certificate->add_option("--dir", certificate_options.directory, "directory of the authority")->required()->type_name("DIRECTORY");
  certificate->add_option("--for", certificate_options.subject, "central, region:NAME or host:REGION/HOST")->required()->type_name("SUBJECT");
  certificate->add_option("--address", certificate_options.addresses, "IP address at which it is dialled; repeat for each")->type_name("ADDRESS");
  certificate->add_option("--dns", certificate_options.names, "DNS name at which it is dialled; repeat for each")->type_name("NAME");
  certificate->add_option("--days", certificate_options.days, "how long it is good")->check(CLI::Range(1, 3650));
  certificate->callback([&] { exit_code = certificate_command(certificate_options); });

  DevCommandOptions dev_options;
  auto* dev = cli.add_subcommand("dev", "a whole cloud on this machine: centre, regions, hosts with real Docker Engines");
  dev->add_option("--regions", dev_options.cloud.regions, "how many regions")->check(CLI::Range(1, 9));
  dev->add_option("--hosts", dev_options.cloud.hosts_per_region, "hosts in each region")->check(CLI::Range(1, 16));
  dev->add_option("--state", dev_options.cloud.state_dir, "keep the state in this directory")->type_name("DIRECTORY");
  dev->add_option("--underlay", dev_options.cloud.underlay_octet, "N: hosts talk over 10.N.0.0/16")->check(CLI::Range(1, 254));
  dev->add_option("--admin-password", dev_options.cloud.admin_password, "password of the user admin");
  dev->add_option("--log-level", dev_options.cloud.log_level, "of all processes")->type_name("debug|info|warn|error");
  dev->add_option("--set", dev_options.cloud.settings, "a setting of one process (central, RegionOne, r1h1), or of all; repeat for each")
      ->type_name("[PROCESS/]NAME=VALUE")
      ->allow_extra_args(false);
  dev->add_flag("--demo", dev_options.demo, "run the main job, show it, and end");
  dev->add_option("--image", dev_options.image, "docker save archive for --demo")->type_name("FILE");
  dev->callback([&] { exit_code = dev_command(dev_options); });

  bool tab_separated = false;
  auto* routes = cli.add_subcommand("routes", "every route of every API");
  routes->add_flag("--tsv", tab_separated, "tab separated");
  std::string container_tests, network_tests;
  routes->add_option("--container-api", container_tests, "instead, docs/container-api.md, with the tests in this directory that cover each route")->type_name("DIRECTORY");
  routes->add_option("--network-api", network_tests, "instead, docs/networking-api.md, likewise")->type_name("DIRECTORY");
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

  std::string checked_file, example;
  auto* config = cli.add_subcommand("config", "every setting, as a table");
  config->add_option("--check", checked_file, "instead, whether a process could start with this file")->type_name("FILE");
  config->add_option("--example", example, "instead, a fresh configuration file for such a process")->type_name("central|region|agent");
  config->callback([&] {
    if (!checked_file.empty()) {
      exit_code = check_command(checked_file);
    } else if (const auto kind = process_kind_of(example)) {
      fmt::print("{}", example_configuration(*kind));
    } else if (example.empty()) {
      fmt::print("{}", describe_settings());
    } else {
      fmt::print(stderr, "causeway: --example wants central, region or agent, not '{}'.\n", example);
      exit_code = 1;
    }
  });

  ClientAccess access;
  std::string password;
  bool as_clouds = false;
  auto* openrc_command = cli.add_subcommand("openrc", "what the stock clients need to log in: OS_* variables for a shell, or clouds.yaml");
  openrc_command->add_option("--auth-url", access.auth_url, "URL of the identity service, http://ADDRESS:5000/v3")->required()->type_name("URL");
  openrc_command->add_option("--region", access.regions, "a region; repeat for each, the first is the default one")->required()->type_name("NAME");
  openrc_command->add_option("--username", access.username, "who logs in")->type_name("NAME");
  openrc_command->add_option("--project", access.project, "the project to work in")->type_name("NAME");
  openrc_command->add_option("--domain", access.domain, "the domain of both")->type_name("NAME");
  openrc_command->add_option("--password", password, "the password; without it the client asks")->envname("CAUSEWAY_PASSWORD");
  openrc_command->add_flag("--clouds", as_clouds, "clouds.yaml, with a cloud for each region");
  openrc_command->callback([&] {
    if (!password.empty()) access.password = password;
    fmt::print("{}", as_clouds ? clouds_yaml(access) : openrc(access));
  });

  bool of_settings = false;
  auto* manual = cli.add_subcommand("manual", "causeway(1) for man, made out of these commands");
  manual->add_flag("--settings", of_settings, "instead, causeway.toml(5)");
  manual->callback([&] { fmt::print("{}", of_settings ? settings_manual(CAUSEWAY_VERSION) : command_manual(cli, CAUSEWAY_VERSION)); });

  std::string shell;
  auto* completion = cli.add_subcommand("completion", "completion of these commands for a shell");
  completion->add_option("shell", shell, "which shell")->required()->check(CLI::IsMember({"bash", "zsh"}))->type_name("bash|zsh");
  completion->callback([&] { fmt::print("{}", shell == "zsh" ? zsh_completion(cli) : bash_completion(cli)); });

  CLI11_PARSE(cli, argc, argv);
  return exit_code;
}
