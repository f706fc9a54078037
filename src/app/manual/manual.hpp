#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

/// Manual pages in the man(7) macros of troff, made out of what the program itself parses, so that they cannot differ from it.
namespace causeway::app {

/// causeway(1): every command and option of the command line, by CLI11's own tables.
std::string command_manual(const CLI::App& cli, std::string_view version);
/// causeway.toml(5): every setting, by `settings()`.
std::string settings_manual(std::string_view version);

}  // namespace causeway::app
