#include "causeway/app/config/toml_value.hpp"

#include "causeway/base/encoding.hpp"

namespace causeway::app {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string toml_value(std::string_view type, const std::string& text) {
  if (type == "integer" || type == "number") return text;
  if (type != "list") return quoted(text);
  std::string out;
  for (const auto part : split(text, ',')) {
    if (!trim(part).empty()) out += (out.empty() ? "" : ", ") + quoted(trim(part));
  }
  return "[" + out + "]";
}

}  // namespace causeway::app
