#pragma once

#include <vector>

#include "causeway/api/zun/zun_api.hpp"

/// One function per resource folder of the API; zun_routes() calls them all.
namespace causeway::api::zun {

void bind_root_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_container_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_data_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_action_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_change_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_history_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_console_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_operator_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_quota_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_network_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_image_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_registry_routes(std::vector<BoundRoute>& into, ZunApi& api);
void bind_capsule_routes(std::vector<BoundRoute>& into, ZunApi& api);

}  // namespace causeway::api::zun
