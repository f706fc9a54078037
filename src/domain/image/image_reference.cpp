#include "causeway/domain/image/image_reference.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

constexpr std::size_t max_name = 255;
constexpr std::size_t max_tag = 128;
constexpr std::string_view hub_names[] = {"docker.io", "index.docker.io", "registry-1.docker.io"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_lower_or_digit(char c) { return is_lower(c) || is_digit(c); }

std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return failed(fail(Code::invalid, "image.bad_reference", "'{}' is not a reference to an image: {}", text, why).at("image"));
}

/// As Docker decides it: the first part is a domain when it could not be part of a path on the Hub.
bool looks_like_domain(std::string_view part) {
  return part == "localhost" || part.find_first_of(".:[") != std::string_view::npos ||
         std::ranges::any_of(part, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_domain_label(std::string_view label) {
  const auto inner = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
  return !label.empty() && label.front() != '-' && label.back() != '-' && std::ranges::all_of(label, inner);
}

bool is_port(std::string_view digits) { return !digits.empty() && digits.size() <= 5 && std::ranges::all_of(digits, is_digit); }

bool is_domain(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const auto address = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    const auto in_address = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':'; };
    return std::ranges::all_of(address, in_address) && (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    if (!is_port(text.substr(colon + 1))) return false;
    text = text.substr(0, colon);
  }
  while (true) {
    const auto dot = text.find('.');
    if (!is_domain_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// Lower-case letters and digits, with '.', '_', '__' or any number of '-' between them.
bool is_path_part(std::string_view part) {
  if (part.empty() || !is_lower_or_digit(part.front()) || !is_lower_or_digit(part.back())) return false;
  for (std::size_t at = 0; at < part.size();) {
    if (is_lower_or_digit(part[at])) {
      ++at;
      continue;
    }
    const auto end = std::find_if(part.begin() + std::ptrdiff_t(at), part.end(), is_lower_or_digit);
    const auto separator = part.substr(at, std::size_t(end - part.begin()) - at);
    const bool dashes = std::ranges::all_of(separator, [](char c) { return c == '-'; });
    if (!dashes && separator != "." && separator != "_" && separator != "__") return false;
    at += separator.size();
  }
  return true;
}

bool is_path(std::string_view path) {
  while (true) {
    const auto slash = path.find('/');
    if (!is_path_part(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

bool is_tag(std::string_view tag) {
  const auto inner = [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-'; };
  return !tag.empty() && tag.size() <= max_tag && tag.front() != '.' && tag.front() != '-' && std::ranges::all_of(tag, inner);
}

bool is_digest(std::string_view digest) {
  constexpr std::pair<std::string_view, std::size_t> kinds[] = {{"sha256:", 64}, {"sha384:", 96}, {"sha512:", 128}};
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return std::ranges::any_of(kinds, [&](const auto& kind) {
    return digest.starts_with(kind.first) && digest.size() == kind.first.size() + kind.second &&
           std::ranges::all_of(digest.substr(kind.first.size()), is_hex);
  });
}

bool is_hub(std::string_view domain) { return domain.empty() || std::ranges::find(hub_names, domain) != std::end(hub_names); }

}  // namespace

std::string ImageReference::name() const { return domain.empty() ? path : domain + "/" + path; }

std::string ImageReference::text() const { return digest.empty() ? name() + ":" + tag : name() + "@" + digest; }

Result<ImageReference> parse_image_reference(std::string_view text) {
  ImageReference out;
  std::string_view rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    if (!is_digest(rest.substr(at + 1))) return bad(text, "what follows '@' is not a digest such as sha256:<64 hex digits>.");
    out.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos && looks_like_domain(rest.substr(0, slash))) {
    if (!is_domain(rest.substr(0, slash))) return bad(text, "its registry is not a host name with an optional port.");
    out.domain = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
  }
  if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    if (!is_tag(rest.substr(colon + 1))) return bad(text, "its tag may have up to 128 letters, digits, '_', '.' and '-'.");
    out.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  if (!is_path(rest)) {
    return bad(text, "its name must consist of lower-case letters and digits, separated by '/', '.', '_' or '-'.");
  }
  out.path = rest;
  if (!out.digest.empty()) out.tag.clear();
  if (out.digest.empty() && out.tag.empty()) out.tag = "latest";
  if (out.name().size() > max_name) return bad(text, "its name is too long.");
  return out;
}

ImageReference in_registry(ImageReference reference, std::string_view registry) {
  if (!reference.domain.empty() || registry.empty()) return reference;
  const auto slash = registry.find('/');
  reference.domain = registry.substr(0, slash);
  if (slash != std::string_view::npos) reference.path = std::string(registry.substr(slash + 1)) + "/" + reference.path;
  return reference;
}

Result<std::string> parse_registry_domain(std::string_view text) {
  const auto slash = text.find('/');
  const bool good = text.size() <= max_name && is_domain(text.substr(0, slash)) &&
                    (slash == std::string_view::npos || is_path(text.substr(slash + 1)));
  if (good) return std::string(text);
  return failed(fail(Code::invalid, "registry.bad_domain",
                     "Invalid input for field 'domain'. Value: '{}'. It must be a host name with an optional port, such as "
                     "registry.example.org:5000, without a scheme.",
                     text.substr(0, max_name))
                    .at("domain"));
}

bool is_of_registry(const ImageReference& reference, std::string_view registry) {
  const auto slash = registry.find('/');
  const auto domain = registry.substr(0, slash);
  if (reference.domain != domain && !(is_hub(reference.domain) && is_hub(domain))) return false;
  return slash == std::string_view::npos || reference.path.starts_with(std::string(registry.substr(slash + 1)) + "/");
}

}  // namespace causeway::domain
