#pragma once

#include <optional>
#include <string>

#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/image/image.hpp"

namespace causeway::domain {

/// "Region R holds image I": what a region tells the cloud of each image that can be run. It goes up to the centre and
/// from there to the other regions, and never stands for an image of theirs. Written in the transaction of what it
/// describes.
struct RemoteImage {
  static constexpr std::string_view kind = "remote_image";
  std::string id;  ///< id_of(region, image_id): two regions may hold images of the same id
  RegionName region;
  ImageId image_id;
  ProjectId owner;
  Visibility visibility = Visibility::shared;
  std::int64_t size = 0;
  std::string os_hash_value;  ///< SHA-512, hex: what a fetched copy must have
  std::string control_url;    ///< where the region's control API is
  static std::string id_of(const RegionName& region, const ImageId& image) { return region.str() + "/" + image.str(); }
  static constexpr auto fields() {
    using R = RemoteImage;
    return std::tuple{field("id", &R::id),
                      field("region", &R::region),
                      field("image_id", &R::image_id),
                      field("owner", &R::owner),
                      field("visibility", &R::visibility),
                      field("size", &R::size),
                      field("os_hash_value", &R::os_hash_value),
                      field("control_url", &R::control_url)};
  }
  std::vector<IndexEntry> indexes() const { return {{"image_id", image_id.str()}, {"region", region.str()}}; }
  bool operator==(const RemoteImage&) const = default;
};

/// The data of another region's image, fetched once and kept.
struct ImageCopy {
  static constexpr std::string_view kind = "image_copy";
  std::string id;  ///< of the RemoteImage
  std::string os_hash_value;
  std::string blob;
  static constexpr auto fields() {
    using C = ImageCopy;
    return std::tuple{field("id", &C::id), field("os_hash_value", &C::os_hash_value), field("blob", &C::blob)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

/// Which region this is, to the others; without a name nothing is announced.
struct ImageHome {
  RegionName region;
  std::string control_url;
};

/// What is announced of an image: nothing of one that cannot be run.
std::optional<RemoteImage> announcement_of(const Image& image, const ImageHome& home);

/// The image that a caller means by an id that is held elsewhere: one that is the caller's own or public goes before
/// others' community images. conflict "image.ambiguous" when regions hold different ones. None: nothing that the caller
/// may see.
Result<std::optional<RemoteImage>> choose_remote(const std::vector<RemoteImage>& held, const Caller& who);

}  // namespace causeway::domain
