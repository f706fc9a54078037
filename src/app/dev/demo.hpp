#pragma once

#include <functional>
#include <string>

#include "causeway/app/dev/cloud.hpp"

namespace causeway::app {

/// The main job, shown: an image in each region, one network at the centre, a container in each region, and both reach each
/// other; then all of it deleted. Over the public APIs, as any client would.
Result<void> demonstrate(DevCloud& cloud, const std::string& image_file, const std::function<void(const std::string&)>& say);

}  // namespace causeway::app
