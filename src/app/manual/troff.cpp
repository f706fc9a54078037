#include "causeway/app/manual/troff.hpp"

#include "causeway/base/error.hpp"

namespace causeway::app::troff {

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if ((c == '.') && (out.empty() || out.back() == '\n')) {
      out += "\\&.";
    } else {
      out += c;
    }
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + plain(text) + "\\fR"; }

std::string title(std::string_view name, std::string_view section, std::string_view version) {
  return fmt::format(".TH {} {} \"\" \"Causeway {}\" \"Causeway\"\n", plain(name), section, plain(version));
}
std::string heading(std::string_view text) { return fmt::format(".SH {}\n", plain(text)); }
std::string subheading(std::string_view text) { return fmt::format(".SS \"{}\"\n", plain(text)); }
std::string paragraph(std::string_view text) { return ".PP\n" + plain(text) + "\n"; }
std::string entry(const std::string& tag, std::string_view text) { return ".TP\n" + tag + "\n" + plain(text) + "\n"; }

}  // namespace causeway::app::troff
