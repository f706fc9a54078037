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

const Collection& in(const Ruleset& ruleset, const Id& id) {
  static const Collection none;
  const auto found = ruleset.collections.find(id);
  return found == ruleset.collections.end() ? none : found->second;
}

void add_rules(const Id& id, const Chain& chain, std::string& out) {
  for (const auto& rule : chain.rules) out += fmt::format("add rule {} {}\n", address_of(id), rule);
}

/// Everything that others refer to is there before them.
void write_additions(const Ruleset& from, const Ruleset& to, std::string& out) {
  for (const auto& [id, collection] : to.collections) {
    if (!from.collections.contains(id)) add_collection(id, collection, out);
  }
  for (const auto& [id, chain] : to.chains) {
    if (from.chains.contains(id)) continue;
    out += fmt::format("add chain {}{}\n", address_of(id), chain.hook.empty() ? "" : " { " + chain.hook + " }");
  }
}

void write_chains(const Ruleset& from, const Ruleset& to, std::string& out) {
  for (const auto& [id, chain] : to.chains) {
    const auto former = from.chains.find(id);
    if (former != from.chains.end() && former->second == chain) continue;
    if (former != from.chains.end()) out += fmt::format("flush chain {}\n", address_of(id));
    add_rules(id, chain, out);
  }
}

/// Nothing refers any more to what goes: first all rules and elements, then the chains and sets.
void write_removals(const Ruleset& from, const Ruleset& to, std::string& out) {
  std::string removals;
  for (const auto& [id, chain] : from.chains) {
    if (to.chains.contains(id)) continue;
    out += fmt::format("flush chain {}\n", address_of(id));
    removals += fmt::format("delete chain {}\n", address_of(id));
  }
  for (const auto& [id, collection] : from.collections) {
    if (to.collections.contains(id)) continue;
    removals += fmt::format("delete {} {}\n", collection.is_map ? "map" : "set", address_of(id));
  }
  out += removals;
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

std::string changes_text(const Ruleset& from, const Ruleset& to) {
  std::string out;
  write_additions(from, to, out);
  for (const auto& [id, collection] : from.collections) {
    write_elements("delete", id, only_in(collection.elements, in(to, id).elements), out);
  }
  write_chains(from, to, out);
  for (const auto& [id, collection] : to.collections) {
    write_elements("add", id, only_in(collection.elements, in(from, id).elements), out);
  }
  write_removals(from, to, out);
  return out;
}

std::string whole_text(const Ruleset& wanted) {
  std::string out;
  for (const auto family : families) {
    // an absent table cannot be deleted
    out += fmt::format("add table {0} {1}\ndelete table {0} {1}\nadd table {0} {1}\n", text_of(family), table_name);
  }
  return out + changes_text({}, wanted);
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
