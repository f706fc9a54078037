#pragma once

#include <string>

namespace CLI {
class App;
}

namespace causeway::app {

/// Completion for bash out of the command line's own tables: commands, options, files and directories where an option's placeholder is FILE
/// or DIRECTORY, and words where it is "one|another". Needs nothing of the package bash-completion.
std::string bash_completion(const CLI::App& cli);
/// The same for zsh, with what each command and option is for: the autoloaded function _causeway.
std::string zsh_completion(const CLI::App& cli);

}  // namespace causeway::app
