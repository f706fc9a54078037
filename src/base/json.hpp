#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "causeway/base/result.hpp"

namespace causeway {

/// JSON values. The one place where a Boost type is part of our vocabulary; objects keep the order of their keys.
using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;
using JsonString = boost::json::string;

/// Parses one document. Errors are `json.malformed` with the byte offset; numbers that are not finite and nesting
/// deeper than 32 are refused.
Result<Json> parse_json(std::string_view text);

/// Writes compact JSON. Doubles are written shortest-round-trip (512.0, not 5.12E2, which is what Boost 1.81 makes).
std::string to_text(const Json& value);

/// "a string", "an integer", ... for messages.
std::string_view type_name_of(const Json& value);

/// The member, or nullptr when `value` is no object or has no such key.
const Json* member(const Json& value, std::string_view key);

std::string to_std(const JsonString& text);
/// The member as a string; "" when absent or of another type.
std::string text_member(const Json& value, std::string_view key);

}  // namespace causeway
