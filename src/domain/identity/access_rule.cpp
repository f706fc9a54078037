#include "causeway/domain/identity/access_rule.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

/// A pattern, cut into what consumes characters.
struct Step {
  enum class Kind { literal, one_of_part, rest_of_part, anything } kind;
  char literal = 0;

  bool may_be_skipped() const { return kind == Kind::rest_of_part || kind == Kind::anything; }
  bool takes(char c) const {
    switch (kind) {
      case Kind::literal: return c == literal;
      case Kind::one_of_part:
      case Kind::rest_of_part: return c != '/';
      case Kind::anything: return true;
    }
    return false;
  }
};

std::vector<Step> steps_of(std::string_view pattern) {
  std::vector<Step> out;
  while (!pattern.empty()) {
    const auto tag_end = pattern.front() == '{' ? pattern.find('}') : std::string_view::npos;
    if (pattern.starts_with("**")) {
      out.push_back({Step::Kind::anything});
      pattern.remove_prefix(2);
    } else if (pattern.front() == '*' || tag_end != std::string_view::npos) {
      out.push_back({Step::Kind::one_of_part});
      out.push_back({Step::Kind::rest_of_part});
      pattern.remove_prefix(pattern.front() == '*' ? 1 : tag_end + 1);
    } else {
      out.push_back({Step::Kind::literal, pattern.front()});
      pattern.remove_prefix(1);
    }
  }
  return out;
}

/// Where one can be after what may stand for nothing.
void skip_empty(const std::vector<Step>& steps, std::vector<char>& at) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (at[i] && steps[i].may_be_skipped()) at[i + 1] = 1;
  }
}

}  // namespace

bool path_matches(std::string_view path, std::string_view pattern) {
  const auto steps = steps_of(pattern);
  std::vector<char> at(steps.size() + 1, 0);
  at[0] = 1;
  skip_empty(steps, at);
  for (const char c : path) {
    std::vector<char> next(steps.size() + 1, 0);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (!at[i] || !steps[i].takes(c)) continue;
      next[steps[i].may_be_skipped() ? i : i + 1] = 1;
    }
    skip_empty(steps, next);
    at = std::move(next);
  }
  return at[steps.size()] != 0;
}

bool allowed_by(const std::vector<AccessRule>& rules, const RequestLine& request) {
  if (request.service.empty()) return false;
  return std::any_of(rules.begin(), rules.end(), [&](const AccessRule& rule) {
    return rule.service == request.service && rule.method == request.method && path_matches(request.path, rule.path);
  });
}

}  // namespace causeway::domain
