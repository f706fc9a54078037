#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/boundary/vault.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/registry/registry.hpp"
#include "causeway/domain/policy/policy.hpp"
#include "causeway/services/containers/container_query.hpp"
#include "causeway/services/containers/listing.hpp"

namespace causeway::services {

/// A page of a listing. Filters are column names with the text that the column must have.
struct RegistryQuery {
  ProjectScope projects = ProjectScope::own;
  std::map<std::string, std::string> filters;
  PageQuery page;
};

/// The registry that `ident` (a uuid, else a name) means to this caller: administrators look in all projects, everybody
/// else in their own. not_found "registry.not_found" also hides foreign ones; conflict "registry.ambiguous". Both name
/// the field "registry".
Result<domain::Registry> find_registry(boundary::Reader& reader, const domain::Caller& who, const std::string& ident);

/// The registries of a region: records in the store, passwords sealed by the vault.
///
/// Lifetime: everything given outlives it. Concurrency: thread-safe, no state of its own. Failures: those of
/// find_registry; conflict "registry.in_use" while a container names it; exhausted "registry.quota"; forbidden
/// "policy.denied"; those of vault and store. A password is in no error, log or record in the clear.
class Registries {
 public:
  Registries(boundary::Store& store, boundary::Vault& vault, boundary::Clock& clock, boundary::IdSource& ids,
             domain::Policy policy = {})
      : store_(store), vault_(vault), clock_(clock), ids_(ids), policy_(std::move(policy)) {}

  Result<domain::Registry> create(const domain::Caller& who, const domain::RegistryWish& wish);
  Result<std::vector<domain::Registry>> list(const domain::Caller& who, const RegistryQuery& query);
  Result<domain::Registry> show(const domain::Caller& who, const std::string& ident);
  Result<domain::Registry> update(const domain::Caller& who, const std::string& ident, const domain::RegistryWish& wish);
  Result<void> remove(const domain::Caller& who, const std::string& ident);

  /// For a host that is to pull the image of a container of its own. not_found "registry.no_credentials" when there is
  /// no such container on it, or the container's image is not of the registry that it names.
  Result<domain::RegistryCredentials> credentials_for(const domain::HostName& host, const domain::ContainerId& container);

 private:
  Result<void> apply(domain::Registry& registry, const domain::RegistryWish& wish);

  boundary::Store& store_;
  boundary::Vault& vault_;
  boundary::Clock& clock_;
  boundary::IdSource& ids_;
  domain::Policy policy_;
};

}  // namespace causeway::services
