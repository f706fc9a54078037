#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace causeway::app {

/// A command, and how it is called behind the program's name: " config" for `causeway config`, "" for the program.
struct CommandNode {
  std::string path;
  const CLI::App* app;
};

inline std::vector<const CLI::App*> subcommands(const CLI::App& app) { return app.get_subcommands([](const CLI::App*) { return true; }); }

inline void collect_commands(const CLI::App& app, const std::string& path, std::vector<CommandNode>& out) {
  out.push_back({path, &app});
  for (const auto* command : subcommands(app)) collect_commands(*command, path + " " + command->get_name(), out);
}

/// The program and all its commands, each before those below it.
inline std::vector<CommandNode> command_tree(const CLI::App& program) {
  std::vector<CommandNode> out;
  collect_commands(program, "", out);
  return out;
}

/// What stands for an option's value: "FILE", "bash|zsh". CLI11's type name goes on with what is checked of it: "INT:INT in [1 - 9]".
inline std::string placeholder_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return type.substr(0, type.find(':'));
}

}  // namespace causeway::app
