#include "causeway/services/identity/identity.hpp"
#include "causeway/services/identity/signing_keys.hpp"

#include "causeway/domain/identity/known_services.hpp"
#include "causeway/domain/identity/revocation.hpp"

namespace causeway::services {
namespace {

using boundary::By;
using boundary::Writer;
using domain::CatalogEndpoint;
using domain::CatalogRegion;
using domain::CatalogService;

/// The one with this index value, or a new one put in its place.
template <class T>
Result<T> ensure(Writer& writer, const By& by, T fresh) {
  TRY(auto present, boundary::list<T>(writer, by));
  if (!present.empty()) return std::move(present.front());
  TRY_VOID(boundary::put(writer, fresh));
  return fresh;
}

Result<domain::Project> ensure_project(IdentityContext& context, Writer& writer, const std::string& name,
                                       const std::string& description) {
  const auto& home = domain::default_domain;
  return ensure(writer, By{"scoped_name", domain::scoped_name(home, name)},
                domain::Project{domain::ProjectId(context.new_id()), home, name, description, home.str(), true, {}});
}

Result<void> ensure_admin(IdentityContext& context, Writer& writer, const std::string& password_hash) {
  const auto& home = domain::default_domain;
  TRY(const auto domain, boundary::find<domain::KeystoneDomain>(writer, home));
  if (!domain) TRY_VOID(boundary::put(writer, domain::KeystoneDomain{home, "Default", "The default domain", true}));
  TRY(const auto project, ensure_project(context, writer, "admin", "Bootstrap project of the cloud's administrator"));
  TRY_VOID(ensure_project(context, writer, "service", "Services of the cloud"));
  domain::User fresh{domain::UserId(context.new_id()), home, "admin", "", "", project.id, true};
  TRY(const auto admin, ensure(writer, By{"scoped_name", domain::scoped_name(home, "admin")}, fresh));
  TRY(const auto password, boundary::find<domain::UserPassword>(writer, admin.id));
  if (!password && password_hash.empty()) {
    return failed(Code::invalid, "bootstrap.password", "The first start needs a password for the user admin.");
  }
  if (!password) TRY_VOID(boundary::put(writer, domain::UserPassword{admin.id, password_hash, context.stamp()}));
  for (const char* name : {"admin", "member", "reader"}) {
    TRY(const auto role, ensure(writer, By{"name", name}, domain::Role{domain::RoleId(context.new_id()), name, ""}));
    if (role.name != "admin") continue;
    const domain::Actor actor{domain::ActorKind::user, admin.id.str()};
    for (const auto& scope : {domain::Scope::of(project.id), domain::Scope::of(home), domain::Scope::whole_system()}) {
      const auto assignment = domain::RoleAssignment::of(actor, scope, role.id);
      TRY(const auto present, boundary::find<domain::RoleAssignment>(writer, assignment.id));
      if (!present) TRY_VOID(boundary::put(writer, assignment));
    }
  }
  return {};
}

Result<void> ensure_region(Writer& writer, const std::string& id) {
  TRY(const auto present, boundary::find<CatalogRegion>(writer, id));
  if (!present) TRY_VOID(boundary::put(writer, CatalogRegion{id, "", ""}));
  return {};
}

Result<void> ensure_endpoint(IdentityContext& context, Writer& writer, const CatalogEndpoint& wanted) {
  TRY(const auto endpoints, boundary::list<CatalogEndpoint>(writer, By{"service_id", wanted.service_id}));
  CatalogEndpoint endpoint = wanted;
  endpoint.id = context.new_id();
  for (const auto& present : endpoints) {
    if (present.region_id != wanted.region_id || present.interface != wanted.interface) continue;
    if (present.url == wanted.url) return {};
    endpoint = present;
    endpoint.url = wanted.url;
  }
  TRY_VOID(boundary::put(writer, endpoint));
  return {};
}

Result<void> ensure_catalog(IdentityContext& context, Writer& writer, const BootstrapRequest& request) {
  for (const auto& region : request.regions) TRY_VOID(ensure_region(writer, region));
  for (const auto& known : domain::known_services) {
    TRY(const auto service, ensure(writer, By{"type", std::string(known.type)},
                                   CatalogService{context.new_id(), std::string(known.type), std::string(known.name), std::string(known.description), true}));
    for (const auto& endpoint : request.endpoints) {
      if (endpoint.service_type != service.type) continue;
      TRY_VOID(ensure_region(writer, endpoint.region));
      TRY_VOID(ensure_endpoint(context, writer, {"", service.id, endpoint.interface, endpoint.region, endpoint.url, true}));
    }
  }
  return {};
}

Result<void> check_types(const BootstrapRequest& request) {
  for (const auto& endpoint : request.endpoints) {
    const bool known = domain::find_known_service(endpoint.service_type) != nullptr;
    if (!known) {
      return failed(Code::invalid, "bootstrap.service_type", "There is no service of type '{}'.",
                    endpoint.service_type);
    }
  }
  return {};
}

}  // namespace

Result<void> Identity::bootstrap(const BootstrapRequest& request) {
  TRY_VOID(check_types(request));
  std::string password_hash;
  if (!request.admin_password.empty()) {
    TRY(password_hash, context_.deps.passwords.hash(request.admin_password));
  }
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY(const auto revocations, boundary::list<domain::Revocation>(writer));
    for (const auto& revocation : revocations) context_.continue_after(revocation.issued_before);
    TRY_VOID(ensure_signing_key(context_, writer));
    TRY_VOID(ensure_admin(context_, writer, password_hash));
    return ensure_catalog(context_, writer, request);
  });
}

}  // namespace causeway::services
