#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

enum class ImageStatus { queued, saving, active, deactivated, deleted };
constexpr auto names_of(ImageStatus) {
  using enum ImageStatus;
  return std::array{std::pair{queued, std::string_view("queued")}, std::pair{saving, std::string_view("saving")},
                    std::pair{active, std::string_view("active")},
                    std::pair{deactivated, std::string_view("deactivated")},
                    std::pair{deleted, std::string_view("deleted")}};
}

/// Who sees an image: everybody (`public`; `community` too, but not in default listings), or its owner and the projects
/// it is shared with (`shared`), or its owner alone (`private`).
enum class Visibility { public_, community, shared, private_ };
constexpr auto names_of(Visibility) {
  using enum Visibility;
  return std::array{std::pair{public_, std::string_view("public")}, std::pair{community, std::string_view("community")},
                    std::pair{shared, std::string_view("shared")}, std::pair{private_, std::string_view("private")}};
}

/// An image of the image service (Glance "image"). Its data, when active, is a `docker save` archive for container
/// format "docker".
struct Image {
  static constexpr std::string_view kind = "image";
  ImageId id;
  ProjectId owner;
  std::string name;
  ImageStatus status = ImageStatus::queued;
  Visibility visibility = Visibility::shared;
  std::optional<std::string> container_format;
  std::optional<std::string> disk_format;
  std::int64_t min_disk = 0;
  std::int64_t min_ram = 0;
  bool protected_ = false;
  bool os_hidden = false;
  std::vector<std::string> tags;
  std::map<std::string, std::string> properties;
  std::int64_t size = 0;
  std::string checksum;       ///< MD5, hex: what old clients verify
  std::string os_hash_value;  ///< SHA-512, hex
  std::string blob;           ///< name of the data in the blob store, while saving of the data to be; "" = none
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using I = Image;
    return std::tuple{field("id", &I::id),
                      field("owner", &I::owner),
                      field("name", &I::name),
                      field("status", &I::status),
                      field("visibility", &I::visibility),
                      field("container_format", &I::container_format),
                      field("disk_format", &I::disk_format),
                      field("min_disk", &I::min_disk),
                      field("min_ram", &I::min_ram),
                      field("protected", &I::protected_),
                      field("os_hidden", &I::os_hidden),
                      field("tags", &I::tags),
                      field("properties", &I::properties),
                      field("size", &I::size),
                      field("checksum", &I::checksum),
                      field("os_hash_value", &I::os_hash_value),
                      field("blob", &I::blob),
                      field("created_at", &I::created_at),
                      field("updated_at", &I::updated_at)};
  }
  std::vector<IndexEntry> indexes() const {
    return {{"owner", owner.str()}, {"name", name}, {"status", std::string(to_name(status))}};
  }
};

}  // namespace causeway::domain
