#include "causeway/app/config/config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <toml++/toml.h>

#include "causeway/app/config/endpoint_templates.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/domain/policy/policy.hpp"
#include "causeway/http/service_url.hpp"
#include "causeway/http/tls/tls_context.hpp"

namespace causeway::app {
namespace {

Setting text(std::string_view name, std::string Config::* member, std::string_view help) {
  return {name, help, "text", false, [member](const Config& c) { return c.*member; },
          [member](Config& c, const std::vector<std::string>& values) -> Result<void> {
            c.*member = values.empty() ? "" : values.front();
            return {};
          }};
}

Setting secret(std::string_view name, std::string Config::* member, std::string_view help) {
  Setting made = text(name, member, help);
  made.secret = true;
  return made;
}

Setting integer(std::string_view name, std::int64_t Config::* member, std::int64_t low, std::int64_t high, std::string_view help) {
  return {name, help, "integer", false, [member](const Config& c) { return std::to_string(c.*member); },
          [=](Config& c, const std::vector<std::string>& values) -> Result<void> {
            std::int64_t number = 0;
            const std::string& digits = values.empty() ? std::string() : values.front();
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (error != std::errc() || end != digits.data() + digits.size() || number < low || number > high) {
              return failed(Code::invalid, "config.bad_value", "{} must be an integer from {} to {}, not '{}'.", name, low, high, digits);
            }
            c.*member = number;
            return {};
          }};
}

/// A text that must be one of a few words.
Setting choice(std::string_view name, std::string Config::* member, std::vector<std::string> words, std::string_view help) {
  return {name, help, "text", false, [member](const Config& c) { return c.*member; },
          [name, member, words = std::move(words)](Config& c, const std::vector<std::string>& values) -> Result<void> {
            const std::string word = values.empty() ? "" : values.front();
            if (std::find(words.begin(), words.end(), word) == words.end()) {
              return failed(Code::invalid, "config.bad_value", "{} must be one of {}, not '{}'.", name, fmt::join(words, ", "), word);
            }
            c.*member = word;
            return {};
          }};
}

Setting number(std::string_view name, double Config::* member, double low, double high, std::string_view help) {
  return {name, help, "number", false, [member](const Config& c) { return fmt::format("{}", c.*member); },
          [=](Config& c, const std::vector<std::string>& values) -> Result<void> {
            double number = 0;
            const std::string& digits = values.empty() ? std::string() : values.front();
            const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
            if (error != std::errc() || end != digits.data() + digits.size() || !(number >= low && number <= high)) {
              return failed(Code::invalid, "config.bad_value", "{} must be a number from {} to {}, not '{}'.", name, low, high, digits);
            }
            c.*member = number;
            return {};
          }};
}

Setting list(std::string_view name, std::vector<std::string> Config::* member, std::string_view help) {
  return {name, help, "list", false, [member](const Config& c) { return fmt::format("{}", fmt::join(c.*member, ", ")); },
          [member](Config& c, const std::vector<std::string>& values) -> Result<void> {
            c.*member = values;
            return {};
          }};
}

std::vector<Setting> make_settings() {
  using C = Config;
  return {
      list("roles", &C::roles, "What this process does: identity, central-network, local-network, images, containers, agent."),
      text("region", &C::region, "Name of the region, as in the catalog. The centre has one too (CentralRegion)."),
      text("host", &C::host, "Name of the host (agent); shown as binding:host_id. Unique in the cloud."),
      text("state_dir", &C::state_dir, "Directory of the process's state. Required; made with mode 0700."),
      text("log_level", &C::log_level, "debug, info, warn or error."),
      text("listen.address", &C::listen_address, "Address of the public APIs."),
      integer("listen.identity_port", &C::identity_port, 0, 65535, "Keystone v3."),
      integer("listen.network_port", &C::network_port, 0, 65535, "Neutron v2.0."),
      integer("listen.admin_port", &C::admin_port, 0, 65535, "Tricircle Admin API (central)."),
      integer("listen.images_port", &C::images_port, 0, 65535, "Glance v2."),
      integer("listen.containers_port", &C::containers_port, 0, 65535, "Zun v1."),
      integer("listen.console_port", &C::console_port, 0, 65535, "WebSocket proxy for attach and interactive exec."),
      text("control.address", &C::control_address, "Address of the control API (mutual TLS): regions dial the centre's, agents their region's."),
      integer("control.port", &C::control_port, 0, 65535, "Port of the control API."),
      text("control.url", &C::control_url, "Region: where other regions reach its control API to fetch images; https, address and port by default."),
      text("tls.ca_file", &C::tls_ca_file, "PEM file of the authority that signs the certificates of centre, regions and hosts."),
      text("tls.certificate_file", &C::tls_certificate_file, "This process's certificate; its common name says for whom it speaks."),
      text("tls.key_file", &C::tls_key_file, "Its private key."),
      text("central.control_url", &C::central_control_url, "Region: where the centre's control API is, https://address:9519."),
      text("central.network_url", &C::central_network_url, "Region: the centre's Neutron API, http://address:9696; writes to networks are forwarded to it."),
      text("identity_url", &C::identity_url, "Public URL of the identity service, for WWW-Authenticate."),
      choice("identity.source", &C::identity_source, {"embedded", "external"},
             "Whose tokens are good: those of the centre's own identity service (embedded), or those of a Keystone (external); the same in every process."),
      list("endpoints.public", &C::endpoints_public,
           "Centre: URLs that `causeway bootstrap` and `causeway keystone register` put into the catalog for clients, instead of http://address:port: each "
           "\"[WHAT=]URL\". WHAT is a service type, REGION/TYPE or REGION/*; URL may have {region}, {service}, {address}, {port} and {path} in it."),
      list("endpoints.internal", &C::endpoints_internal, "Likewise, the internal endpoints."),
      list("endpoints.admin", &C::endpoints_admin, "Likewise, the admin endpoints."),
      text("keystone.url", &C::keystone_url, "External identity: where Keystone's v3 API is for this process, https://name:5000/v3."),
      text("keystone.ca_file", &C::keystone_ca_file, "PEM file of the authorities that may sign the certificate of Keystone, when keystone.url is https; those of the system by default."),
      text("keystone.username", &C::keystone_username, "The service user, by whom tokens are validated; it needs the role service. `causeway keystone register` makes it."),
      secret("keystone.password", &C::keystone_password, "Its password."),
      text("keystone.user_domain_name", &C::keystone_user_domain, "Domain of the service user."),
      text("keystone.project_name", &C::keystone_project, "Project of the service user."),
      text("keystone.project_domain_name", &C::keystone_project_domain, "Domain of that project."),
      integer("keystone.timeout_seconds", &C::keystone_timeout_seconds, 1, 60, "How long a request may wait for Keystone before it is answered 503."),
      integer("keystone.cache_seconds", &C::keystone_cache_seconds, 0, 3600,
              "How long a validated token is good without asking again: the bound within which any revocation is honoured while Keystone answers."),
      integer("keystone.outage_seconds", &C::keystone_outage_seconds, 0, 86400,
              "How much longer tokens go on that were validated before, while Keystone does not answer; after that, 503."),
      integer("keystone.refused_seconds", &C::keystone_refused_seconds, 0, 60, "How long a token that Keystone did not know is refused without asking again."),
      integer("keystone.revocation_seconds", &C::keystone_revocation_seconds, 0, 3600,
              "How often Keystone is asked for revocations (OS-REVOKE): what it publishes there is honoured within this time; 0 = never."),
      integer("keystone.cached_tokens", &C::keystone_cached_tokens, 1, 1'000'000, "Validated tokens that are remembered, about 2 KiB each."),
      list("keystone.service_token_roles", &C::keystone_service_token_roles,
           "Roles of which a service token (X-Service-Token) needs one, for the user's token beside it to be good although it expired."),
      text("agent.region_control_url", &C::region_control_url, "Agent: where its region's control API is, https://address:9519."),
      text("agent.vtep", &C::vtep, "Agent: this host's tunnel address on the underlay."),
      text("agent.docker_socket", &C::docker_socket, "Agent: Docker Engine's unix socket."),
      integer("agent.forgotten_after_seconds", &C::forgotten_after_seconds, 5, 86400,
              "Agent: how long Docker must be seen without a network or endpoint that it made by itself, before its port is released."),
      text("agent.driver_socket", &C::driver_socket, "Agent: the network driver's socket, unless it is inherited (LISTEN_FDS)."),
      text("agent.api_address", &C::host_api_address, "Agent: address of the host API that the region calls; the vtep by default."),
      integer("agent.api_port", &C::host_api_port, 0, 65535, "Agent: port of the host API."),
      list("agent.bridge_mappings", &C::bridge_mappings,
           "Agent: what this host reaches outside, each \"physical network:bridge\": external networks on it may have their gateways here. The bridge is the operator's."),
      text("agent.namespaces_dir", &C::namespaces_dir, "Agent: where the network namespaces of routers have their names, as ip netns keeps them."),
      text("console.base_url", &C::console_base_url,
           "Region: where clients reach its consoles, ws://name:6784/, or wss://name/ behind a proxy that ends TLS; by default listen.address and console_port."),
      list("console.allowed_origins", &C::console_allowed_origins, "Region: hosts of web pages that may open consoles, besides the one the console itself is reached by."),
      integer("console.token_seconds", &C::console_token_seconds, 1, 86400, "Region: how long the URL of a console opens it, again after a cut too."),
      integer("console.ping_seconds", &C::console_ping_seconds, 0, 3600, "Region: how long a browser may be silent before it is asked for a sign of life; 0 = never. The stock client is found by TCP keep-alive."),
      integer("network.lease_hours", &C::lease_hours, 1, 8760, "How long a region may allocate from a lease without hearing from the centre."),
      integer("network.quarantine_seconds", &C::quarantine_seconds, 0, 86400, "How long a freed address rests before it is used again."),
      integer("network.port_quota", &C::port_quota, 1, 10'000'000, "Ports that a project may have, unless its quota says otherwise."),
      text("network.docker_project", &C::docker_project,
           "Region: id of the project whose networks and ports people use who run `docker` on a host of the region themselves; empty = they cannot."),
      integer("images.max_gib", &C::image_max_gib, 1, 1024, "Largest image."),
      choice("images.source", &C::images_source, {"embedded", "external"},
             "Region: where its images are: in its own image service (embedded), or in a Glance (external), which needs an external identity."),
      text("glance.url", &C::glance_url, "External images: where Glance is for this region, http://name:9292; by default where Keystone's catalog says for the region."),
      choice("glance.interface", &C::glance_interface, {"public", "internal", "admin"}, "External images: which of the catalog's endpoints is taken."),
      text("glance.ca_file", &C::glance_ca_file, "PEM file of the authorities that may sign the certificate of Glance, when its URL is https; those of the system by default."),
      integer("glance.timeout_seconds", &C::glance_timeout_seconds, 1, 300, "How long Glance may be silent: before it answers, and between two pieces of an image."),
      choice("containers.default_image_driver", &C::default_image_driver, {"glance", "docker"},
             "Where images come from when a create names no driver: the region's image service (glance) or a registry (docker)."),
      choice("containers.image_pull_policy", &C::image_pull_policy, {"always", "ifnotpresent", "never"},
             "Of images of registries, when a create names no policy."),
      text("containers.default_registry", &C::default_registry,
           "Registry (host[:port][/path]) of images whose name has none; Docker Hub by default."),
      integer("hosts.down_after_seconds", &C::down_after_seconds, 3, 3600, "How long a host may be silent before its containers are shown as Unknown; hosts report every 2 s."),
      number("containers.cpu_ratio", &C::cpu_ratio, 0.1, 1000, "CPUs that a host promises to containers, for each that it has."),
      number("containers.memory_ratio", &C::memory_ratio, 0.1, 1000, "Memory that a host promises to containers, for each byte that it has."),
      number("containers.disk_ratio", &C::disk_ratio, 0.1, 1000, "Disk that a host promises to containers that ask for some, for each GiB that it has."),
      integer("agent.fast_path", &C::fast_path, 0, 1,
              "Agent: 1 = packets of established flows go straight from link to link, where the kernel can; 0 = all of them pass the bridges and filters."),
      integer("agent.cpu_pinning", &C::cpu_pinning, 0, 1, "Agent: 1 = containers with cpu_policy dedicated get CPUs of this host that are theirs alone."),
      choice("containers.unique_names", &C::unique_container_names, {"none", "project", "global"}, "Within what no two containers may have the same name, whatever its case: none, project or global."),
      integer("worker_threads", &C::worker_threads, 1, 256, "Threads that answer requests, for each listener."),
  };
}

std::string environment_name(std::string_view setting) {
  std::string name = "CAUSEWAY_";
  for (const char c : setting) name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return name;
}

const Setting* find_setting(std::string_view name) {
  for (const auto& setting : settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

Result<std::vector<std::string>> values_of(const std::string& name, const toml::node& node) {
  if (const auto* value = node.as_string()) return std::vector{value->get()};
  if (const auto* value = node.as_integer()) return std::vector{std::to_string(value->get())};
  if (const auto* value = node.as_floating_point()) return std::vector{fmt::format("{}", value->get())};
  if (const auto* array = node.as_array()) {
    std::vector<std::string> out;
    for (const auto& item : *array) {
      const auto* value = item.as_string();
      if (value == nullptr) return failed(Code::invalid, "config.bad_value", "{} must be a list of strings.", name);
      out.push_back(value->get());
    }
    return out;
  }
  return failed(Code::invalid, "config.bad_value", "{} must be a string, a number or a list of strings.", name);
}

/// The table whose keys are rules, not settings.
constexpr std::string_view policy_table = "policy";

Result<void> apply_policy(Config& config, const toml::table& table) {
  for (const auto& [rule, node] : table) {
    const auto* words = node.as_string();
    if (words == nullptr) {
      return failed(Code::invalid, "config.bad_value", "Line {}: policy.\"{}\" must be a string such as \"admin or member\".",
                    node.source().begin.line, rule.str());
    }
    config.policy[std::string(rule.str())] = words->get();
  }
  TRY_VOID(domain::Policy::with(config.policy));
  return {};
}

Result<void> apply_table(Config& config, const toml::table& table, const std::string& prefix) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const auto* inner = node.as_table()) {
      TRY_VOID(name == policy_table ? apply_policy(config, *inner) : apply_table(config, *inner, name + "."));
      continue;
    }
    const Setting* setting = find_setting(name);
    if (setting == nullptr) {
      return failed(Code::invalid, "config.unknown_key", "Line {}: there is no setting '{}'; `causeway config` lists them.", node.source().begin.line, name);
    }
    TRY(const auto values, values_of(name, node));
    if (auto set = setting->set(config, values); !set) {
      Error error = std::move(set).error();
      error.message = fmt::format("Line {}: {}", node.source().begin.line, error.message);
      return failed(std::move(error));
    }
  }
  return {};
}

Result<void> check_identity(const Config& config) {
  if (!config.external_identity() || config.has_role("agent")) return {};
  if (config.has_role("identity")) {
    return failed(Code::invalid, "config.identity", "roles names identity, but identity.source is external: take one of them away.");
  }
  if (config.keystone_url.empty() || config.keystone_password.empty()) {
    return failed(Code::invalid, "config.identity", "An external identity (identity.source) needs keystone.url and keystone.password.");
  }
  return {};
}

Result<void> check_authorities(std::string_view setting, const std::string& file) {
  if (file.empty()) return {};
  const auto usable = http::make_client_context({.ca_file = file, .certificate_file = "", .key_file = "", .server_name = ""});
  if (!usable) return failed(Code::invalid, "config.bad_value", "{}: {}", setting, usable.error().message);
  return {};
}

Result<void> check(const Config& config) {
  if (config.roles.empty()) return failed(Code::invalid, "config.no_roles", "roles is empty: say what the process shall do.");
  for (const auto& role : config.roles) {
    if (std::find(std::begin(all_roles), std::end(all_roles), role) == std::end(all_roles)) {
      return failed(Code::invalid, "config.bad_role", "roles: there is no role '{}'.", role);
    }
  }
  if (config.state_dir.empty()) return failed(Code::invalid, "config.no_state_dir", "state_dir is not set.");
  if (config.region.empty()) return failed(Code::invalid, "config.no_region", "region is not set.");
  if (config.has_role("agent") && (config.host.empty() || config.vtep.empty() || config.region_control_url.empty())) {
    return failed(Code::invalid, "config.agent", "An agent needs host, agent.vtep and agent.region_control_url.");
  }
  for (const auto& mapping : config.bridge_mappings) {
    const auto colon = mapping.find(':');
    const bool good = colon != std::string::npos && colon > 0 && colon + 1 < mapping.size();
    if (!good) return failed(Code::invalid, "config.bad_value", "agent.bridge_mappings: '{}' is not \"physical network:bridge\".", mapping);
  }
  TRY_VOID(check_identity(config));
  TRY_VOID(check_authorities("keystone.ca_file", config.keystone_ca_file));
  TRY_VOID(check_authorities("glance.ca_file", config.glance_ca_file));
  TRY_VOID(EndpointTemplates::parse("endpoints.public", config.endpoints_public));
  TRY_VOID(EndpointTemplates::parse("endpoints.internal", config.endpoints_internal));
  TRY_VOID(EndpointTemplates::parse("endpoints.admin", config.endpoints_admin));
  if (auto where = http::ServiceUrl::parse(config.glance_url); !config.glance_url.empty() && !where) {
    return failed(Code::invalid, "config.bad_value", "glance.url: {}", where.error().message);
  }
  if (config.external_images() && !config.external_identity()) {
    return failed(Code::invalid, "config.images", "An external Glance (images.source) needs an external Keystone: set identity.source = \"external\" as well.");
  }
  const std::string& consoles = config.console_base_url;
  if (!consoles.empty() && !consoles.starts_with("ws://") && !consoles.starts_with("wss://")) {
    return failed(Code::invalid, "config.bad_value", "console.base_url must begin with ws:// or wss://, not '{}'.", consoles);
  }
  return {};
}

}  // namespace

bool Config::has_role(std::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

std::map<std::string, std::string> Config::physical_bridges() const {
  std::map<std::string, std::string> out;
  for (const auto& mapping : bridge_mappings) {
    const auto colon = mapping.find(':');
    if (colon != std::string::npos) out.emplace(mapping.substr(0, colon), mapping.substr(colon + 1));
  }
  return out;
}

std::string Config::process_name() const {
  if (has_role("agent")) return "agent " + host;
  if (has_role("central-network") || has_role("identity")) return "central";
  return "region " + region;
}

std::string Config::console_url() const {
  if (!console_base_url.empty()) return console_base_url.ends_with('/') ? console_base_url : console_base_url + "/";
  const bool is_v6 = listen_address.find(':') != std::string::npos;
  return fmt::format("ws://{}{}{}:{}/", is_v6 ? "[" : "", listen_address, is_v6 ? "]" : "", console_port);
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> table = make_settings();
  return table;
}

Result<Config> load_config(const std::string& file) {
  Config config;
  try {
    const toml::table table = toml::parse_file(file);
    if (auto applied = apply_table(config, table, ""); !applied) {
      Error error = std::move(applied).error();
      error.message = fmt::format("{}: {}", file, error.message);
      return failed(std::move(error));
    }
  } catch (const toml::parse_error& error) {
    return failed(Code::invalid, "config.malformed", "{}, line {}: {}", file, error.source().begin.line, error.description());
  }
  for (const auto& setting : settings()) {
    if (const char* value = std::getenv(environment_name(setting.name).c_str())) {
      std::vector<std::string> values;
      for (const auto part : split(value, ',')) values.emplace_back(setting.type == "list" ? trim(part) : part);
      if (setting.type != "list") values = {value};
      TRY_VOID(setting.set(config, values));
    }
  }
  if (auto good = check(config); !good) {
    Error error = std::move(good).error();
    error.message = fmt::format("{}: {}", file, error.message);
    return failed(std::move(error));
  }
  return config;
}

std::string describe_settings() {
  std::string out = "| setting | type | default | meaning |\n|---|---|---|---|\n";
  const Config defaults;
  for (const auto& setting : settings()) {
    out += fmt::format("| `{}` | {} | `{}` | {} |\n", setting.name, setting.type, setting.show(defaults), setting.help);
  }
  out += "| `policy.\"RULE\"` | text | see docs/container-api.md | Region: whom a rule of the container API admits: nobody, or some of admin, "
         "system-reader, member, reader, any-token, such as `policy.\"container:create:privileged\" = \"admin\"`. |\n";
  return out;
}

std::string Config::own_control_url() const {
  if (!control_url.empty()) return control_url;
  const bool is_v6 = control_address.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(is_v6 ? "https://[{}]:{}" : "https://{}:{}"), control_address, control_port);
}

}  // namespace causeway::app
