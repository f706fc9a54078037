#include <openssl/evp.h>

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/http/upgrade.hpp"

namespace causeway::http {
namespace {

/// RFC 6455 1.3: what the server appends to the client's key.
constexpr std::string_view key_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t key_size = 24;  ///< base64 of 16 bytes

/// Whether a comma-separated header field names `word`, in whatever case.
bool names(const Headers& headers, std::string_view field, std::string_view word) {
  const std::string wanted = to_lower(word);
  for (const auto& [name, value] : headers.all()) {
    if (to_lower(name) != to_lower(field)) continue;
    const auto parts = split(value, ',');
    if (std::ranges::any_of(parts, [&](std::string_view part) { return to_lower(trim(part)) == wanted; })) return true;
  }
  return false;
}

std::string accept_of(std::string_view key) {
  const std::string text = std::string(key) + std::string(key_suffix);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr);
  unsigned char encoded[2 * EVP_MAX_MD_SIZE];
  const int length = EVP_EncodeBlock(encoded, digest, int(size));
  return {reinterpret_cast<const char*>(encoded), std::size_t(length)};
}

Response refusal(int status, std::string_view why) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string(why) + "\n";
  return response;
}

bool is_key(std::string_view key) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  return key.size() == key_size && key.ends_with("==") && key.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

bool asks_for(const Request& request, std::string_view protocol) {
  return names(request.headers, "Connection", "upgrade") && names(request.headers, "Upgrade", protocol);
}

Response tunnel_response(std::string_view protocol, std::unique_ptr<async::Duplex> target) {
  Response response;
  response.status = 101;
  response.headers.set("Upgrade", std::string(protocol));
  response.upgrade = std::make_shared<Upgrade>();
  response.upgrade->target = std::move(target);
  return response;
}

std::optional<Response> refuse_handshake(const Request& request, std::string_view subprotocol) {
  if (request.method != "GET" || !asks_for(request, "websocket")) {
    Response answer = refusal(426, "This is a WebSocket: connect to it with a WebSocket client.");
    answer.headers.set("Upgrade", "websocket");
    return answer;
  }
  if (request.headers.get("Sec-WebSocket-Version") != "13") {
    Response answer = refusal(426, "Version 13 of the WebSocket protocol is the one that is spoken here.");
    answer.headers.set("Upgrade", "websocket");
    answer.headers.set("Sec-WebSocket-Version", "13");
    return answer;
  }
  if (!is_key(trim(request.headers.get("Sec-WebSocket-Key")))) return refusal(400, "Sec-WebSocket-Key is no key.");
  if (request.headers.find("Sec-WebSocket-Protocol") &&
      !names(request.headers, "Sec-WebSocket-Protocol", subprotocol)) {
    return refusal(400, "None of the subprotocols offered is spoken here.");
  }
  return std::nullopt;
}

Response websocket_response(const Request& request, std::string_view subprotocol, Upgrade upgrade) {
  Response response;
  response.status = 101;
  response.headers.set("Upgrade", "websocket");
  response.headers.set("Sec-WebSocket-Accept", accept_of(trim(request.headers.get("Sec-WebSocket-Key"))));
  // named only when it was offered: a client must refuse one that it did not ask for
  if (request.headers.find("Sec-WebSocket-Protocol")) {
    response.headers.set("Sec-WebSocket-Protocol", std::string(subprotocol));
  }
  upgrade.protocol = Upgrade::Protocol::websocket;
  response.upgrade = std::make_shared<Upgrade>(std::move(upgrade));
  return response;
}

}  // namespace causeway::http
