#include "causeway/app/manual/shell_completion.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "causeway/app/manual/command_tree.hpp"

namespace causeway::app {
namespace {

std::string words_after(const CLI::App& app) {
  std::string words;
  for (const auto* command : subcommands(app)) words += command->get_name() + " ";
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) words += "--" + name + " ";
    if (option->get_positional()) {
      std::string values = placeholder_of(*option);
      std::ranges::replace(values, '|', ' ');
      words += values + " ";
    }
  }
  if (!words.empty()) words.pop_back();
  return words;
}

/// How bash completes the value of an option.
std::string generator(const std::string& placeholder) {
  if (placeholder == "FILE") return "compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
  if (placeholder == "DIRECTORY") return "compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$current\")";
  if (placeholder.find('|') == std::string::npos) return ":";
  std::string words = placeholder;
  std::ranges::replace(words, '|', ' ');
  return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\")", words);
}

}  // namespace

std::string bash_completion(const CLI::App& cli) {
  const auto nodes = command_tree(cli);
  std::string paths, values, words;
  for (const auto& node : nodes) {
    if (!node.path.empty()) paths += fmt::format("      '{}') path=\"$path $word\" ;;\n", node.path);
    words += fmt::format("    '{}') mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\") ;;\n", node.path, words_after(*node.app));
    for (const auto* option : node.app->get_options()) {
      if (option->get_items_expected_max() == 0) continue;
      for (const auto& name : option->get_lnames()) {
        values += fmt::format("    '{} --{}') {}; return ;;\n", node.path, name, generator(placeholder_of(*option)));
      }
    }
  }
  return fmt::format(R"(# bash completion for causeway, made by `causeway completion bash`
_causeway() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} path='' word
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$path $word" in
{}    esac
  done
  COMPREPLY=()
  case "$path $previous" in
{}  esac
  case "$path" in
{}  esac
}}
complete -o bashdefault -F _causeway causeway
)", paths, values, words);
}

}  // namespace causeway::app
