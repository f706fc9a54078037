#pragma once

#include <string>

#include "causeway/base/result.hpp"

namespace causeway::app {

/// docs/container-api.md: what the container API serves, out of its tables, and which test proves each route. A test says
/// "covers: POST /v1/containers/{id}/start" in a comment above it; `tests_directory` is searched for that. invalid
/// "docs.uncovered" when a route has no test, or a test covers a route that does not exist; the message has them all.
Result<std::string> describe_container_api(const std::string& tests_directory);

}  // namespace causeway::app
