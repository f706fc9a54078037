#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/json.hpp"

/// How the container API reads single values: the loose types of its JSON schema (numbers as text, booleans as words).
/// Every function names `field` in its error, invalid "spec.bad_value". Pure.
namespace causeway::domain::spec {

std::unexpected<Error> bad_value(std::string_view field, const Json& value, std::string_view why);

struct Length {
  std::size_t min = 0, max = 65535;
};
using Check = bool (*)(std::string_view);

/// A string of `length` bytes, valid UTF-8 without NUL, that passes `check` (nullptr = none).
Result<std::string> text(std::string_view field, const Json& value, Length length = {}, Check check = nullptr,
                         std::string_view why = "It is not valid.");
/// true, false, or "True", "true", "False", "false".
Result<bool> flag(std::string_view field, const Json& value);
/// An integer, or its digits, from min to max.
Result<std::int64_t> integer(std::string_view field, const Json& value, std::int64_t min, std::int64_t max);
/// A number, or its decimal form, from min to max.
Result<double> number(std::string_view field, const Json& value, double min, double max);
/// A list of at most `max` items made into text: strings, numbers and booleans.
Result<std::vector<std::string>> words(std::string_view field, const Json& value, std::size_t max);
/// An object of at most `max` members whose values are strings or numbers.
Result<std::map<std::string, std::string>> dictionary(std::string_view field, const Json& value, std::size_t max);
/// An object, or why it is none.
Result<const JsonObject*> object(std::string_view field, const Json& value);

bool is_resource_name(std::string_view text);  ///< ^[a-zA-Z0-9][a-zA-Z0-9_.-]+$
bool is_host_name(std::string_view text);      ///< ^[a-zA-Z0-9-._]*$
bool has_alphanumeric(std::string_view text);

}  // namespace causeway::domain::spec
