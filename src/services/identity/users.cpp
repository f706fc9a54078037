#include "causeway/services/identity/users.hpp"

#include "causeway/services/identity/removal.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::User;
using domain::UserPassword;

namespace {

Result<std::string> hash_password(IdentityContext& context, std::string_view password) {
  constexpr std::size_t longest = 255;
  if (password.empty() || password.size() > longest) {
    return failed(fail(Code::invalid, "password.unusable", "A password has 1 to {} bytes.", longest).at("password"));
  }
  return context.deps.passwords.hash(password);
}

Result<void> check(const UserDraft& draft) {
  TRY_VOID(check_text(draft.description, "description"));
  return check_text(draft.email, "email");
}

Result<void> put_password(IdentityContext& context, Writer& writer, const domain::UserId& id, const std::string& hash) {
  TRY_VOID(boundary::put(writer, UserPassword{id, hash, context.stamp()}));
  return {};
}

}  // namespace

Result<User> Users::create(const UserDraft& draft) {
  TRY_VOID(check_name(draft.name, "user"));
  TRY_VOID(check(draft));
  std::string hash;
  if (draft.password) {
    TRY(hash, hash_password(context_, *draft.password));
  }
  auto created = context_.change([&](Writer& writer) -> Result<User> {
    const auto domain_id = draft.domain_id.value_or(domain::default_domain);
    TRY_VOID(boundary::get<domain::KeystoneDomain>(writer, domain_id));
    User made{domain::UserId(context_.new_id()),
              domain_id,
              *draft.name,
              draft.description.value_or(""),
              draft.email.value_or(""),
              draft.default_project_id.value_or(domain::ProjectId()),
              draft.enabled.value_or(true)};
    TRY_VOID(boundary::put(writer, made));
    if (!hash.empty()) TRY_VOID(put_password(context_, writer, made.id, hash));
    return made;
  });
  return explain_clash(std::move(created), "user", *draft.name);
}

Result<User> Users::get(const domain::UserId& id) {
  return context_.view([&](Reader& reader) { return boundary::get<User>(reader, id); });
}

Result<std::vector<User>> Users::list() {
  return context_.view([&](Reader& reader) { return boundary::list<User>(reader); });
}

Result<User> Users::update(const domain::UserId& id, const UserDraft& changes) {
  if (changes.name) TRY_VOID(check_name(changes.name, "user"));
  TRY_VOID(check(changes));
  std::string hash;
  if (changes.password) {
    TRY(hash, hash_password(context_, *changes.password));
  }
  auto updated = context_.change([&](Writer& writer) -> Result<User> {
    TRY(auto user, boundary::get<User>(writer, id));
    if (changes.domain_id.value_or(user.domain_id) != user.domain_id) {
      return failed(fail(Code::invalid, "identity.fixed", "A user stays in its domain.").at("domain_id"));
    }
    const bool disables = user.enabled && !changes.enabled.value_or(true);
    apply(user.name, changes.name);
    apply(user.description, changes.description);
    apply(user.email, changes.email);
    apply(user.default_project_id, changes.default_project_id);
    apply(user.enabled, changes.enabled);
    TRY_VOID(boundary::put(writer, user));
    if (!hash.empty()) TRY_VOID(put_password(context_, writer, id, hash));
    if (disables || !hash.empty()) TRY_VOID(revoke(context_, writer, {.user_id = id}));
    return user;
  });
  return explain_clash(std::move(updated), "user", changes.name.value_or(""));
}

Result<void> Users::change_password(const domain::UserId& id, std::string_view old_password,
                                    std::string_view new_password) {
  TRY(const auto present, context_.view([&](Reader& reader) { return boundary::find<UserPassword>(reader, id); }));
  TRY(const bool knows_it, context_.deps.passwords.verify(old_password, present ? present->hash : ""));
  if (!present || !knows_it) {
    return failed(Code::unauthenticated, "password.wrong", "The request you have made requires authentication.");
  }
  TRY(const auto hash, hash_password(context_, new_password));
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY(const auto now, boundary::find<UserPassword>(writer, id));
    if (!now || now->hash != present->hash) {
      return failed(Code::conflict, "password.changed", "The password was changed by somebody else meanwhile.");
    }
    TRY_VOID(put_password(context_, writer, id, hash));
    return revoke(context_, writer, {.user_id = id});
  });
}

Result<void> Users::remove(const domain::UserId& id) {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(boundary::get<User>(writer, id));
    return remove_user(context_, writer, id);
  });
}

}  // namespace causeway::services
