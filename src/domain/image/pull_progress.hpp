#pragma once

#include <cstdint>
#include <string>

namespace causeway::domain {

/// How far the pull of an image is.
struct PullProgress {
  int layers_done = 0, layers = 0;
  std::int64_t bytes = 0, total_bytes = 0;  ///< of the layers whose size is known by now
  bool operator==(const PullProgress&) const = default;
};

/// "Pulling 3/5 layers, 45 of 120 MB", never longer than a status_detail may be (50 characters).
std::string describe(const PullProgress& progress);

}  // namespace causeway::domain
