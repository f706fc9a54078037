#pragma once

#include <atomic>
#include <cstdint>

#include <fmt/format.h>

#include "causeway/boundary/ids.hpp"

namespace causeway::adapters {

/// Ids that are the same in every run: 00000000-0000-4000-8000-000000000001 and so on. Thread-safe. For tests: the
/// "random" bytes are predictable.
class SequentialIds final : public boundary::IdSource {
 public:
  std::string uuid() override { return fmt::format("00000000-0000-4000-8000-{:012x}", ++last_uuid_); }

  std::string random_bytes(std::size_t n) override {
    std::string bytes(n, 0);
    std::uint64_t state = ++last_bytes_;
    for (auto& byte : bytes) {  // splitmix64, so that different calls differ in every byte
      state += 0x9e3779b97f4a7c15;
      std::uint64_t mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      byte = static_cast<char>(mixed >> 56);
    }
    return bytes;
  }

 private:
  std::atomic<std::uint64_t> last_uuid_ = 0;
  std::atomic<std::uint64_t> last_bytes_ = 0;
};

}  // namespace causeway::adapters
