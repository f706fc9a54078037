#pragma once

#include <vector>

#include "causeway/domain/identity/directory.hpp"
#include "causeway/services/identity/context.hpp"
#include "causeway/services/identity/drafts.hpp"

namespace causeway::services {

/// Domains and projects. Thread-safe; each function is one transaction. Disabling or deleting revokes the tokens that
/// stand on it. Failures: not_found, conflict "identity.duplicate", invalid input, forbidden for what must not be
/// deleted.
class Projects {
 public:
  explicit Projects(IdentityContext& context) : context_(context) {}

  Result<domain::KeystoneDomain> create_domain(const DomainDraft& draft);
  Result<domain::KeystoneDomain> get_domain(const domain::DomainId& id);
  Result<std::vector<domain::KeystoneDomain>> list_domains();
  Result<domain::KeystoneDomain> update_domain(const domain::DomainId& id, const DomainDraft& changes);
  /// With everything in it; it must have been disabled before, and the default domain stays.
  Result<void> remove_domain(const domain::DomainId& id);

  Result<domain::Project> create(const ProjectDraft& draft);
  Result<domain::Project> get(const domain::ProjectId& id);
  Result<std::vector<domain::Project>> list();
  Result<domain::Project> update(const domain::ProjectId& id, const ProjectDraft& changes);
  /// Forbidden while other projects name it as their parent.
  Result<void> remove(const domain::ProjectId& id);

 private:
  IdentityContext& context_;
};

}  // namespace causeway::services
