#pragma once

#include <string>
#include <vector>

#include "causeway/domain/identity/known_services.hpp"
#include "causeway/services/identity/application_credentials.hpp"
#include "causeway/services/identity/assignments.hpp"
#include "causeway/services/identity/catalog.hpp"
#include "causeway/services/identity/context.hpp"
#include "causeway/services/identity/projects.hpp"
#include "causeway/services/identity/tokens.hpp"
#include "causeway/services/identity/users.hpp"

namespace causeway::services {

/// What a new cloud starts with.
struct BootstrapRequest {
  std::string admin_password;
  std::vector<std::string> regions;
  std::vector<domain::ServiceAddress> endpoints;
};

/// The embedded identity service, in parts: each part one resource family.
///
/// Job: Keystone's rules over our store: who there is, who may do what where, tokens, the catalog.
/// Lifetime: what IdentityDeps refers to outlives it; no threads of its own.
/// Concurrency: all functions may be called from any thread; a login blocks for the time of a password hash.
/// Policy (who may call what) is the API layer's; here only what holds for everybody.
class Identity {
 public:
  explicit Identity(const IdentityDeps& deps);

  /// Brings the store to what the request says: default domain, admin user and projects, roles, services, regions,
  /// endpoints, a signing key. Idempotent; adds and corrects URLs, never removes, and never changes the password of an
  /// admin who has one. Called at every start.
  Result<void> bootstrap(const BootstrapRequest& request);
  /// Forgets what has no effect any more: revocations and keys older than every token. Call it about once a minute.
  Result<void> sweep();
  /// A new signing key, that signs after `grace`: the time in which every region will have heard of it.
  Result<void> rotate_signing_key(std::chrono::seconds grace);

 private:
  IdentityContext context_;

 public:
  Users users{context_};
  Projects projects{context_};
  Assignments assignments{context_};
  Catalog catalog{context_};
  ApplicationCredentials application_credentials{context_};
  Tokens tokens{context_};
};

}  // namespace causeway::services
