#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace causeway {

/// RFC 4648 section 4, with padding.
std::string to_base64(std::string_view bytes);
/// Line breaks and blanks are skipped, as MIME writes them; padding is required. None for anything else.
std::optional<std::string> from_base64(std::string_view text);
/// RFC 4648 section 5, with padding: what Docker wants in X-Registry-Auth.
std::string to_padded_base64url(std::string_view bytes);

}  // namespace causeway
