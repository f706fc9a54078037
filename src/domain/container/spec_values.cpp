#include "causeway/domain/container/spec_values.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "causeway/base/encoding.hpp"

namespace causeway::domain::spec {
namespace {

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool is_name_char(char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; }
bool is_number_char(char c) { return (c >= '0' && c <= '9') || c == '.'; }

template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// A scalar as the text that it would be in an environment or on a command line.
std::optional<std::string> scalar_text(const Json& value) {
  if (value.is_string()) return to_std(value.get_string());
  if (value.is_number() || value.is_bool()) return to_text(value);
  return std::nullopt;
}

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace

std::unexpected<Error> bad_value(std::string_view field, const Json& value, std::string_view why) {
  std::string shown = value.is_string() ? to_std(value.get_string()) : to_text(value);
  if (shown.size() > 120) shown = fmt::format("({} bytes)", shown.size());
  return failed(
      fail(Code::invalid, "spec.bad_value", "Invalid input for field '{}'. Value: '{}'. {}", field, shown, why)
          .at(std::string(field)));
}

Result<std::string> text(std::string_view field, const Json& value, Length length, Check check, std::string_view why) {
  if (!value.is_string()) return bad_value(field, value, fmt::format("It is {}, not a string.", type_name_of(value)));
  std::string out = to_std(value.get_string());
  if (out.size() < length.min || out.size() > length.max) {
    return bad_value(field, value, fmt::format("It must have {} to {} characters.", length.min, length.max));
  }
  if (holds_nul(out) || !is_valid_utf8(out)) return bad_value(field, "...", "It is not text.");
  if (check != nullptr && !check(out)) return bad_value(field, value, why);
  return out;
}

Result<bool> flag(std::string_view field, const Json& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_string()) {
    const std::string_view word = value.get_string();
    if (word == "True" || word == "true") return true;
    if (word == "False" || word == "false") return false;
  }
  return bad_value(field, value, "It must be true or false.");
}

Result<std::int64_t> integer(std::string_view field, const Json& value, std::int64_t min, std::int64_t max) {
  std::optional<std::int64_t> out;
  if (value.is_int64()) out = value.get_int64();
  if (value.is_string()) out = whole_number<std::int64_t>(std::string_view(value.get_string()));
  if (!out) return bad_value(field, value, "It must be an integer.");
  if (*out < min || *out > max) return bad_value(field, value, fmt::format("It must be from {} to {}.", min, max));
  return *out;
}

Result<double> number(std::string_view field, const Json& value, double min, double max) {
  std::optional<double> out;
  if (value.is_number()) out = value.to_number<double>();
  if (value.is_string()) {
    const std::string_view digits = value.get_string();
    if (std::all_of(digits.begin(), digits.end(), is_number_char)) out = whole_number<double>(digits);
  }
  if (!out) return bad_value(field, value, "It must be a number.");
  if (*out < min || *out > max) return bad_value(field, value, fmt::format("It must be from {} to {}.", min, max));
  return *out;
}

Result<std::vector<std::string>> words(std::string_view field, const Json& value, std::size_t max) {
  if (!value.is_array()) return bad_value(field, value, fmt::format("It is {}, not a list.", type_name_of(value)));
  if (value.get_array().size() > max) return bad_value(field, value, fmt::format("It has more than {} items.", max));
  std::vector<std::string> out;
  for (const auto& item : value.get_array()) {
    auto word = scalar_text(item);
    if (!word || holds_nul(*word)) return bad_value(field, item, "Items must be strings.");
    out.push_back(*std::move(word));
  }
  return out;
}

Result<std::map<std::string, std::string>> dictionary(std::string_view field, const Json& value, std::size_t max) {
  TRY(const auto* members, object(field, value));
  if (members->size() > max) return bad_value(field, value, fmt::format("It has more than {} members.", max));
  std::map<std::string, std::string> out;
  for (const auto& [key, item] : *members) {
    const auto word = scalar_text(item);
    if (!word || item.is_bool() || holds_nul(*word) || key.empty()) {
      return bad_value(field, item, fmt::format("The value of '{}' must be a string.", std::string_view(key)));
    }
    out.emplace(std::string(key), *word);
  }
  return out;
}

Result<const JsonObject*> object(std::string_view field, const Json& value) {
  if (!value.is_object()) return bad_value(field, value, fmt::format("It is {}, not an object.", type_name_of(value)));
  return &value.get_object();
}

bool is_resource_name(std::string_view text) {
  return text.size() >= 2 && is_alphanumeric(text.front()) && std::all_of(text.begin(), text.end(), is_name_char);
}
bool is_host_name(std::string_view text) { return std::all_of(text.begin(), text.end(), is_name_char); }
bool has_alphanumeric(std::string_view text) { return std::any_of(text.begin(), text.end(), is_alphanumeric); }

}  // namespace causeway::domain::spec
