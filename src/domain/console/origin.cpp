#include "causeway/domain/console/origin.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/domain/console/console.hpp"

namespace causeway::domain {
namespace {

/// Of "host:port", "[v6]:port", "v6:port" (the stock client leaves the brackets out), "host".
std::string host_of(std::string_view authority) {
  authority = authority.substr(0, authority.find_first_of("/?#"));
  authority = authority.substr(authority.find('@') == std::string_view::npos ? 0 : authority.find('@') + 1);
  if (authority.starts_with('[')) return to_lower(authority.substr(1, authority.find(']') - 1));
  return to_lower(authority.substr(0, authority.rfind(':')));
}

}  // namespace

std::optional<std::string> refuse_origin(std::optional<std::string_view> origin, std::string_view host_header,
                                         std::string_view forwarded_proto, std::string_view base_url,
                                         const std::vector<std::string>& allowed) {
  if (!origin) return std::nullopt;
  const auto colon = origin->find("://");
  if (colon == std::string_view::npos || colon == 0) return "Origin header not valid.";
  const std::string scheme = to_lower(forwarded_proto.empty() ? origin->substr(0, colon) : trim(forwarded_proto));
  const std::string host = host_of(origin->substr(colon + 3));
  if (host.empty()) return "Origin header not valid.";
  const bool is_allowed = std::ranges::any_of(allowed, [&](const std::string& name) { return to_lower(name) == host; });
  if (!is_allowed && host != host_of(host_header)) return "Origin header does not match this host.";
  const std::string own = to_lower(base_url.substr(0, base_url.find(':')));
  const std::string_view page = own == "wss" ? "https" : "http";
  if (scheme != own && scheme != page) return "Origin header protocol does not match this host.";
  return std::nullopt;
}

bool is_exec_id(std::string_view text) {
  constexpr std::size_t digits = 64;
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace causeway::domain
