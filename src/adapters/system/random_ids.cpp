#include "causeway/adapters/system/random_ids.hpp"

#include <algorithm>
#include <climits>
#include <stdexcept>

#include <openssl/rand.h>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {

std::string RandomIds::uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);  // RFC 4122 variant
  std::string text = to_hex(bytes);
  for (const std::size_t hyphen : {8, 13, 18, 23}) text.insert(hyphen, 1, '-');
  return text;
}

std::string RandomIds::random_bytes(std::size_t n) {
  std::string bytes(n, 0);
  for (std::size_t done = 0; done < n;) {
    const int step = static_cast<int>(std::min<std::size_t>(n - done, INT_MAX));
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data() + done), step) != 1) {
      throw std::runtime_error("the random number generator failed");
    }
    done += static_cast<std::size_t>(step);
  }
  return bytes;
}

}  // namespace causeway::adapters
