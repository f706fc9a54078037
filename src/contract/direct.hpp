#pragma once

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

/// The part of the control API for containers that Docker makes by itself; the messages are those of boundary/network/direct_networks.hpp. Host to
/// region, and `hold`, `give_back`, `create` and `remove` region to centre as well.
namespace causeway::contract {

inline constexpr const char* direct_find_path = "/control/v1/direct/find";
inline constexpr const char* direct_hold_path = "/control/v1/direct/hold";
inline constexpr const char* direct_give_back_path = "/control/v1/direct/give_back";
inline constexpr const char* direct_create_path = "/control/v1/direct/create";
inline constexpr const char* direct_remove_path = "/control/v1/direct/remove";
inline constexpr const char* direct_reserve_path = "/control/v1/direct/reserve";
inline constexpr const char* direct_bind_path = "/control/v1/direct/bind";
inline constexpr const char* direct_release_path = "/control/v1/direct/release";

struct DirectReturn {
  domain::ProjectId project_id;  ///< set by the region
  std::string hold;
  static constexpr auto fields() { return std::tuple{field("project_id", &DirectReturn::project_id), field("hold", &DirectReturn::hold)}; }
};
struct DirectRemoval {
  domain::ProjectId project_id;  ///< set by the region
  domain::NetworkId network_id;
  static constexpr auto fields() {
    return std::tuple{field("project_id", &DirectRemoval::project_id), field("network_id", &DirectRemoval::network_id)};
  }
};

}  // namespace causeway::contract
