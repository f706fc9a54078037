#include "causeway/services/identity/projects.hpp"

#include "causeway/services/identity/removal.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::KeystoneDomain;
using domain::Project;

Result<KeystoneDomain> Projects::create_domain(const DomainDraft& draft) {
  TRY_VOID(check_name(draft.name, "domain", 64));
  TRY_VOID(check_text(draft.description, "description"));
  auto created = context_.change([&](Writer& writer) -> Result<KeystoneDomain> {
    KeystoneDomain made{domain::DomainId(context_.new_id()), *draft.name, draft.description.value_or(""),
                        draft.enabled.value_or(true)};
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
  return explain_clash(std::move(created), "domain", *draft.name);
}

Result<KeystoneDomain> Projects::get_domain(const domain::DomainId& id) {
  return context_.view([&](Reader& reader) { return boundary::get<KeystoneDomain>(reader, id); });
}

Result<std::vector<KeystoneDomain>> Projects::list_domains() {
  return context_.view([&](Reader& reader) { return boundary::list<KeystoneDomain>(reader); });
}

Result<KeystoneDomain> Projects::update_domain(const domain::DomainId& id, const DomainDraft& changes) {
  if (changes.name) TRY_VOID(check_name(changes.name, "domain", 64));
  TRY_VOID(check_text(changes.description, "description"));
  auto updated = context_.change([&](Writer& writer) -> Result<KeystoneDomain> {
    TRY(auto domain, boundary::get<KeystoneDomain>(writer, id));
    const bool disables = domain.enabled && !changes.enabled.value_or(true);
    apply(domain.name, changes.name);
    apply(domain.description, changes.description);
    apply(domain.enabled, changes.enabled);
    TRY_VOID(boundary::put(writer, domain));
    if (disables) TRY_VOID(revoke(context_, writer, {.domain_id = id}));
    return domain;
  });
  return explain_clash(std::move(updated), "domain", changes.name.value_or(""));
}

Result<void> Projects::remove_domain(const domain::DomainId& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY(const auto domain, boundary::get<KeystoneDomain>(writer, id));
    if (domain.enabled || id == domain::default_domain) {
      return failed(Code::forbidden, "domain.protected",
                    "Cannot delete a domain that is enabled, or the default one; please disable it first.");
    }
    const By inside{"domain_id", id.str()};
    TRY(const auto projects, boundary::list<Project>(writer, inside));
    for (const auto& project : projects) TRY_VOID(remove_project(context_, writer, project.id));
    TRY(const auto groups, boundary::list<domain::Group>(writer, inside));
    for (const auto& group : groups) TRY_VOID(remove_group(context_, writer, group.id));
    TRY(const auto users, boundary::list<domain::User>(writer, inside));
    for (const auto& user : users) TRY_VOID(remove_user(context_, writer, user.id));
    TRY(const auto assignments,
        boundary::list<domain::RoleAssignment>(writer, By{"scope", domain::Scope::of(id).key()}));
    for (const auto& assignment : assignments) {
      TRY_VOID(boundary::erase<domain::RoleAssignment>(writer, assignment.id));
    }
    TRY_VOID(boundary::erase<KeystoneDomain>(writer, id));
    return revoke(context_, writer, {.domain_id = id});
  });
}

Result<Project> Projects::create(const ProjectDraft& draft) {
  TRY_VOID(check_name(draft.name, "project", 64));
  TRY_VOID(check_text(draft.description, "description"));
  auto created = context_.change([&](Writer& writer) -> Result<Project> {
    const auto domain_id = draft.domain_id.value_or(domain::default_domain);
    TRY_VOID(boundary::get<KeystoneDomain>(writer, domain_id));
    const auto parent = draft.parent_id.value_or(domain_id.str());
    if (parent != domain_id.str()) TRY_VOID(boundary::get<Project>(writer, parent));
    Project made{domain::ProjectId(context_.new_id()),
                 domain_id,
                 *draft.name,
                 draft.description.value_or(""),
                 parent,
                 draft.enabled.value_or(true),
                 draft.tags.value_or(std::vector<std::string>{})};
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
  return explain_clash(std::move(created), "project", *draft.name);
}

Result<Project> Projects::get(const domain::ProjectId& id) {
  return context_.view([&](Reader& reader) { return boundary::get<Project>(reader, id); });
}

Result<std::vector<Project>> Projects::list() {
  return context_.view([&](Reader& reader) { return boundary::list<Project>(reader); });
}

Result<Project> Projects::update(const domain::ProjectId& id, const ProjectDraft& changes) {
  if (changes.name) TRY_VOID(check_name(changes.name, "project", 64));
  TRY_VOID(check_text(changes.description, "description"));
  auto updated = context_.change([&](Writer& writer) -> Result<Project> {
    TRY(auto project, boundary::get<Project>(writer, id));
    if (changes.domain_id.value_or(project.domain_id) != project.domain_id) {
      return failed(fail(Code::invalid, "identity.fixed", "A project stays in its domain.").at("domain_id"));
    }
    const bool disables = project.enabled && !changes.enabled.value_or(true);
    apply(project.name, changes.name);
    apply(project.description, changes.description);
    apply(project.enabled, changes.enabled);
    apply(project.tags, changes.tags);
    TRY_VOID(boundary::put(writer, project));
    if (disables) TRY_VOID(revoke(context_, writer, {.scope = domain::Scope::of(id).key()}));
    return project;
  });
  return explain_clash(std::move(updated), "project", changes.name.value_or(""));
}

Result<void> Projects::remove(const domain::ProjectId& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<Project>(writer, id));
    TRY(const auto children, boundary::count<Project>(writer, By{"parent_id", id.str()}));
    if (children > 0) {
      return failed(Code::forbidden, "project.has_children", "Cannot delete project {}: it is the parent of others.",
                    id);
    }
    return remove_project(context_, writer, id);
  });
}

}  // namespace causeway::services
