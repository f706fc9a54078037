#pragma once

#include <string>

#include "causeway/base/result.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// An image that a commit makes.
struct CommitImage {
  domain::ImageId id;
  std::string name;
  std::string tag;
};

/// What the container service asks of the image service. `resolve`: which image is meant by what the user wrote (id or name).
/// not_found "image.not_found"; conflict "image.ambiguous"; invalid "image.not_usable" (not active, or not container format docker);
/// where the images are somebody else's, unavailable and what that service says of the caller's token.
class ImageCatalog {
 public:
  virtual ~ImageCatalog() = default;
  virtual Result<domain::ImageRef> resolve(const domain::Caller& who, const std::string& name_or_id) = 0;

  /// A new image of the caller's project whose data a host will upload. What somebody else's service has to be asked for is
  /// asked here, outside of any transaction; `begin_commit` is part of the transaction that asks the host for the data. Where
  /// that one fails, `end_commit` undoes this. too_large "image.quota".
  virtual Result<CommitImage> prepare_commit(const domain::Caller& who, const std::string& name, const std::string& tag) = 0;
  virtual Result<void> begin_commit(Writer& writer, const domain::Caller& who, const CommitImage& image) = 0;
  /// No more data will come: an image that got none is removed, one that is whole stays.
  virtual Result<void> end_commit(Writer& writer, const domain::ImageId& image) = 0;
};

}  // namespace causeway::boundary
