#pragma once

#include "causeway/domain/identity/token.hpp"
#include "causeway/services/identity/context.hpp"

/// The keys that sign tokens, in the caller's transaction.
namespace causeway::services {

/// Makes the first key when there is none.
Result<void> ensure_signing_key(IdentityContext& context, boundary::Writer& writer);
/// Adds a key that signs from `sign_from` on.
Result<void> add_signing_key(IdentityContext& context, boundary::Writer& writer, Time sign_from);
/// Forgets keys whose last token has expired.
Result<void> remove_retired_keys(IdentityContext& context, boundary::Writer& writer);

struct ActiveKey {
  std::string id;
  std::string secret;  ///< raw
};
/// The newest key that signs already. Unavailable before the first one.
Result<ActiveKey> active_key(boundary::Reader& reader, Time now);

}  // namespace causeway::services
