#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/api/kit/route.hpp"
#include "causeway/base/result.hpp"

namespace causeway::app {

/// "METHOD path" to the tests that cover it, in order of their files. A test says so in a comment above it:
/// "covers: POST /v1/containers/{id}/start", several with commas between.
using Proofs = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Of the tests in this directory, for the routes whose path `wanted` accepts.
Proofs collect_proofs(const std::string& directory, const std::function<bool(std::string_view path)>& wanted);

/// Each of these words to the tests that have it in quotes, in order of their files. `under`: the folders of tests to read.
Proofs collect_mentions(const std::string& directory, const std::vector<std::string>& under, const std::vector<std::string>& words);

/// invalid "docs.uncovered" when a route has no test, or a test covers a route that does not exist; the message has them all.
Result<void> check_coverage(std::string_view api, const std::vector<api::BoundRoute>& rows, const Proofs& proofs);

}  // namespace causeway::app
