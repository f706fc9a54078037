#include <algorithm>
#include <utility>

#include "causeway/app/config/process_kind.hpp"
#include "causeway/app/config/toml_value.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

constexpr std::size_t line_width = 118;

/// What an installation has whatever its cloud: the names of the package's units, state and certificates.
Config installed(ProcessKind kind) {
  const std::string name(file_name_of(kind));
  Config config;
  switch (kind) {
    case ProcessKind::central:
      config.roles = {"identity", "central-network"};
      config.region = "CentralRegion";
      break;
    case ProcessKind::region:
      config.roles = {"local-network", "images", "containers"};
      config.region = "RegionOne";
      break;
    case ProcessKind::host:
      config.roles = {"agent"};
      config.region = "RegionOne";
      break;
  }
  config.state_dir = "/var/lib/causeway/" + name;
  config.tls_ca_file = "/etc/causeway/tls/ca.pem";
  config.tls_certificate_file = "/etc/causeway/tls/" + name + ".pem";
  config.tls_key_file = "/etc/causeway/tls/" + name + ".key";
  return config;
}

std::string comment(std::string_view text) {
  std::string out, line;
  for (const auto word : split(text, ' ')) {
    if (!line.empty() && line.size() + 1 + word.size() > line_width) out += "# " + std::exchange(line, "") + "\n";
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  return out + "# " + line + "\n";
}

std::string entry(const Setting& setting, ProcessKind kind, const Config& defaults, const Config& here) {
  const auto dot = setting.name.rfind('.');
  const std::string key(dot == std::string_view::npos ? setting.name : setting.name.substr(dot + 1));
  const bool is_set = setting.show(here) != setting.show(defaults);
  std::string help(setting.help);
  if (!is_set && needs(kind, setting.name)) help += " Required.";
  return comment(help) + (is_set ? "" : "#") + key + " = " + toml_value(setting.type, setting.show(here)) + "\n\n";
}

std::string table_of(std::string_view setting) {
  const auto dot = setting.rfind('.');
  return dot == std::string_view::npos ? "" : std::string(setting.substr(0, dot));
}

}  // namespace

std::string example_configuration(ProcessKind kind) {
  const std::string file = fmt::format("/etc/causeway/{}.toml", file_name_of(kind));
  const Config defaults, here = installed(kind);
  std::vector<std::string> tables{""};
  for (const auto& setting : settings()) {
    if (reads(kind, setting.name) && std::ranges::find(tables, table_of(setting.name)) == tables.end()) tables.push_back(table_of(setting.name));
  }
  std::string out = comment(fmt::format("{}: see causeway.toml(5). A line that begins with # and a name shows the setting's default. After a change: "
                                        "`causeway config --check {}`.", file, file)) + "\n";
  for (const auto& table : tables) {
    if (!table.empty()) out += "[" + table + "]\n";
    for (const auto& setting : settings()) {
      if (table_of(setting.name) == table && reads(kind, setting.name)) out += entry(setting, kind, defaults, here);
    }
  }
  if (reads(kind, "policy.rule")) {
    out += "[policy]\n" + comment("Whom a rule of the container API admits: nobody, or some of admin, system-reader, member, reader, any-token.") +
           "#\"container:create:privileged\" = \"admin\"\n";
  }
  return out;
}

}  // namespace causeway::app
