#include "causeway/domain/image/remote_image.hpp"

#include <algorithm>

#include "causeway/domain/image/image_access.hpp"

namespace causeway::domain {
namespace {

/// As much of the image as decides who may see it.
Image shape_of(const RemoteImage& remote) {
  Image image;
  image.owner = remote.owner;
  image.visibility = remote.visibility;
  return image;
}

}  // namespace

std::optional<RemoteImage> announcement_of(const Image& image, const ImageHome& home) {
  if (home.region.empty() || image.status != ImageStatus::active || image.container_format != "docker") return std::nullopt;
  RemoteImage out;
  out.id = RemoteImage::id_of(home.region, image.id);
  out.region = home.region;
  out.image_id = image.id;
  out.owner = image.owner;
  out.visibility = image.visibility;
  out.size = image.size;
  out.os_hash_value = image.os_hash_value;
  out.control_url = home.control_url;
  return out;
}

Result<std::optional<RemoteImage>> choose_remote(const std::vector<RemoteImage>& held, const Caller& who) {
  std::vector<RemoteImage> seen;
  std::copy_if(held.begin(), held.end(), std::back_inserter(seen),
               [&](const RemoteImage& remote) { return visible_to(shape_of(remote), who); });
  const auto is_ours = [&](const RemoteImage& remote) { return listed_by_default(shape_of(remote), who); };
  if (std::any_of(seen.begin(), seen.end(), is_ours)) std::erase_if(seen, [&](const auto& remote) { return !is_ours(remote); });
  if (seen.empty()) return std::nullopt;
  for (const auto& other : seen) {
    if (other.os_hash_value != seen.front().os_hash_value) {
      return failed(Code::conflict, "image.ambiguous", "Regions {} and {} hold different images with the id {}.",
                    seen.front().region, other.region, other.image_id);
    }
  }
  return seen.front();
}

}  // namespace causeway::domain
