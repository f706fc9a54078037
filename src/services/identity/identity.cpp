#include "causeway/services/identity/identity.hpp"

#include "causeway/services/identity/removal.hpp"
#include "causeway/services/identity/signing_keys.hpp"

namespace causeway::services {

using boundary::Writer;

Identity::Identity(const IdentityDeps& deps) : context_(deps) {}

Result<void> Identity::sweep() {
  return context_.change([&](Writer& writer) -> Result<void> {
    TRY_VOID(remove_expired_revocations(context_, writer));
    return remove_retired_keys(context_, writer);
  });
}

Result<void> Identity::rotate_signing_key(std::chrono::seconds grace) {
  return context_.change(
      [&](Writer& writer) { return add_signing_key(context_, writer, context_.deps.clock.now() + grace); });
}

}  // namespace causeway::services
