#include "causeway/domain/identity/token.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/base/json.hpp"

namespace causeway::domain {
namespace {

constexpr std::string_view version = "cw1";
constexpr std::size_t max_token = 8192;

/// A Caller under short names: tokens travel in every request.
struct Claims : Caller {
  static constexpr auto fields() {
    constexpr auto claim = []<class T>(std::string_view name, T Caller::* member) {
      return Field<Claims, T>{name, member};
    };
    using C = Caller;
    return std::tuple{claim("u", &C::user_id),
                      claim("un", &C::user_name),
                      claim("ud", &C::user_domain_id),
                      claim("udn", &C::user_domain_name),
                      claim("p", &C::project_id),
                      claim("pn", &C::project_name),
                      claim("pd", &C::project_domain_id),
                      claim("pdn", &C::project_domain_name),
                      claim("d", &C::domain_id),
                      claim("s", &C::system),
                      claim("r", &C::roles),
                      claim("m", &C::methods),
                      claim("ac", &C::application_credential_id),
                      claim("a", &C::audit_id),
                      claim("i", &C::issued_at),
                      claim("e", &C::expires_at)};
  }
};

/// Absent means empty, both ways.
bool is_empty(const Json& value) {
  return (value.is_string() && value.get_string().empty()) || (value.is_bool() && !value.get_bool()) ||
         (value.is_array() && value.get_array().empty());
}

}  // namespace

std::string token_payload(std::string_view key_id, const Caller& caller) {
  const Json all = encode(Claims{caller});
  JsonObject claims;
  for (const auto& [name, value] : all.get_object()) {
    if (!is_empty(value)) claims.emplace(name, value);
  }
  return fmt::format("{}.{}.{}", version, key_id, to_base64url(to_text(claims)));
}

std::string seal_token(std::string payload, std::string_view signature) {
  payload += '.';
  payload += to_base64url(signature);
  return payload;
}

std::optional<UnverifiedToken> split_token(std::string_view token) {
  // '=' would give one token several texts
  if (token.size() > max_token || token.find('=') != std::string_view::npos) return std::nullopt;
  const auto parts = split(token, '.');
  if (parts.size() != 4 || parts[0] != version) return std::nullopt;
  auto signature = from_base64url(parts[3]);
  if (!signature) return std::nullopt;
  return UnverifiedToken{parts[1], token.substr(0, token.size() - parts[3].size() - 1), parts[2],
                         *std::move(signature)};
}

Result<Caller> read_claims(std::string_view claims) {
  const auto text = from_base64url(claims);
  if (!text) return failed(Code::unauthenticated, "token.invalid", "The token's claims are not base64url.");
  TRY(const auto json, parse_json(*text));
  TRY(auto read, decode<Claims>(json));
  return static_cast<Caller>(std::move(read));
}

}  // namespace causeway::domain
