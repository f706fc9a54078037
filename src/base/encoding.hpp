#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace causeway {

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
/// RFC 4648 section 5, without padding.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);
/// RFC 3986 percent-encoding of everything but unreserved characters.
std::string percent_encode(std::string_view text);
/// None for a broken escape. `plus_is_space` for query strings.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string to_lower(std::string_view text);
bool is_uuid(std::string_view text);
bool is_valid_utf8(std::string_view text);

}  // namespace causeway
