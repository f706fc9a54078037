#pragma once

#include <string>

#include "causeway/base/result.hpp"

namespace causeway::app {

/// docs/networking-api.md: what the network API serves, out of its tables, with the tests in `tests_directory` that cover each
/// route (see test_proofs.hpp). invalid "docs.uncovered".
Result<std::string> describe_network_api(const std::string& tests_directory);

}  // namespace causeway::app
