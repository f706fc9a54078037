#include "causeway/domain/firewall/ruleset.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace causeway::domain::firewall {
namespace {

/// Elements of one command: a line stays readable, and the parser's memory small.
constexpr std::size_t elements_per_command = 500;

std::string address_of(const Id& id) { return fmt::format("{} {} {}", text_of(id.family), table_name, id.name); }

void add_collection(const Id& id, const Collection& collection, std::string& out) {
  out += fmt::format("add {} {} {{ {};{} }}\n", collection.is_map ? "map" : "set", address_of(id), collection.type,
                     collection.interval ? " flags interval;" : "");
}

using Elements = std::map<std::string, std::string>;

void write_elements(const char* verb, const Id& id, const Elements& elements, std::string& out) {
  std::size_t written = 0;
  for (const auto& [key, value] : elements) {
    if (written % elements_per_command == 0) {
      out += fmt::format("{}{} element {} {{ ", written == 0 ? "" : " }\n", verb, address_of(id));
    } else {
      out += ", ";
    }
    out += value.empty() ? key : key + " : " + value;
    ++written;
  }
  if (written > 0) out += " }\n";
}

/// The elements of `a` that `b` lacks, or has with another value.
Elements only_in(const Elements& a, const Elements& b) {
  Elements out;
  auto other = b.begin();
  for (const auto& element : a) {
    while (other != b.end() && other->first < element.first) ++other;
    if (other == b.end() || *other != element) out.insert(out.end(), element);
  }
  return out;
}

const Elements& elements_of(const Ruleset& ruleset, const Id& id) {
  static const Elements none;
  const auto found = ruleset.collections.find(id);
  return found == ruleset.collections.end() ? none : found->second.elements;
}

void add_rules(const Id& id, const Chain& chain, std::string& out) {
  for (const auto& rule : chain.rules) out += fmt::format("add rule {} {}\n", address_of(id), rule);
}

/// Nothing refers any more to what goes: first all rules and elements, then the chains and sets.
void write_removals(const RulesetChange& change, std::string& out) {
  for (const auto& id : change.gone_chains) out += fmt::format("flush chain {}\n", address_of(id));
  for (const auto& id : change.gone_chains) out += fmt::format("delete chain {}\n", address_of(id));
  for (const auto& [id, is_map] : change.gone_collections) out += fmt::format("delete {} {}\n", is_map ? "map" : "set", address_of(id));
}

std::unexpected<Error> does_not_fit(const Id& id) {
  return failed(Code::invalid, "firewall.refused", "The packet filter does not hold what a change is of: {}", id.name);
}

/// Everything that the change takes away or fills is there, and nothing that it makes.
Result<void> check_fits(const RulesetChange& change, const Ruleset& ruleset) {
  for (const auto& [id, chain] : change.chains) {
    if (ruleset.chains.contains(id) == change.new_chains.contains(id)) return does_not_fit(id);
  }
  for (const auto& id : change.gone_chains) {
    if (!ruleset.chains.contains(id)) return does_not_fit(id);
  }
  for (const auto& [id, collection] : change.new_collections) {
    if (ruleset.collections.contains(id)) return does_not_fit(id);
  }
  for (const auto& [id, is_map] : change.gone_collections) {
    if (!ruleset.collections.contains(id)) return does_not_fit(id);
  }
  for (const auto& [id, elements] : change.elements) {
    const auto& present = elements_of(ruleset, id);
    for (const auto& [key, value] : elements.removed) {
      if (!present.contains(key)) return does_not_fit(id);
    }
    for (const auto& [key, value] : elements.added) {
      if (present.contains(key) && !elements.removed.contains(key)) return does_not_fit(id);
    }
    if (!ruleset.collections.contains(id) && !change.new_collections.contains(id)) return does_not_fit(id);
  }
  return {};
}

}  // namespace

const char* text_of(Family family) {
  switch (family) {
    case Family::bridge:
      return "bridge";
    case Family::ip:
      return "ip";
    case Family::ip6:
      return "ip6";
  }
  return "";
}

bool RulesetChange::empty() const { return *this == RulesetChange(); }

RulesetChange difference(const Ruleset& from, const Ruleset& to) {
  RulesetChange out;
  for (const auto& [id, collection] : from.collections) {
    const bool goes = !to.collections.contains(id);
    if (goes) out.gone_collections[id] = collection.is_map;
    if (goes && !collection.is_map) continue;
    if (auto removed = only_in(collection.elements, elements_of(to, id)); !removed.empty())
      out.elements[id] = {collection.type, collection.interval, std::move(removed), {}};
  }
  for (const auto& [id, collection] : to.collections) {
    if (!from.collections.contains(id)) out.new_collections[id] = {collection.type, collection.is_map, collection.interval, {}};
    auto added = only_in(collection.elements, elements_of(from, id));
    if (added.empty()) continue;
    auto& elements = out.elements[id];
    elements.type = collection.type;
    elements.interval = collection.interval;
    elements.added = std::move(added);
  }
  for (const auto& [id, chain] : from.chains) {
    if (!to.chains.contains(id)) out.gone_chains.insert(id);
  }
  for (const auto& [id, chain] : to.chains) {
    const auto former = from.chains.find(id);
    if (former != from.chains.end() && former->second == chain) continue;
    out.chains[id] = chain;
    if (former == from.chains.end()) out.new_chains.insert(id);
  }
  return out;
}

Result<void> apply(const RulesetChange& change, Ruleset& ruleset) {
  TRY_VOID(check_fits(change, ruleset));
  for (const auto& [id, collection] : change.new_collections) ruleset.collections[id] = collection;
  for (const auto& [id, elements] : change.elements) {
    auto& present = ruleset.collections[id].elements;
    for (const auto& [key, value] : elements.removed) present.erase(key);
    present.insert(elements.added.begin(), elements.added.end());
  }
  for (const auto& [id, chain] : change.chains) ruleset.chains[id] = chain;
  for (const auto& id : change.gone_chains) ruleset.chains.erase(id);
  for (const auto& [id, is_map] : change.gone_collections) ruleset.collections.erase(id);
  return {};
}

/// Everything that others refer to is there before them.
std::string text_of(const RulesetChange& change) {
  std::string out;
  for (const auto& [id, collection] : change.new_collections) add_collection(id, collection, out);
  for (const auto& id : change.new_chains) {
    const auto& hook = change.chains.at(id).hook;
    out += fmt::format("add chain {}{}\n", address_of(id), hook.empty() ? "" : " { " + hook + " }");
  }
  for (const auto& [id, elements] : change.elements) write_elements("delete", id, elements.removed, out);
  for (const auto& [id, chain] : change.chains) {
    if (!change.new_chains.contains(id)) out += fmt::format("flush chain {}\n", address_of(id));
    add_rules(id, chain, out);
  }
  for (const auto& [id, elements] : change.elements) write_elements("add", id, elements.added, out);
  write_removals(change, out);
  return out;
}

std::string whole_text(const Ruleset& wanted) {
  std::string out;
  for (const auto family : families) {
    // an absent table cannot be deleted
    out += fmt::format("add table {0} {1}\ndelete table {0} {1}\nadd table {0} {1}\n", text_of(family), table_name);
  }
  return out + text_of(difference({}, wanted));
}

bool holds(const ObservedRuleset& seen, const Ruleset& wanted) {
  const auto same_chain = [](const auto& has, const auto& chain) {
    return has.first == chain.first && has.second == chain.second.rules.size();
  };
  const auto same_collection = [](const auto& has, const auto& collection) {
    return has.first == collection.first &&
           (collection.second.interval || has.second == collection.second.elements.size());
  };
  return std::ranges::equal(seen.rules, wanted.chains, same_chain) &&
         std::ranges::equal(seen.elements, wanted.collections, same_collection);
}

}  // namespace causeway::domain::firewall
