#pragma once

#include <string>

#include "causeway/base/result.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// What the container service asks of the image service: which image is meant by what the user wrote (id or name).
/// not_found "image.not_found"; conflict "image.ambiguous"; invalid "image.not_usable" (not active, or not container format docker).
class ImageCatalog {
 public:
  virtual ~ImageCatalog() = default;
  virtual Result<domain::ImageRef> resolve(const domain::Caller& who, const std::string& name_or_id) = 0;
};

}  // namespace causeway::boundary
