#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"

/// Who may do what, beyond whose it is: services hide what belongs to other projects, rules say which kinds of token may
/// act at all. Pure.
namespace causeway::domain {

/// Whom a rule admits: a set of parties, written "admin or member or reader"; none is "nobody".
class Grant {
 public:
  enum Party : unsigned {
    admin = 1,           ///< the role admin, in whatever scope
    system_reader = 2,   ///< the role reader on the whole system
    member = 4,          ///< in a project, with a role other than reader
    reader = 8,          ///< in a project, with any role
    any_token = 16,      ///< whoever has a valid token
  };
  constexpr Grant() = default;
  explicit constexpr Grant(unsigned parties) : parties_(parties) {}
  /// invalid "policy.bad_grant".
  static Result<Grant> parse(std::string_view words);

  bool admits(const Caller& who) const;
  constexpr bool has(Party party) const { return (parties_ & party) != 0; }
  std::string words() const;
  friend constexpr bool operator==(Grant, Grant) = default;

 private:
  unsigned parties_ = 0;
};

/// The role reader on the whole system.
inline bool reads_system(const Caller& who) { return who.system && who.has_role("reader"); }

struct PolicyRule {
  std::string_view name;  ///< "container:stop"
  Grant grant;            ///< unless the operator says otherwise
};
/// Every rule of the container API: those of its routes, and finer ones for what a request asks.
std::span<const PolicyRule> policy_rules();

/// The rules as an operator has set them. A value; immutable once made.
class Policy {
 public:
  Policy() = default;
  /// The defaults with `changes` (rule to words). invalid "policy.unknown_rule", "policy.bad_grant".
  static Result<Policy> with(const std::map<std::string, std::string>& changes);

  /// Of a rule in policy_rules(); nobody for any other.
  Grant grant(std::string_view rule) const { return grant_or(rule, Grant()); }
  Grant grant_or(std::string_view rule, Grant otherwise) const;
  bool allows(std::string_view rule, const Caller& who) const { return grant(rule).admits(who); }
  /// forbidden "policy.denied".
  Result<void> check(std::string_view rule, const Caller& who) const;

 private:
  std::map<std::string, Grant, std::less<>> changes_;
};

/// forbidden "policy.denied".
std::unexpected<Error> not_allowed(std::string_view rule);

}  // namespace causeway::domain
