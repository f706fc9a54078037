#pragma once

#include <cstdint>
#include <memory>

#include "causeway/boundary/blobs.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::boundary {

/// The data of the region's images, as the control API gives and takes it. Who may ask is decided before.
///
/// Thread-safe. Failures: not_found "image.not_found", "image.no_data"; forbidden "image.deactivated"; invalid
/// "image.bad_range" (`from` lies behind the end); unavailable while the data cannot be had now, with the reason in its text.
class ImageData {
 public:
  virtual ~ImageData() = default;
  /// From byte `from` on, for a host that was told to run it: of whatever region or service the image is.
  virtual Result<std::unique_ptr<ByteSource>> for_host(const domain::ImageId& id, std::uint64_t from) = 0;
  /// For another region: of images that this region holds itself.
  virtual Result<std::unique_ptr<ByteSource>> for_region(const domain::ImageId& id) = 0;
  /// The data of an image of ImageCatalog::begin_commit, from a host that was asked for it. One that has its data already is
  /// a success, and nothing is read. unavailable "image.upload_under_way"; exhausted "image.commit_failed" when it was tried
  /// long enough.
  virtual Result<void> upload_committed(const domain::ImageId& id, ByteSource& data) = 0;
};

}  // namespace causeway::boundary
