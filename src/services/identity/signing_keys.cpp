#include "causeway/services/identity/signing_keys.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::SigningKey;
using domain::SigningSecret;

namespace {

bool signs_later(const SigningKey& a, const SigningKey& b) { return a.sign_from > b.sign_from; }

}  // namespace

Result<void> ensure_signing_key(IdentityContext& context, Writer& writer) {
  TRY(const auto keys, boundary::list<SigningKey>(writer));
  if (!keys.empty()) return {};
  return add_signing_key(context, writer, context.deps.clock.now());
}

Result<void> add_signing_key(IdentityContext& context, Writer& writer, Time sign_from) {
  TRY(const auto pair, context.deps.signer.generate());
  // short: it stands in every token
  const std::string id = context.new_id().substr(20);
  TRY_VOID(boundary::put(writer, SigningKey{id, to_base64url(pair.public_key), sign_from}));
  TRY_VOID(boundary::put(writer, SigningSecret{id, to_base64url(pair.secret_key)}));
  return {};
}

Result<void> remove_retired_keys(IdentityContext& context, Writer& writer) {
  TRY(auto keys, boundary::list<SigningKey>(writer));
  std::sort(keys.begin(), keys.end(), signs_later);
  const Time last_tokens_gone = context.deps.clock.now() - context.deps.token_lifetime;
  // a key retires when the next newer one starts to sign
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (keys[i - 1].sign_from > last_tokens_gone) continue;
    TRY_VOID(boundary::erase<SigningKey>(writer, keys[i].id));
    TRY_VOID(boundary::erase<SigningSecret>(writer, keys[i].id));
  }
  return {};
}

Result<ActiveKey> active_key(Reader& reader, Time now) {
  TRY(auto keys, boundary::list<SigningKey>(reader));
  std::sort(keys.begin(), keys.end(), signs_later);
  for (const auto& key : keys) {
    // the clock may have been set back behind the only key's start
    if (key.sign_from > now && &key != &keys.back()) continue;
    TRY(const auto secret, boundary::get<SigningSecret>(reader, key.id));
    return ActiveKey{key.id, from_base64url(secret.secret_key).value_or("")};
  }
  return failed(Code::unavailable, "signer.no_key", "The identity service was not set up yet.");
}

}  // namespace causeway::services
