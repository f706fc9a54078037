#pragma once

#include <cstdint>
#include <string_view>

#include "causeway/base/result.hpp"

/// Our programs on the links of the calling thread's network namespace (man 8 tc-bpf, by libbpf). Each has one place of ours on each side.
namespace causeway::adapters {

struct LinkNumbers {
  std::uint32_t index = 0;
  std::uint32_t mtu = 0;
};

enum class LinkHook { receives, sends };

struct LoadedProgram {
  int descriptor = -1;
  std::uint32_t id = 0;
};

/// not_found "fast_path.no_link".
Result<LinkNumbers> observe_link(std::string_view link);
/// In the place of the one that was there; that program again changes nothing.
Result<void> put_on_link(int link, LinkHook hook, const LoadedProgram& program);
/// From both sides; true when something was there. Succeeds on a link that is gone.
Result<bool> take_off_link(int link);

}  // namespace causeway::adapters
