#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

using RegistryId = Id<struct RegistryTag>;

/// A registry of images that a project may name when it creates containers, with the credentials to pull from it. Owned
/// by its region; it never leaves it: hosts ask for the credentials of their own containers when they need them.
struct Registry {
  static constexpr std::string_view kind = "registry";
  RegistryId id;
  ProjectId project_id;
  UserId user_id;
  std::string name;    ///< "" = none
  std::string domain;  ///< "registry.example:5000", also with a path
  std::string username;
  std::string sealed_password;  ///< see boundary/vault.hpp; "" = none
  Time created_at{};
  Time updated_at{};
  static constexpr auto fields() {
    using R = Registry;
    return std::tuple{field("id", &R::id),
                      field("project_id", &R::project_id),
                      field("user_id", &R::user_id),
                      field("name", &R::name),
                      field("domain", &R::domain),
                      field("username", &R::username),
                      field("sealed_password", &R::sealed_password),
                      field("created_at", &R::created_at),
                      field("updated_at", &R::updated_at)};
  }
  std::vector<IndexEntry> indexes() const { return {{"project_id", project_id.str()}, {"name", name}}; }
};

/// What a user says of a registry; absent = as it is. The password is in the clear: never log one of these.
struct RegistryWish {
  std::optional<std::string> name, domain, username, password;
};

/// Reads {"registry": {...}}. invalid with the field's name ("field.missing", "field.unknown", "spec.bad_value",
/// "registry.bad_domain"); the value of a password is in no error.
enum class RegistryVerb { create, update };
Result<RegistryWish> parse_registry(const JsonObject& body, RegistryVerb verb);

/// What a host needs to pull an image.
struct RegistryCredentials {
  std::string domain, username, password;
  static constexpr auto fields() {
    using C = RegistryCredentials;
    return std::tuple{field("domain", &C::domain), field("username", &C::username), field("password", &C::password)};
  }
};

}  // namespace causeway::domain
