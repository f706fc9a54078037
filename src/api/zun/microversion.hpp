#pragma once

#include <string_view>

#include "causeway/api/kit/route.hpp"

/// The "OpenStack-API-Version: container 1.<minor>" header. Every version has major 1; call.version holds "1.<minor>".
namespace causeway::api::zun {

inline constexpr int min_minor = 1;
inline constexpr int max_minor = 40;
inline constexpr std::string_view version_header = "OpenStack-API-Version";

/// The minor version that the header asks for; no header is 1.1, "latest" the newest. "microversion.bad_header" for
/// what cannot be read; "microversion.unsupported" for what is out of range.
Result<int> requested_minor(std::string_view header);

/// Of a call that Style::begin let pass.
int minor_of(const Call& call);
/// "microversion.no_method" when a row does not exist in the call's version; for Style::check_version.
Result<void> check_versions(const Call& call, Versions versions);
/// Invalid "microversion.param": the parameter is newer than the request's version.
Result<void> need_minor_for(const Call& call, std::string_view parameter, int since);

/// The version headers of an answer; `version` "" = none was agreed on.
void set_version_headers(http::Response& response, std::string_view version);

}  // namespace causeway::api::zun
