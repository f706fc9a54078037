#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace causeway::domain {

/// Why a page of `origin` must not open a console, none when it may. A page may when its host is the one that the
/// request was sent to (`host_header`), or one of `allowed`; and its scheme is as safe as the console's own public URL
/// ("ws://..." or "wss://..."). `forwarded_proto` (X-Forwarded-Proto) stands for the page's scheme where a proxy set
/// it. No origin: not a browser, nothing to forbid. The port is not looked at: the stock client writes
/// "http://host:None" where its URL has none.
std::optional<std::string> refuse_origin(std::optional<std::string_view> origin, std::string_view host_header,
                                         std::string_view forwarded_proto, std::string_view base_url,
                                         const std::vector<std::string>& allowed);

}  // namespace causeway::domain
