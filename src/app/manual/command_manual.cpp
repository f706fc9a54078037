#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <utility>

#include "causeway/app/manual/manual.hpp"
#include "causeway/app/manual/troff.hpp"

namespace causeway::app {
namespace {

/// CLI11 says "INT:INT in [1 - 9]": what is given, and what is checked of it.
std::pair<std::string, std::string> type_of(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return {};
  const std::string type = option.get_type_name();
  const auto colon = type.find(':');
  if (colon == std::string::npos) return {type, ""};
  return {type.substr(0, colon), type.substr(colon + 1)};
}

std::string tag_of(const CLI::Option& option) {
  const std::string value = type_of(option).first;
  std::string names;
  for (const auto& name : option.get_snames()) names += (names.empty() ? "" : ", ") + troff::bold("-" + name);
  for (const auto& name : option.get_lnames()) names += (names.empty() ? "" : ", ") + troff::bold("--" + name);
  if (names.empty()) return troff::italic(option.get_name(true));
  return names + (value.empty() ? "" : " " + troff::italic(value));
}

std::string meaning_of(const CLI::Option& option) {
  std::string text = option.get_description();
  if (option.get_required()) text += " (required)";
  if (const auto checked = type_of(option).second; !checked.empty()) text += fmt::format(" ({})", checked);
  const std::string& value = option.get_default_str();
  if (!value.empty() && value != "[]" && value != "\"\"") text += fmt::format(" (default: {})", value);
  if (!option.get_envname().empty()) text += fmt::format(" (or by the environment: {})", option.get_envname());
  return text;
}

std::string options_of(const CLI::App& app) {
  std::string out;
  for (const auto* option : app.get_options()) out += troff::entry(tag_of(*option), meaning_of(*option));
  return out;
}

/// Commands in the order in which they are declared, a command before its own.
std::string commands_of(const CLI::App& app, const std::string& path) {
  std::string out;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string name = path + " " + command->get_name();
    out += troff::subheading(name) + troff::plain(command->get_description()) + "\n" + options_of(*command) + commands_of(*command, name);
  }
  return out;
}

}  // namespace

std::string command_manual(const CLI::App& cli, std::string_view version) {
  std::string out = troff::title("CAUSEWAY", "1", version);
  out += troff::heading("NAME") + "causeway \\- containers in many regions as one cloud\n";
  out += troff::heading("SYNOPSIS") + troff::bold("causeway") + " " + troff::italic("command") + " [" + troff::italic("option") + "...]\n";
  out += troff::heading("DESCRIPTION") + troff::plain(
      "One program serves a cloud of containers over plain Docker Engines: the centre, the regions and the hosts, each as a process of its own with a configuration "
      "file of its own, and the commands with which an operator sets them up. Clients are the stock ones of OpenStack.") + "\n";
  out += troff::heading("OPTIONS") + options_of(cli);
  out += troff::heading("COMMANDS") + commands_of(cli, "causeway");
  out += troff::heading("EXIT STATUS") + troff::entry("0", "It is done.") + troff::entry("1", "It failed; standard error says why.") +
         troff::entry("2", "The configuration is wrong; standard error names the setting.") +
         troff::entry("above 100", "The command line is wrong.");
  out += troff::heading("ENVIRONMENT") +
         troff::entry(troff::bold("CAUSEWAY_*"), "A setting, instead of the one in the file: see causeway.toml(5).") +
         troff::entry(troff::bold("NOTIFY_SOCKET"), "The service manager is told there when the process serves.") +
         troff::entry(troff::bold("LISTEN_FDS"), "Agent: descriptor 3 is the network driver's listening socket.");
  out += troff::heading("FILES") +
         troff::entry(troff::italic("/etc/causeway/central.toml") + ", " + troff::italic("region.toml") + ", " + troff::italic("agent.toml"),
                      "Configurations of the units causeway-central, causeway-region and causeway-agent.") +
         troff::entry(troff::italic("/etc/causeway/tls/"), "Each process's certificate and key, and the authority's certificate.") +
         troff::entry(troff::italic("/var/lib/causeway/"), "State, a directory for each process.");
  out += troff::heading("SEE ALSO") + troff::bold("causeway.toml") + "(5), " + troff::bold("openstack") + "(1), " + troff::bold("systemctl") + "(1)\n";
  return out;
}

}  // namespace causeway::app
