#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "causeway/app/manual/command_tree.hpp"
#include "causeway/app/manual/shell_completion.hpp"

namespace causeway::app {
namespace {

/// Within single quotes, with a backslash before each of `special`.
std::string quoted(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string function_of(const std::string& path) {
  std::string out = "_causeway" + path;
  std::ranges::replace(out, ' ', '_');
  std::ranges::replace(out, '-', '_');
  return out;
}

/// How the value of an option is completed: the last two fields of what _arguments takes.
std::string value_of(const std::string& placeholder) {
  const std::string message = quoted(placeholder, ":\\");
  if (placeholder == "FILE") return message + ":_files";
  if (placeholder == "DIRECTORY") return message + ":_files -/";
  if (placeholder.find('|') == std::string::npos) return message + ": ";
  std::string words = placeholder;
  std::ranges::replace(words, '|', ' ');
  return fmt::format("value:({})", words);
}

std::string arguments_of(const CLI::App& app) {
  std::string out;
  for (const auto* option : app.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0, repeats = option->get_items_expected_max() > 1;
    const std::string help = quoted(option->get_description(), "[]:\\");
    for (const auto& name : option->get_lnames()) {
      out += fmt::format(" \\\n    '{}--{}{}[{}]{}'", repeats ? "*" : "", name, takes_value ? "=" : "", help, takes_value ? ":" + value_of(placeholder_of(*option)) : "");
    }
    if (option->get_positional()) out += fmt::format(" \\\n    ':{}'", value_of(placeholder_of(*option)));
  }
  return out;
}

/// A command with others below it: which one, and then that one's own function.
std::string function_with_commands(const CommandNode& node) {
  std::string names, calls;
  for (const auto* command : subcommands(*node.app)) {
    names += fmt::format(" \\\n        '{}:{}'", command->get_name(), quoted(command->get_description(), "\\"));
    calls += fmt::format("        {}) {} ;;\n", command->get_name(), function_of(node.path + " " + command->get_name()));
  }
  return fmt::format(R"({}() {{
  local curcontext=$curcontext context state state_descr line
  local -A opt_args
  local -a commands
  _arguments -C{} \
    ': :->command' '*:: :->rest'
  case $state in
    command)
      commands=({})
      _describe command commands ;;
    rest)
      case $words[1] in
{}      esac ;;
  esac
}}
)", function_of(node.path), arguments_of(*node.app), names, calls);
}

}  // namespace

std::string zsh_completion(const CLI::App& cli) {
  std::string out = "#compdef causeway\n# zsh completion for causeway, made by `causeway completion zsh`\n";
  for (const auto& node : command_tree(cli)) {
    if (subcommands(*node.app).empty()) {
      out += fmt::format("{}() {{\n  _arguments{}\n}}\n", function_of(node.path), arguments_of(*node.app));
    } else {
      out += function_with_commands(node);
    }
  }
  // autoloaded, the file is the body of _causeway itself the first time
  return out + "_causeway \"$@\"\n";
}

}  // namespace causeway::app
