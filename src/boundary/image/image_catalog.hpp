#pragma once

#include <string>

#include "causeway/base/result.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// What the container service asks of the image service. `resolve`: which image is meant by what the user wrote (id or name).
/// not_found "image.not_found"; conflict "image.ambiguous"; invalid "image.not_usable" (not active, or not container format docker).
class ImageCatalog {
 public:
  virtual ~ImageCatalog() = default;
  virtual Result<domain::ImageRef> resolve(const domain::Caller& who, const std::string& name_or_id) = 0;

  /// A new image of the caller's project whose data a host will upload: within the transaction that asks for it. too_large
  /// "image.quota".
  virtual Result<domain::ImageId> begin_commit(Writer& writer, const domain::Caller& who, const std::string& name, const std::string& tag) = 0;
  /// No more data will come: an image that got none is removed, one that is whole stays.
  virtual Result<void> end_commit(Writer& writer, const domain::ImageId& image) = 0;
};

}  // namespace causeway::boundary
