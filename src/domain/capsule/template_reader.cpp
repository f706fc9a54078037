#include "causeway/domain/capsule/template_reader.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

constexpr std::size_t max_words = 1024;
constexpr std::size_t max_members = 256;

}  // namespace

Result<TemplateNode> TemplateNode::of(const Json& value, std::string path) {
  TRY(const auto* members, spec::object(path.empty() ? "template" : path, value));
  return TemplateNode(*members, std::move(path));
}

std::string TemplateNode::at(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

Result<void> TemplateNode::check_closed(std::initializer_list<std::string_view> known) const {
  for (const auto& [key, value] : *members_) {
    if (std::ranges::find(known, std::string_view(key)) != known.end()) continue;
    const auto path = at(key);
    return failed(
        fail(Code::invalid, "field.unknown", "Additional properties are not allowed ('{}' was unexpected)", path)
            .at(path));
  }
  return {};
}

const Json* TemplateNode::find(std::string_view key) const {
  const Json* value = members_->if_contains(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Result<const Json*> TemplateNode::get(std::string_view key) const {
  if (const Json* value = find(key)) return value;
  const auto path = at(key);
  return failed(fail(Code::invalid, "field.missing", "'{}' is a required property", path).at(path));
}

Result<TemplateNode> TemplateNode::child(std::string_view key) const {
  static const JsonObject nothing;
  const Json* value = find(key);
  if (value == nullptr) return TemplateNode(nothing, at(key));
  return of(*value, at(key));
}

Result<std::vector<TemplateNode>> TemplateNode::items(std::string_view key, std::size_t max) const {
  std::vector<TemplateNode> out;
  const Json* value = find(key);
  if (value == nullptr) return out;
  if (!value->is_array()) return spec::bad_value(at(key), *value, "It must be a list.");
  if (value->get_array().size() > max) {
    return spec::bad_value(at(key), "...", fmt::format("It has more than {} items.", max));
  }
  for (const auto& item : value->get_array()) {
    TRY(auto node, of(item, fmt::format("{}[{}]", at(key), out.size())));
    out.push_back(std::move(node));
  }
  return out;
}

Result<std::string> TemplateNode::text(std::string_view key, spec::Length length, spec::Check check,
                                       std::string_view why) const {
  const Json* value = find(key);
  if (value == nullptr) return std::string();
  return spec::text(at(key), *value, length, check, why);
}

Result<bool> TemplateNode::flag(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return false;
  return spec::flag(at(key), *value);
}

Result<std::vector<std::string>> TemplateNode::words(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::vector<std::string>();
  return spec::words(at(key), *value, max_words);
}

Result<std::map<std::string, std::string>> TemplateNode::dictionary(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::map<std::string, std::string>();
  return spec::dictionary(at(key), *value, max_members);
}

}  // namespace causeway::domain
