#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace causeway::domain {

/// What a host's kernel may lack, and a port may need. The names are keys of Host::cannot.
enum class Ability { split_vlans, limit_bandwidth, mark_packets };
constexpr auto names_of(Ability) {
  using enum Ability;
  return std::array{std::pair{split_vlans, std::string_view("split_vlans")}, std::pair{limit_bandwidth, std::string_view("limit_bandwidth")},
                    std::pair{mark_packets, std::string_view("mark_packets")}};
}

}  // namespace causeway::domain
