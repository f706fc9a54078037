#pragma once

#include <string>
#include <string_view>

/// The few forms of man(7) that our pages use. Every function takes plain text and gives whole lines.
namespace causeway::app::troff {

/// Plain text as text: what troff would take for an escape or a request is not.
std::string plain(std::string_view text);
/// The same within a line, in bold or underlined.
std::string bold(std::string_view text);
std::string italic(std::string_view text);
std::string title(std::string_view name, std::string_view section, std::string_view version);
std::string heading(std::string_view text);
std::string subheading(std::string_view text);
std::string paragraph(std::string_view text);
/// `tag` is of bold(), italic() and plain().
std::string entry(const std::string& tag, std::string_view text);

}  // namespace causeway::app::troff
