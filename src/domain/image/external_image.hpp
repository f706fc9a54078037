#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/image/image.hpp"

/// Images of a Glance that is not ours: what it says of them, and which of them may be run. Pure.
namespace causeway::domain {

/// As Glance v2 tells of it. It has more statuses than ours ("importing", "uploading", "killed" ...), and newer versions
/// may have new ones, so that status and visibility stay texts.
struct ExternalImage {
  ImageId id;
  ProjectId owner;
  std::string name;
  std::string status;            ///< "active": its data is whole
  std::string visibility;        ///< "public", "community", "shared", "private"
  std::string container_format;  ///< "" = not set
  std::vector<std::string> tags;
  std::map<std::string, std::string> properties;
  std::int64_t size = 0;
  std::string checksum;       ///< MD5, hex; "" = none
  std::string os_hash_algo;   ///< "sha512" unless the operator of Glance chose another
  std::string os_hash_value;  ///< hex
};

/// Active, and of container format docker.
bool runnable(const ExternalImage& image);

/// What the image's data is verified against, of the kinds that hosts know: the SHA-512 or SHA-256 of os_hash_value, else the
/// MD5 of checksum. "" when Glance knows none of them (data that was registered by its location alone).
std::string sum_of(const ExternalImage& image);

/// Out of those that Glance lists for the caller and that have this name, the one that is meant. Glance lists an
/// administrator everybody's images: by a name they mean their own project's and public ones, so that nobody slips an image
/// under an administrator's containers. not_found "image.not_found"; invalid "image.not_usable"; conflict
/// "image.ambiguous".
Result<ExternalImage> choose_by_name(std::vector<ExternalImage> listed, const Caller& who, const std::string& name);

/// The image itself when it can be run and its data verified, else invalid "image.not_usable".
Result<ExternalImage> check_runnable(ExternalImage image, const std::string& asked_for);

/// Whether a name of the caller's may mean it.
bool named_for(const ExternalImage& image, const Caller& who);

/// For listings of images that can be run.
Image shown_as_image(const ExternalImage& image);

}  // namespace causeway::domain
