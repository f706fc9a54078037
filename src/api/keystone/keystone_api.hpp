#pragma once

#include <string>
#include <vector>

#include "causeway/api/kit/service.hpp"
#include "causeway/services/identity/identity.hpp"

/// Keystone v3 over services::Identity. How app mounts it, on a listener of its own (its rows begin at "/"):
///
///   api::KeystoneApi keystone{identity};
///   api::Service service({{api::keystone_style(), api::keystone_routes(keystone)}}, {&verifier, ids, health});
///
/// `verifier` is the StoreTokenVerifier that Identity was given. Policy: the rows say admin where only administrators
/// may; rows for any token check in the handler that it is the caller's own thing, and refuse with 403 what is not.
namespace causeway::api {

struct KeystoneApi {
  services::Identity& identity;
};

Style keystone_style();
/// `api` outlives the rows.
std::vector<BoundRoute> keystone_routes(KeystoneApi& api);

/// One table per resource family, each beside its handlers.
void add_discovery_routes(std::vector<BoundRoute>& into, KeystoneApi& api);
void add_token_routes(std::vector<BoundRoute>& into, KeystoneApi& api);
void add_user_routes(std::vector<BoundRoute>& into, KeystoneApi& api);
void add_group_routes(std::vector<BoundRoute>& into, KeystoneApi& api);
void add_project_routes(std::vector<BoundRoute>& into, KeystoneApi& api);
void add_role_routes(std::vector<BoundRoute>& into, KeystoneApi& api);
void add_catalog_routes(std::vector<BoundRoute>& into, KeystoneApi& api);

}  // namespace causeway::api
