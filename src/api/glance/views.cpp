#include "causeway/api/glance/views.hpp"

#include "causeway/base/time.hpp"

namespace causeway::api {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); }

}  // namespace

Json view_of(const domain::Image& image) {
  const bool has_data = !image.os_hash_value.empty();
  const std::string self = "/v2/images/" + image.id.str();
  JsonObject view;
  for (const auto& [name, value] : image.properties) view.emplace(name, std::string_view(value));
  view["name"] = text_or_null(image.name);
  view["disk_format"] = encode(image.disk_format);
  view["container_format"] = encode(image.container_format);
  view["visibility"] = to_name(image.visibility);
  view["size"] = has_data ? Json(image.size) : Json(nullptr);
  view["virtual_size"] = nullptr;
  view["status"] = to_name(image.status);
  view["checksum"] = text_or_null(image.checksum);
  view["protected"] = image.protected_;
  view["min_ram"] = image.min_ram;
  view["min_disk"] = image.min_disk;
  view["owner"] = text_or_null(image.owner.str());
  view["os_hidden"] = image.os_hidden;
  view["os_hash_algo"] = has_data ? Json("sha512") : Json(nullptr);
  view["os_hash_value"] = text_or_null(image.os_hash_value);
  view["id"] = image.id.str();
  view["created_at"] = iso_time(image.created_at);
  view["updated_at"] = iso_time(image.updated_at);
  view["tags"] = encode(image.tags);
  view["self"] = self;
  view["file"] = self + "/file";
  view["schema"] = "/v2/schemas/image";
  return view;
}

Json image_versions(std::string_view base_url) {
  constexpr std::string_view supported[] = {"v2.9", "v2.7", "v2.6", "v2.5", "v2.4", "v2.3", "v2.2", "v2.1", "v2.0"};
  JsonArray versions;
  for (const auto id : supported) {
    const std::string href = std::string(base_url) + "/v2/";
    versions.push_back(JsonObject{{"id", id},
                                  {"status", versions.empty() ? "CURRENT" : "SUPPORTED"},
                                  {"links", JsonArray{JsonObject{{"rel", "self"}, {"href", href}}}}});
  }
  return JsonObject{{"versions", std::move(versions)}};
}

}  // namespace causeway::api
