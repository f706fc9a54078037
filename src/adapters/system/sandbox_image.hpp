#pragma once

#include "causeway/boundary/engine/sandbox_image.hpp"

namespace causeway::adapters {

/// The image that was built with this program; the definition is made by tools/make-pause-image out of pause.c.
boundary::SandboxImage sandbox_image();

}  // namespace causeway::adapters
