#include "causeway/domain/container/shell_words.hpp"

namespace causeway::domain {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// A cursor over the text that appends to `word`; each function leaves it behind what it read.
struct Scanner {
  std::string_view text;
  std::size_t at = 0;

  bool single_quoted(std::string& word) {
    const auto end = text.find('\'', at);
    if (end == std::string_view::npos) return false;
    word += text.substr(at, end - at);
    at = end + 1;
    return true;
  }
  bool double_quoted(std::string& word) {
    for (; at < text.size(); ++at) {
      if (text[at] == '"') {
        ++at;
        return true;
      }
      if (text[at] == '\\' && at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
      word += text[at];
    }
    return false;
  }
  /// One word; `at` stands on its first character.
  bool word(std::string& out) {
    while (at < text.size() && !is_blank(text[at])) {
      const char c = text[at++];
      if (c == '\'') {
        if (!single_quoted(out)) return false;
      } else if (c == '"') {
        if (!double_quoted(out)) return false;
      } else if (c == '\\') {
        if (at == text.size()) return false;
        out += text[at++];
      } else {
        out += c;
      }
    }
    return true;
  }
};

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  Scanner scanner{text};
  while (true) {
    while (scanner.at < text.size() && is_blank(text[scanner.at])) ++scanner.at;
    if (scanner.at == text.size()) return words;
    if (!scanner.word(words.emplace_back())) {
      return failed(Code::invalid, "command.unbalanced",
                    "The command has a quote that is not closed, or ends in a backslash.");
    }
  }
}

}  // namespace causeway::domain
