#include "causeway/base/json.hpp"

#include <charconv>
#include <cmath>

#include <boost/json/src.hpp>

namespace causeway {
namespace {

void write_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out.push_back(hex[(c >> 4) & 0xf]);
          out.push_back(hex[c & 0xf]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

template <class Number>
void write_number(std::string& out, Number number) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  const std::string_view digits(buffer, std::size_t(end - buffer));
  out += digits;
  if constexpr (std::is_floating_point_v<Number>) {
    if (digits.find_first_of(".e") == std::string_view::npos) out += ".0";
  }
}

void write(std::string& out, const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null: out += "null"; break;
    case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64: write_number(out, value.get_int64()); break;
    case boost::json::kind::uint64: write_number(out, value.get_uint64()); break;
    case boost::json::kind::double_: write_number(out, value.get_double()); break;
    case boost::json::kind::string: write_string(out, value.get_string()); break;
    case boost::json::kind::array: {
      out.push_back('[');
      bool first = true;
      for (const auto& item : value.get_array()) {
        if (!first) out.push_back(',');
        first = false;
        write(out, item);
      }
      out.push_back(']');
      break;
    }
    case boost::json::kind::object: {
      out.push_back('{');
      bool first = true;
      for (const auto& [key, item] : value.get_object()) {
        if (!first) out.push_back(',');
        first = false;
        write_string(out, key);
        out.push_back(':');
        write(out, item);
      }
      out.push_back('}');
      break;
    }
  }
}

bool finite(const Json& value) {
  if (value.is_double()) return std::isfinite(value.get_double());
  if (value.is_array()) {
    for (const auto& item : value.get_array()) {
      if (!finite(item)) return false;
    }
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.get_object()) {
      if (!finite(item)) return false;
    }
  }
  return true;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  boost::json::parser parser;
  boost::json::error_code error;
  const std::size_t used = parser.write(text.data(), text.size(), error);
  if (error) return failed(Code::invalid, "json.malformed", "Malformed JSON near byte {}: {}.", used, error.message());
  Json value = parser.release();
  if (!finite(value)) return failed(Code::invalid, "json.malformed", "Malformed JSON: a number is out of range.");
  return value;
}

std::string to_text(const Json& value) {
  std::string out;
  write(out, value);
  return out;
}

std::string_view type_name_of(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64: return "an integer";
    case boost::json::kind::double_: return "a number";
    case boost::json::kind::string: return "a string";
    case boost::json::kind::array: return "a list";
    case boost::json::kind::object: return "an object";
  }
  return "a value";
}

const Json* member(const Json& value, std::string_view key) {
  return value.is_object() ? value.get_object().if_contains(key) : nullptr;
}

std::string to_std(const JsonString& text) { return std::string(text.data(), text.size()); }

std::string text_member(const Json& value, std::string_view key) {
  const Json* found = member(value, key);
  return found != nullptr && found->is_string() ? to_std(found->get_string()) : std::string();
}

}  // namespace causeway
