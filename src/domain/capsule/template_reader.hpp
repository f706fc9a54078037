#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/domain/container/spec_values.hpp"

/// A JSON object that knows where in the template it stands, so that every error names the path of what is wrong.
namespace causeway::domain {

class TemplateNode {
 public:
  /// What is read outlives the node; `path` is "" for the whole template.
  static Result<TemplateNode> of(const Json& value, std::string path);
  TemplateNode(const JsonObject& members, std::string path) : members_(&members), path_(std::move(path)) {}

  std::string at(std::string_view key) const;  ///< "spec.containers[0].image"
  const std::string& path() const { return path_; }

  /// invalid "field.unknown" for a key that is not `known`.
  Result<void> check_closed(std::initializer_list<std::string_view> known) const;
  /// Null when the key is absent, or its value null.
  const Json* find(std::string_view key) const;
  /// invalid "field.missing".
  Result<const Json*> get(std::string_view key) const;
  /// The object at `key`; an absent one has no members.
  Result<TemplateNode> child(std::string_view key) const;
  /// The items of the list at `key`, each an object; an absent list is empty. `max` bounds it.
  Result<std::vector<TemplateNode>> items(std::string_view key, std::size_t max) const;

  // absent: what the type is without a value
  Result<std::string> text(std::string_view key, spec::Length length = {}, spec::Check check = nullptr,
                           std::string_view why = "It is not valid.") const;
  Result<bool> flag(std::string_view key) const;
  Result<std::vector<std::string>> words(std::string_view key) const;
  Result<std::map<std::string, std::string>> dictionary(std::string_view key) const;

 private:
  const JsonObject* members_;
  std::string path_;
};

}  // namespace causeway::domain
