#include "causeway/services/identity/application_credentials.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/domain/identity/directory.hpp"
#include "causeway/services/identity/removal.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::ApplicationCredential;

namespace {

constexpr std::size_t most_per_user = 100;

/// The names of the wanted roles, each of which the caller must have.
Result<std::vector<std::string>> choose_roles(Reader& reader, const domain::Caller& caller,
                                              const std::optional<std::vector<RoleReference>>& wanted) {
  if (!wanted || wanted->empty()) return caller.roles;
  std::vector<std::string> names;
  for (const auto& reference : *wanted) {
    std::string name = reference.name;
    if (!reference.id.empty()) {
      TRY(const auto role, boundary::find<domain::Role>(reader, reference.id));
      name = role ? role->name : "";
    }
    if (!caller.has_role(name)) {
      return failed(fail(Code::invalid, "credential.role", "You do not have the role {} in this project.",
                         reference.name.empty() ? reference.id : reference.name)
                        .at("roles"));
    }
    names.push_back(std::move(name));
  }
  return names;
}

Result<std::optional<Time>> read_expiry(const Text& text, Time now) {
  if (!text) return std::optional<Time>();
  const auto time = parse_time(*text);
  if (!time || *time <= now) {
    return failed(fail(Code::invalid, "credential.expiry", "expires_at is not a time in the future.").at("expires_at"));
  }
  return time;
}

}  // namespace

Result<void> ApplicationCredentials::may_manage(const domain::Caller& caller) {
  if (caller.application_credential_id.empty()) return {};
  TRY(const auto own, context_.view([&](Reader& reader) {
    return boundary::find<ApplicationCredential>(reader, caller.application_credential_id);
  }));
  if (own && own->unrestricted) return {};
  return failed(Code::forbidden, "credential.restricted",
                "A restricted application credential may not manage application credentials.");
}

Result<NewApplicationCredential> ApplicationCredentials::create(const domain::Caller& caller,
                                                                const ApplicationCredentialDraft& draft) {
  TRY_VOID(may_manage(caller));
  TRY_VOID(check_name(draft.name, "application credential"));
  TRY_VOID(check_text(draft.description, "description"));
  if (caller.project_id.empty()) {
    return failed(Code::invalid, "credential.no_project", "An application credential needs a project-scoped token.");
  }
  TRY(const auto expires_at, read_expiry(draft.expires_at, context_.deps.clock.now()));
  const std::string secret = draft.secret ? *draft.secret : to_base64url(context_.deps.ids.random_bytes(48));
  if (secret.empty() || secret.size() > 255) {
    return failed(fail(Code::invalid, "credential.secret", "A secret has 1 to 255 bytes.").at("secret"));
  }
  TRY(const auto hash, context_.deps.passwords.hash(secret));
  auto created = context_.change([&](Writer& writer) -> Result<ApplicationCredential> {
    TRY(const auto present, boundary::count<ApplicationCredential>(writer, By{"user_id", caller.user_id.str()}));
    if (present >= most_per_user) {
      return failed(Code::forbidden, "credential.limit", "A user has at most {} application credentials.",
                    most_per_user);
    }
    TRY(auto roles, choose_roles(writer, caller, draft.roles));
    ApplicationCredential made{context_.new_id(),
                               caller.user_id,
                               caller.project_id,
                               *draft.name,
                               draft.description.value_or(""),
                               std::move(roles),
                               draft.unrestricted.value_or(false),
                               expires_at,
                               hash};
    TRY_VOID(boundary::put(writer, made));
    return made;
  });
  TRY(auto credential, explain_clash(std::move(created), "application credential", *draft.name));
  return NewApplicationCredential{std::move(credential), secret};
}

Result<ApplicationCredential> ApplicationCredentials::get(const domain::UserId& user, const std::string& id) {
  return context_.view([&](Reader& reader) -> Result<ApplicationCredential> {
    TRY(auto found, boundary::find<ApplicationCredential>(reader, id));
    if (!found || found->user_id != user) {
      return failed(Code::not_found, "credential.not_found", "Could not find Application Credential: {}.", id);
    }
    return *std::move(found);
  });
}

Result<std::vector<ApplicationCredential>> ApplicationCredentials::list(const domain::UserId& user) {
  return context_.view(
      [&](Reader& reader) { return boundary::list<ApplicationCredential>(reader, By{"user_id", user.str()}); });
}

Result<void> ApplicationCredentials::remove(const domain::Caller& caller, const domain::UserId& user,
                                            const std::string& id) {
  TRY_VOID(may_manage(caller));
  TRY_VOID(get(user, id));
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY(const auto credential, boundary::get<ApplicationCredential>(writer, id));
    return remove_credential(context_, writer, credential);
  });
}

}  // namespace causeway::services
