#include "causeway/services/identity/scoping.hpp"

#include "causeway/base/log.hpp"
#include "causeway/services/identity/assignments.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using domain::KeystoneDomain;
using domain::Project;
using domain::User;

namespace {

template <class T>
Result<std::optional<T>> first(Result<std::vector<T>> found) {
  if (!found) return std::unexpected(std::move(found).error());
  if (found->empty()) return std::optional<T>();
  return std::optional<T>(std::move(found->front()));
}

template <class T>
Result<std::optional<T>> find_scoped(Reader& reader, const ScopedReference& reference) {
  if (!reference.id.empty()) return boundary::find<T>(reader, reference.id);
  TRY(const auto domain, find_domain(reader, reference.domain));
  if (!domain) return std::optional<T>();
  return first(boundary::list<T>(reader, By{"scoped_name", domain::scoped_name(domain->id, reference.name)}));
}

Result<void> take_roles(Reader& reader, const domain::Scope& scope, domain::Caller& caller) {
  TRY(caller.roles, effective_roles(reader, caller.user_id, scope));
  if (caller.roles.empty()) return failed(refused_login("no role in the scope"));
  return {};
}

Result<void> scope_to_project(Reader& reader, const Project& project, domain::Caller& caller) {
  TRY(const auto domain, boundary::find<KeystoneDomain>(reader, project.domain_id));
  if (!project.enabled || !domain || !domain->enabled) return failed(refused_login("project or its domain disabled"));
  caller.project_id = project.id;
  caller.project_name = project.name;
  caller.project_domain_id = domain->id;
  caller.project_domain_name = domain->name;
  return take_roles(reader, domain::Scope::of(project.id), caller);
}

/// The default project when the user may use it; else no scope.
Result<void> scope_by_default(Reader& reader, const User& user, domain::Caller& caller) {
  if (user.default_project_id.empty()) return {};
  TRY(const auto project, boundary::find<Project>(reader, user.default_project_id));
  if (!project) return {};
  domain::Caller scoped = caller;
  auto done = scope_to_project(reader, *project, scoped);
  if (done) caller = std::move(scoped);
  if (!done && done.error().code != Code::unauthenticated) return done;
  return {};
}

}  // namespace

Error refused_login(std::string_view why) {
  log::debug("login refused: {}", why);
  return fail(Code::unauthenticated, "auth.failed", "The request you have made requires authentication.");
}

Result<std::optional<KeystoneDomain>> find_domain(Reader& reader, const DomainReference& reference) {
  if (!reference.id.empty()) return boundary::find<KeystoneDomain>(reader, reference.id);
  return first(boundary::list<KeystoneDomain>(reader, By{"name", reference.name}));
}

Result<std::optional<User>> find_user(Reader& reader, const ScopedReference& reference) {
  return find_scoped<User>(reader, reference);
}

Result<std::optional<Project>> find_project(Reader& reader, const ScopedReference& reference) {
  return find_scoped<Project>(reader, reference);
}

Result<User> admit_user(Reader& reader, const domain::UserId& id, domain::Caller& caller) {
  TRY(auto user, boundary::find<User>(reader, id));
  if (!user || !user->enabled) return failed(refused_login("user gone or disabled"));
  TRY(const auto domain, boundary::find<KeystoneDomain>(reader, user->domain_id));
  if (!domain || !domain->enabled) return failed(refused_login("domain of the user gone or disabled"));
  caller.user_id = user->id;
  caller.user_name = user->name;
  caller.user_domain_id = domain->id;
  caller.user_domain_name = domain->name;
  return *std::move(user);
}

Result<void> give_scope(Reader& reader, const User& user, const WantedScope& wanted, domain::Caller& caller) {
  switch (wanted.kind) {
    case WantedScope::Kind::unscoped:
      return {};
    case WantedScope::Kind::by_default:
      return scope_by_default(reader, user, caller);
    case WantedScope::Kind::project: {
      TRY(const auto project, find_project(reader, wanted.project));
      if (!project) return failed(refused_login("no such project"));
      return scope_to_project(reader, *project, caller);
    }
    case WantedScope::Kind::domain: {
      TRY(const auto domain, find_domain(reader, wanted.domain));
      if (!domain || !domain->enabled) return failed(refused_login("no such domain, or disabled"));
      caller.domain_id = domain->id;
      return take_roles(reader, domain::Scope::of(domain->id), caller);
    }
    case WantedScope::Kind::system:
      caller.system = true;
      return take_roles(reader, domain::Scope::whole_system(), caller);
  }
  return {};
}

}  // namespace causeway::services
