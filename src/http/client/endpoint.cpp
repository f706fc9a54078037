#include <charconv>

#include "causeway/http/client.hpp"

namespace causeway::http {
namespace {

std::unexpected<Error> bad_url(std::string_view url, std::string_view why) {
  return failed(Code::invalid, "http.bad_url", "'{}' is not an endpoint: {}.", url, why);
}

bool drop_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
  Endpoint endpoint;
  std::string_view rest = url;
  if (drop_prefix(rest, "unix://")) {
    if (!rest.starts_with('/')) return bad_url(url, "a unix socket needs an absolute path");
    endpoint.host = "localhost";
    endpoint.unix_path = std::string(rest);
    return endpoint;
  }
  if (drop_prefix(rest, "https://")) {
    endpoint.tls.emplace();
  } else if (!drop_prefix(rest, "http://")) {
    return bad_url(url, "it must begin with http://, https:// or unix://");
  }
  endpoint.port = endpoint.tls ? 443 : 80;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return bad_url(url, "only scheme, host and port may stand in it");
  std::string_view port;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return bad_url(url, "the bracket is not closed");
    endpoint.host = std::string(rest.substr(1, end - 1));
    port = rest.substr(end + 1);
  } else {
    const auto colon = rest.find(':');
    endpoint.host = std::string(rest.substr(0, colon));
    if (colon != std::string_view::npos) port = rest.substr(colon);
  }
  if (endpoint.host.empty()) return bad_url(url, "the host is missing");
  if (port.empty()) return endpoint;
  const char* end = port.data() + port.size();
  const auto [stopped, failure] = std::from_chars(port.data() + 1, end, endpoint.port);
  if (port.front() != ':' || failure != std::errc() || stopped != end || endpoint.port == 0)
    return bad_url(url, "the port is wrong");
  return endpoint;
}

std::string Endpoint::describe() const {
  if (!unix_path.empty()) return "unix://" + unix_path;
  const bool is_v6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", tls ? "https" : "http", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

}  // namespace causeway::http
