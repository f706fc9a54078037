#include "causeway/http/service_url.hpp"

namespace causeway::http {

Result<ServiceUrl> ServiceUrl::parse(std::string_view url) {
  const auto scheme = url.find("://");
  const auto slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  ServiceUrl out;
  TRY(out.endpoint, Endpoint::parse(url.substr(0, slash)));
  if (slash == std::string_view::npos) return out;
  out.path = url.substr(slash);
  if (out.path.find_first_of("?#") != std::string::npos) {
    return failed(Code::invalid, "http.bad_url", "'{}' is not the URL of a service: only scheme, host, port and path may stand in it.", url);
  }
  while (out.path.ends_with('/')) out.path.pop_back();
  return out;
}

}  // namespace causeway::http
