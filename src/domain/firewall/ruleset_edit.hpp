#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "causeway/domain/firewall/ruleset.hpp"

namespace causeway::domain::firewall {

/// A part of a ruleset that comes and goes as one.
struct Piece {
  std::map<Id, Chain> chains;
  std::map<std::pair<Id, std::string>, std::string> elements;  ///< by collection and key
};

/// Changes a ruleset in place and remembers how it was, as far as it is touched: what comes out is exactly the difference, and costs
/// no look at the rest. Not thread-safe; the ruleset must outlive it.
class RulesetEdit {
 public:
  explicit RulesetEdit(Ruleset& ruleset) : ruleset_(ruleset) {}

  void add(const Piece& piece);
  void remove(const Piece& piece);
  void add_collection(const Id& id, Collection collection);
  void remove_collection(const Id& id);
  void add_element(const Id& collection, std::string key, std::string value);
  void remove_element(const Id& collection, const std::string& key);
  /// What changed since the edit began.
  RulesetChange change() const;

 private:
  using Value = std::optional<std::string>;
  Chain* touch_chain(const Id& id);
  Collection* touch_collection(const Id& id);
  void touch_element(const Id& id, const Collection& collection, const std::string& key);

  Ruleset& ruleset_;
  std::map<Id, std::optional<Chain>> chains_;            ///< as they were
  std::map<Id, std::optional<Collection>> collections_;  ///< as they were declared
  std::map<Id, std::map<std::string, Value>> elements_;  ///< as they were
};

}  // namespace causeway::domain::firewall
