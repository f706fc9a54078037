#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::app {

/// The namespaces of a lab host, as open descriptors of its init process; -1 = the caller's own.
struct Namespaces {
  pid_t init = -1;  ///< enter all namespaces of this process
};

struct Spawn {
  std::vector<std::string> command;
  std::string log_file;             ///< both outputs, appended
  std::vector<std::string> environment;  ///< "NAME=value", added to ours
  Namespaces in;
  int listen_fd = -1;  ///< handed over as descriptor 3 with LISTEN_FDS=1 (systemd's socket activation protocol)
};

/// Starts a program. Its pid is as we see it; it dies with us (PDEATHSIG). The child is ours to wait for.
Result<pid_t> spawn(const Spawn& what);

/// Runs a command to its end; an error carries what it printed.
Result<void> run(const std::vector<std::string>& command, const Namespaces& in = {});

/// True while the process exists and is no zombie.
bool alive(pid_t pid);

}  // namespace causeway::app
