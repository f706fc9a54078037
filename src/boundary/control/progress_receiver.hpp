#pragma once

#include "causeway/base/result.hpp"
#include "causeway/domain/region/progress.hpp"

namespace causeway::boundary {

/// The centre, as a region tells it how far it and its hosts are. Saying the same again is harmless.
class ProgressReceiver {
 public:
  virtual ~ProgressReceiver() = default;
  virtual Result<void> progress(const domain::RegionProgress& progress) = 0;
};

}  // namespace causeway::boundary
