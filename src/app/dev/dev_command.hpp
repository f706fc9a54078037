#pragma once

#include <string>

#include "causeway/app/dev/cloud.hpp"

namespace causeway::app {

struct DevCommandOptions {
  DevOptions cloud;
  bool demo = false;
  std::string image;
};

/// `causeway dev`: starts a cloud and keeps it until ^C, or runs the demonstration; leaves nothing.
int dev_command(const DevCommandOptions& options);

}  // namespace causeway::app
