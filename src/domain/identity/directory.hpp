#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

/// Who there is: domains hold projects, users and groups. Names are unique within a domain.
namespace causeway::domain {

inline const DomainId default_domain{"default"};

/// A Keystone domain.
struct KeystoneDomain {
  static constexpr std::string_view kind = "domain";
  DomainId id;
  std::string name;
  std::string description;
  bool enabled = true;

  static constexpr auto fields() {
    using D = KeystoneDomain;
    return std::tuple{field("id", &D::id), field("name", &D::name), field("description", &D::description),
                      field("enabled", &D::enabled)};
  }
  std::vector<IndexEntry> indexes() const { return {{"name", name, true}}; }
};

/// The key under which a name is unique in its domain.
inline std::string scoped_name(const DomainId& domain, std::string_view name) {
  return domain.str() + "/" + std::string(name);
}

struct Project {
  static constexpr std::string_view kind = "project";
  ProjectId id;
  DomainId domain_id;
  std::string name;
  std::string description;
  std::string parent_id;  ///< a project or the domain; informative, nothing is inherited
  bool enabled = true;
  std::vector<std::string> tags;

  static constexpr auto fields() {
    using P = Project;
    return std::tuple{field("id", &P::id),
                      field("domain_id", &P::domain_id),
                      field("name", &P::name),
                      field("description", &P::description),
                      field("parent_id", &P::parent_id),
                      field("enabled", &P::enabled),
                      field("tags", &P::tags)};
  }
  std::vector<IndexEntry> indexes() const {
    return {
        {"scoped_name", scoped_name(domain_id, name), true}, {"domain_id", domain_id.str()}, {"parent_id", parent_id}};
  }
};

struct User {
  static constexpr std::string_view kind = "user";
  UserId id;
  DomainId domain_id;
  std::string name;
  std::string description;
  std::string email;
  ProjectId default_project_id;
  bool enabled = true;

  static constexpr auto fields() {
    using U = User;
    return std::tuple{field("id", &U::id),          field("domain_id", &U::domain_id),
                      field("name", &U::name),      field("description", &U::description),
                      field("email", &U::email),    field("default_project_id", &U::default_project_id),
                      field("enabled", &U::enabled)};
  }
  std::vector<IndexEntry> indexes() const {
    return {{"scoped_name", scoped_name(domain_id, name), true}, {"domain_id", domain_id.str()}};
  }
};

/// Apart from User, so that nothing that shows or replicates users ever holds a hash. Never replicated.
struct UserPassword {
  static constexpr std::string_view kind = "user_password";
  UserId id;
  std::string hash;
  Time changed_at{};

  static constexpr auto fields() {
    using P = UserPassword;
    return std::tuple{field("id", &P::id), field("hash", &P::hash), field("changed_at", &P::changed_at)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

struct Group {
  static constexpr std::string_view kind = "group";
  GroupId id;
  DomainId domain_id;
  std::string name;
  std::string description;

  static constexpr auto fields() {
    using G = Group;
    return std::tuple{field("id", &G::id), field("domain_id", &G::domain_id), field("name", &G::name),
                      field("description", &G::description)};
  }
  std::vector<IndexEntry> indexes() const {
    return {{"scoped_name", scoped_name(domain_id, name), true}, {"domain_id", domain_id.str()}};
  }
};

/// "This user is in that group"; id = "<group>/<user>".
struct GroupMember {
  static constexpr std::string_view kind = "group_member";
  std::string id;
  GroupId group_id;
  UserId user_id;

  static std::string id_of(const GroupId& group, const UserId& user) { return group.str() + "/" + user.str(); }
  static constexpr auto fields() {
    using M = GroupMember;
    return std::tuple{field("id", &M::id), field("group_id", &M::group_id), field("user_id", &M::user_id)};
  }
  std::vector<IndexEntry> indexes() const { return {{"group_id", group_id.str()}, {"user_id", user_id.str()}}; }
};

}  // namespace causeway::domain
