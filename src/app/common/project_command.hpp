#pragma once

#include <string>

namespace causeway::app {

struct ProjectMoveOptions {
  std::string config_file;
  std::string from, to;  ///< ids
  bool dry_run = false;
};

/// `causeway project move`: gives what the process's state holds of one project to another (services/common/projects), while the process
/// does not run. Exit code: 0 done, 1 not.
int project_move_command(const ProjectMoveOptions& options);

}  // namespace causeway::app
