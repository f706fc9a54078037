#pragma once

#include "causeway/base/error.hpp"

namespace causeway::sql {

/// What an extended result code means (session.hpp lists the reasons). `text` is SQLite's own, for the log.
Error sqlite_error(int code, const char* text);

}  // namespace causeway::sql
