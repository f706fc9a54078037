#pragma once

#include <string>

namespace causeway::app {

/// `causeway config --check FILE`: whether a process could be started with this file, before it is. Every problem is printed on a line of
/// its own, with the setting that is wrong. 0 when there is none, else 2, as `causeway serve` would say.
int check_command(const std::string& config_file);

}  // namespace causeway::app
