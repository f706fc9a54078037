#include "causeway/api/zun/microversion.hpp"

#include <charconv>

#include "causeway/base/encoding.hpp"

namespace causeway::api::zun {
namespace {

std::optional<int> digits(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

}  // namespace

Result<int> requested_minor(std::string_view header) {
  const auto value = trim(header);
  if (value.empty()) return min_minor;
  const auto blank = value.find(' ');
  if (value.substr(0, blank) != "container") {
    return failed(Code::invalid, "microversion.bad_header", "Invalid service type for {} header", version_header);
  }
  const auto version = blank == std::string_view::npos ? std::string_view() : trim(value.substr(blank));
  if (version == "latest") return max_minor;
  const auto dot = version.find('.');
  const auto major = digits(version.substr(0, dot));
  const auto minor = dot == std::string_view::npos ? std::nullopt : digits(version.substr(dot + 1));
  if (!major || !minor)
    return failed(Code::invalid, "microversion.bad_header", "Invalid value for {} header", version_header);
  if (*major != 1 || *minor < min_minor || *minor > max_minor) {
    return failed(Code::invalid, "microversion.unsupported",
                  "Version {} is not supported by the API. Minimum is 1.{} and maximum is 1.{}", version, min_minor,
                  max_minor);
  }
  return *minor;
}

int minor_of(const Call& call) {
  const auto dot = call.version.find('.');
  return dot == std::string::npos ? min_minor
                                  : digits(std::string_view(call.version).substr(dot + 1)).value_or(min_minor);
}

Result<void> check_versions(const Call& call, Versions versions) {
  const int minor = minor_of(call);
  if (minor >= versions.since && (versions.until == 0 || minor <= versions.until)) return {};
  return failed(Code::invalid, "microversion.no_method",
                "Version {} was requested but the requested API is not supported for this version.", call.version);
}

Result<void> need_minor_for(const Call& call, std::string_view parameter, int since) {
  if (minor_of(call) >= since) return {};
  return failed(
      fail(Code::invalid, "microversion.param",
           "Invalid param {0} because current request version is {1}. {0} is only supported from version 1.{2}",
           parameter, call.version, since)
          .at(std::string(parameter)));
}

void set_version_headers(http::Response& response, std::string_view version) {
  response.headers.set("OpenStack-API-Minimum-Version", fmt::format("container 1.{}", min_minor));
  response.headers.set("OpenStack-API-Maximum-Version", fmt::format("container 1.{}", max_minor));
  response.headers.set(version_header, fmt::format("container {}", version.empty() ? fmt::format("1.{}", min_minor)
                                                                                   : std::string(version)));
  response.headers.set("Vary", std::string(version_header));
}

}  // namespace causeway::api::zun
