#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/identity/catalog.hpp"
#include "causeway/domain/ids.hpp"

/// What a client may set, for creating and for changing: a member that is not set keeps its default or its present
/// value.
namespace causeway::services {

using Text = std::optional<std::string>;
using Flag = std::optional<bool>;

struct DomainDraft {
  Text name, description;
  Flag enabled;
  static constexpr auto fields() {
    using D = DomainDraft;
    return std::tuple{field("name", &D::name), field("description", &D::description), field("enabled", &D::enabled)};
  }
};

struct ProjectDraft {
  Text name, description, parent_id;
  std::optional<domain::DomainId> domain_id;
  Flag enabled;
  std::optional<std::vector<std::string>> tags;
  static constexpr auto fields() {
    using D = ProjectDraft;
    return std::tuple{field("name", &D::name),           field("description", &D::description),
                      field("parent_id", &D::parent_id), field("domain_id", &D::domain_id),
                      field("enabled", &D::enabled),     field("tags", &D::tags)};
  }
};

struct UserDraft {
  Text name, description, email, password;
  std::optional<domain::DomainId> domain_id;
  std::optional<domain::ProjectId> default_project_id;
  Flag enabled;
  static constexpr auto fields() {
    using D = UserDraft;
    return std::tuple{field("name", &D::name),           field("description", &D::description),
                      field("email", &D::email),         field("password", &D::password),
                      field("domain_id", &D::domain_id), field("default_project_id", &D::default_project_id),
                      field("enabled", &D::enabled)};
  }
};

struct GroupDraft {
  Text name, description;
  std::optional<domain::DomainId> domain_id;
  static constexpr auto fields() {
    using D = GroupDraft;
    return std::tuple{field("name", &D::name), field("description", &D::description),
                      field("domain_id", &D::domain_id)};
  }
};

struct RoleDraft {
  Text name, description;
  static constexpr auto fields() {
    using D = RoleDraft;
    return std::tuple{field("name", &D::name), field("description", &D::description)};
  }
};

struct RegionDraft {
  Text id, description, parent_region_id;
  static constexpr auto fields() {
    using D = RegionDraft;
    return std::tuple{field("id", &D::id), field("description", &D::description),
                      field("parent_region_id", &D::parent_region_id)};
  }
};

struct ServiceDraft {
  Text type, name, description;
  Flag enabled;
  static constexpr auto fields() {
    using D = ServiceDraft;
    return std::tuple{field("type", &D::type), field("name", &D::name), field("description", &D::description),
                      field("enabled", &D::enabled)};
  }
};

struct EndpointDraft {
  Text service_id, region_id, url;
  Text region;  ///< the older spelling of region_id; such a region is made when it does not exist
  std::optional<domain::Interface> interface;
  Flag enabled;
  static constexpr auto fields() {
    using D = EndpointDraft;
    return std::tuple{
        field("service_id", &D::service_id), field("region_id", &D::region_id), field("url", &D::url),
        field("region", &D::region),         field("interface", &D::interface), field("enabled", &D::enabled)};
  }
};

/// A role named by id or by name.
struct RoleReference {
  std::string id, name;
  static constexpr auto fields() {
    using R = RoleReference;
    return std::tuple{field("id", &R::id), field("name", &R::name)};
  }
};

struct ApplicationCredentialDraft {
  Text name, description, secret, expires_at;
  std::optional<std::vector<RoleReference>> roles;
  Flag unrestricted;
  static constexpr auto fields() {
    using D = ApplicationCredentialDraft;
    return std::tuple{field("name", &D::name),     field("description", &D::description),
                      field("secret", &D::secret), field("expires_at", &D::expires_at),
                      field("roles", &D::roles),   field("unrestricted", &D::unrestricted)};
  }
};

/// Takes over what is set.
template <class T>
void apply(T& target, const std::optional<T>& value) {
  if (value) target = *value;
}

/// A name that can be stored: 1 to 255 bytes, UTF-8, not only blanks.
Result<void> check_name(const Text& name, std::string_view what, std::size_t longest = 255);
/// Free text within bounds.
Result<void> check_text(const Text& text, std::string_view field);
/// Turns a clash of names in the store into Keystone's words for it.
template <class T>
Result<T> explain_clash(Result<T> outcome, std::string_view what, std::string_view name) {
  if (outcome || outcome.error().reason != "store.unique") return outcome;
  return failed(Code::conflict, "identity.duplicate",
                "Conflict occurred attempting to store {} - Duplicate entry found with name {}.", what, name);
}

}  // namespace causeway::services
