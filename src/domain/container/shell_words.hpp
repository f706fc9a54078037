#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::domain {

/// Splits a command line into words as a POSIX shell would quote them (and as Python's shlex.split does): blanks
/// separate,
/// '...' is literal, "..." keeps blanks and knows \" and \\, a backslash outside quotes takes the next character
/// literally. No expansion of any kind. invalid "command.unbalanced" for an open quote or a trailing backslash.
Result<std::vector<std::string>> split_words(std::string_view text);

}  // namespace causeway::domain
