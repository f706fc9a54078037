#pragma once

#include <string>

namespace causeway::app {

/// `causeway serve`: runs until SIGTERM or SIGINT; the exit code.
int serve(const std::string& config_file);

/// Every route of every API, for `causeway routes`: process, API, method, path, access, rule, status, versions.
std::string list_routes(bool tab_separated);

}  // namespace causeway::app
