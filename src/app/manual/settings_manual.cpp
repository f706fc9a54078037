#include "causeway/app/config/process_kind.hpp"
#include "causeway/app/manual/manual.hpp"
#include "causeway/app/manual/troff.hpp"

namespace causeway::app {
namespace {

std::string meaning_of(const Setting& setting, const Config& defaults) {
  const std::string shown = setting.show(defaults);
  std::string text(setting.help);
  if (!shown.empty()) text += fmt::format(" Default: {}.", shown);
  std::vector<std::string_view> who;
  for (const auto kind : all_process_kinds) {
    if (needs(kind, setting.name) && shown.empty()) who.push_back(file_name_of(kind));
  }
  if (!who.empty()) text += fmt::format(" Required: {}.", fmt::join(who, ", "));
  return text;
}

}  // namespace

std::string settings_manual(std::string_view version) {
  std::string out = troff::title("CAUSEWAY.TOML", "5", version);
  out += troff::heading("NAME") + "causeway.toml \\- configuration of a process of Causeway\n";
  out += troff::heading("DESCRIPTION") +
         troff::plain("Each process reads one file in TOML: central.toml, region.toml or agent.toml. A name with a dot is a key in a table: listen.address is address under "
                      "[listen]. The environment overrides the file: the name in capitals with CAUSEWAY_ in front, dots as underscores, a list separated by commas. An "
                      "unknown key or a bad value is refused at start, with its line.") + "\n" +
         troff::paragraph("`causeway config --check FILE` tests a file with its certificates, and `causeway config --example central|region|agent` prints a fresh one.");
  out += troff::heading("SETTINGS");
  const Config defaults;
  for (const auto& setting : settings()) {
    out += troff::entry(troff::bold(setting.name) + " (" + troff::plain(setting.type) + ")", meaning_of(setting, defaults));
  }
  out += troff::entry(troff::bold("policy.\"RULE\"") + " (text)",
                      "Region: whom a rule of the container API admits: nobody, or some of admin, system-reader, member, reader, any-token.");
  out += troff::heading("SEE ALSO") + troff::bold("causeway") + "(1)\n";
  return out;
}

}  // namespace causeway::app
