#pragma once

#include <cstdint>
#include <string>

namespace causeway::http {

/// A client's frame: first byte as given, masked with a key of its own.
inline std::string client_frame(unsigned char first, const std::string& payload, std::string key = "\x11\x22\x33\x44") {
  std::string out(1, char(first));
  if (payload.size() < 126) {
    out.push_back(char(0x80 | payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.push_back(char(0x80 | 126));
    out.push_back(char(payload.size() >> 8));
    out.push_back(char(payload.size() & 0xff));
  } else {
    out.push_back(char(0x80 | 127));
    for (int i = 7; i >= 0; --i) out.push_back(char((std::uint64_t(payload.size()) >> (8 * i)) & 0xff));
  }
  out += key;
  for (std::size_t i = 0; i < payload.size(); ++i) out.push_back(char(payload[i] ^ key[i % 4]));
  return out;
}

}  // namespace causeway::http
