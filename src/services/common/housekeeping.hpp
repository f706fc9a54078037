#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "causeway/base/result.hpp"

namespace causeway::services {

/// Does a small chore again and again until stopped: sweeping what has no effect any more, dropping tombstones. A failure is
/// logged and tried again at the next round. One thread.
class Housekeeping {
 public:
  Housekeeping(std::string name, std::chrono::milliseconds every, std::function<Result<void>()> chore);
  ~Housekeeping();
  void start();
  void stop();

 private:
  void loop(std::stop_token stop);

  const std::string name_;
  const std::chrono::milliseconds every_;
  const std::function<Result<void>()> chore_;
  std::jthread thread_;
};

}  // namespace causeway::services
