#pragma once

#include "causeway/base/json.hpp"
#include "causeway/services/identity/tokens.hpp"

namespace causeway::api {

/// Reads the body of POST /v3/auth/tokens. Invalid names what is missing; nothing is looked up.
Result<services::LoginRequest> read_login(const Json& body);

}  // namespace causeway::api
