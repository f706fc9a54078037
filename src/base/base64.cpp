#include "causeway/base/base64.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"

namespace causeway {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::string to_padded_base64url(std::string_view bytes) {
  std::string out = to_base64url(bytes);
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out = to_padded_base64url(bytes);
  std::ranges::replace(out, '-', '+');
  std::ranges::replace(out, '_', '/');
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string letters;
  letters.reserve(text.size());
  for (const char c : text) {
    if (is_blank(c)) continue;
    if (c == '-' || c == '_') return std::nullopt;
    letters.push_back(c == '+' ? '-' : c == '/' ? '_' : c);
  }
  if (letters.size() % 4 != 0 || letters.ends_with("===")) return std::nullopt;
  return from_base64url(letters);
}

}  // namespace causeway
