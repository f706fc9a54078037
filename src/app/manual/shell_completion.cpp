#include "causeway/app/manual/shell_completion.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace causeway::app {
namespace {

struct Node {
  std::string path;  ///< " config" for `causeway config`, "" for the program
  const CLI::App* app;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Node>& out) {
  out.push_back({path, &app});
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) collect(*command, path + " " + command->get_name(), out);
}

std::string words_after(const CLI::App& app) {
  std::string words;
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) words += command->get_name() + " ";
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) words += "--" + name + " ";
    if (option->get_positional()) {
      std::string values = option->get_type_name();
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
  std::vector<Node> nodes;
  collect(cli, "", nodes);
  std::string paths, values, words;
  for (const auto& node : nodes) {
    if (!node.path.empty()) paths += fmt::format("      '{}') path=\"$path $word\" ;;\n", node.path);
    words += fmt::format("    '{}') mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\") ;;\n", node.path, words_after(*node.app));
    for (const auto* option : node.app->get_options()) {
      if (option->get_items_expected_max() == 0) continue;
      for (const auto& name : option->get_lnames()) {
        values += fmt::format("    '{} --{}') {}; return ;;\n", node.path, name, generator(option->get_type_name()));
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
