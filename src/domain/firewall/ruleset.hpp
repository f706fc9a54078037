#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"

/// What our tables in the kernel hold, as a value: compiled, compared and written as nftables text. One table, named
/// `table_name`, in each of three families; nothing outside of them is ours.
namespace causeway::domain::firewall {

inline constexpr const char* table_name = "causeway";

enum class Family { bridge, ip, ip6 };
inline constexpr Family families[] = {Family::bridge, Family::ip, Family::ip6};
const char* text_of(Family family);

struct Id {
  Family family = Family::bridge;
  std::string name;
  auto operator<=>(const Id&) const = default;
};

/// A set, or a map when `is_map`: its elements are looked up in constant time, and change without a reload.
struct Collection {
  std::string type;  ///< as nft writes it: "type ipv4_addr", "type mark : verdict"
  bool is_map = false;
  bool interval = false;                        ///< elements are address blocks, which never overlap
  std::map<std::string, std::string> elements;  ///< key, value ("" in a set)
  bool operator==(const Collection&) const = default;
};

struct Chain {
  std::string hook;  ///< "type filter hook ..." of a base chain, "" for one that is jumped to
  std::vector<std::string> rules;
  bool operator==(const Chain&) const = default;
};

struct Ruleset {
  std::map<Id, Collection> collections;
  std::map<Id, Chain> chains;
  bool operator==(const Ruleset&) const = default;
};

/// What turns one ruleset into another: elements come and go alone, a chain that differs is filled anew.
struct RulesetChange {
  struct Elements {
    std::string type;  ///< of the collection
    bool interval = false;
    std::map<std::string, std::string> removed, added;
    bool operator==(const Elements&) const = default;
  };
  std::map<Id, Collection> new_collections;  ///< without elements
  std::map<Id, Elements> elements;           ///< of maps that go as well: their elements may keep chains in use
  std::map<Id, Chain> chains;                ///< as they are to be
  std::set<Id> new_chains;                   ///< those of `chains` that were not there
  std::set<Id> gone_chains;
  std::map<Id, bool> gone_collections;  ///< whether it is a map
  bool empty() const;
  bool operator==(const RulesetChange&) const = default;
};
RulesetChange difference(const Ruleset& from, const Ruleset& to);
/// What the kernel does with a change. invalid "firewall.refused" when `ruleset` is not what the change is of; then it is as it was.
Result<void> apply(const RulesetChange& change, Ruleset& ruleset);

/// One transaction of nftables that makes our tables exactly `wanted`, whatever they hold.
std::string whole_text(const Ruleset& wanted);
/// One transaction; "" when nothing changes.
std::string text_of(const RulesetChange& change);

/// What was seen in the kernel: enough to tell that something of ours is missing, or was tampered with.
struct ObservedRuleset {
  std::map<Id, std::size_t> rules;     ///< how many each chain has
  std::map<Id, std::size_t> elements;  ///< how many each set or map has
  bool operator==(const ObservedRuleset&) const = default;
};
/// The kernel holds the same chains with as many rules, and the same sets and maps with as many elements. (Of intervals only that the
/// set is there: the kernel shows neighbours as one.)
bool holds(const ObservedRuleset& seen, const Ruleset& wanted);

}  // namespace causeway::domain::firewall
