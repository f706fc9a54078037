#pragma once

#include <optional>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/domain/image/image.hpp"

namespace causeway::api {

Json view_of(const domain::Image& image);
/// The schema documents that clients fetch: "image", "images", "member", "members".
std::optional<Json> image_schema(std::string_view name);
/// The API versions, as the root of the service lists them.
Json image_versions(std::string_view base_url);

}  // namespace causeway::api
