#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/identity/caller.hpp"

/// The text of a token: who it speaks for, signed, so that every region verifies it with public keys alone.
///
///   cw1.<key id>.<claims, JSON in base64url>.<Ed25519 signature over all before this dot, base64url>
namespace causeway::domain {

/// The public half of a key. Replicated to every region; kept until the last token that it signed has expired.
struct SigningKey {
  static constexpr std::string_view kind = "signing_key";
  std::string id;
  std::string public_key;  ///< base64url
  Time sign_from{};        ///< a new key is published before it signs, so that regions have it by then
  static constexpr auto fields() {
    using K = SigningKey;
    return std::tuple{field("id", &K::id), field("public_key", &K::public_key), field("sign_from", &K::sign_from)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

/// The private half, same id. Never replicated, never shown.
struct SigningSecret {
  static constexpr std::string_view kind = "signing_secret";
  std::string id;
  std::string secret_key;  ///< base64url
  static constexpr auto fields() {
    using K = SigningSecret;
    return std::tuple{field("id", &K::id), field("secret_key", &K::secret_key)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

/// What gets signed: "cw1.<key id>.<claims>".
std::string token_payload(std::string_view key_id, const Caller& caller);
/// The finished token.
std::string seal_token(std::string payload, std::string_view signature);

/// A token cut into its parts; nothing about it is proved yet.
struct UnverifiedToken {
  std::string_view key_id;
  std::string_view payload;  ///< what the signature covers
  std::string_view claims;
  std::string signature;  ///< raw bytes
};
/// None when it is not of our form.
std::optional<UnverifiedToken> split_token(std::string_view token);
/// Reads the claims of a token whose signature was verified.
Result<Caller> read_claims(std::string_view claims);

}  // namespace causeway::domain
