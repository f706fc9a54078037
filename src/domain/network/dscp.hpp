#pragma once

#include <cstdint>

namespace causeway::domain {

/// The marks that a policy may set: the classes of RFC 2474 and RFC 4594, as Neutron has them.
inline constexpr std::uint32_t dscp_marks[] = {0, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 44, 46, 48, 56};

}  // namespace causeway::domain
