#include "causeway/app/config/endpoint_templates.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <tuple>
#include <utility>

#include "causeway/domain/identity/known_services.hpp"
#include "causeway/http/service_url.hpp"

namespace causeway::app {
namespace {

std::string bracketed(const std::string& address) { return address.find(':') == std::string::npos ? address : "[" + address + "]"; }

std::string filled(std::string_view text, const ServicePlace& place) {
  const std::array<std::pair<std::string_view, std::string>, 5> values{{{"{region}", place.region},
                                                                        {"{service}", place.service_type},
                                                                        {"{address}", bracketed(place.address)},
                                                                        {"{port}", std::to_string(place.port)},
                                                                        {"{path}", place.path}}};
  std::string out;
  while (!text.empty()) {
    const auto known = std::ranges::find_if(values, [&](const auto& value) { return text.starts_with(value.first); });
    out += known == values.end() ? std::string(text.substr(0, 1)) : known->second;
    text.remove_prefix(known == values.end() ? 1 : known->first.size());
  }
  return out;
}

Result<void> check_url(const std::string& url) {
  const auto refused = [](std::string_view why) { return failed(Code::invalid, "config.bad_value", "{}", why); };
  // what is left of braces was no placeholder
  if (url.find_first_of("{}") != std::string::npos) return refused("it may have {region}, {service}, {address}, {port} and {path} in it, nothing else in braces");
  if (!url.starts_with("http://") && !url.starts_with("https://")) return refused("it must begin with http:// or https://");
  if (std::ranges::any_of(url, [](unsigned char c) { return c <= ' ' || c >= 0x7f; })) return refused("it may have no spaces or signs beyond ASCII");
  if (url.ends_with('/')) return refused("clients put paths behind it: it must not end with /");
  TRY_VOID(http::ServiceUrl::parse(url));
  return {};
}

}  // namespace

Result<EndpointTemplates::Entry> EndpointTemplates::parse_entry(const std::string& text) {
  Entry out{"", "", text};
  const auto equal = text.find('=');
  if (equal != std::string::npos && equal < text.find("://")) {
    const std::string what = text.substr(0, equal);
    out.url = text.substr(equal + 1);
    const auto slash = what.rfind('/');
    if (slash != std::string::npos) out.region = what.substr(0, slash);
    const std::string type = slash == std::string::npos ? what : what.substr(slash + 1);
    if (slash == 0 || (domain::find_known_service(type) == nullptr && (type != "*" || out.region.empty()))) {
      return failed(Code::invalid, "config.bad_value", "what stands before = must be a service type, REGION/TYPE or REGION/*");
    }
    if (type != "*") out.service_type = type;
  }
  TRY_VOID(check_url(filled(out.url, {"RegionOne", "network", "192.0.2.1", 1, "/v1"})));
  return out;
}

Result<EndpointTemplates> EndpointTemplates::parse(std::string_view setting, const std::vector<std::string>& entries) {
  EndpointTemplates out;
  for (const auto& text : entries) {
    auto entry = parse_entry(text);
    if (!entry) return failed(Code::invalid, "config.bad_value", "{}: '{}': {}.", setting, text, entry.error().message);
    out.entries_.push_back(*std::move(entry));
  }
  return out;
}

std::optional<std::string> EndpointTemplates::url(const ServicePlace& place) const {
  const auto rank = [&](const Entry& entry) {
    // the identity service is often somebody else's: what is said of everything is not said of it
    const bool type_fits = entry.service_type.empty() ? place.service_type != "identity" : entry.service_type == place.service_type;
    const bool fits = type_fits && (entry.region.empty() || entry.region == place.region);
    return std::tuple(fits, !entry.region.empty(), !entry.service_type.empty());
  };
  const auto found = std::ranges::max_element(entries_, std::less(), rank);
  if (found == entries_.end() || !std::get<0>(rank(*found))) return std::nullopt;
  return filled(found->url, place);
}

}  // namespace causeway::app
