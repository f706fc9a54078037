// Images whose data is made of a container by a host.
#include "causeway/services/images/images.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Image;
using domain::ImageId;
using domain::ImageStatus;

Result<ImageId> Images::begin_commit(Writer& writer, const domain::Caller& who, const std::string& name,
                                     const std::string& tag) {
  Image draft;
  draft.id = ImageId(deps_.ids.uuid());
  draft.owner = who.project_id;
  draft.name = name;
  draft.tags = {tag};
  draft.container_format = "docker";
  draft.disk_format = "raw";
  TRY(const auto made, insert(writer, who, std::move(draft)));
  return made.id;
}

Result<void> Images::end_commit(Writer& writer, const ImageId& id) {
  TRY(const auto image, boundary::find<Image>(writer, id));
  // one that is being filled loses its record too: the upload finds that, and removes the data
  if (!image || (image->status != ImageStatus::queued && image->status != ImageStatus::saving)) return {};
  return erase_image(writer, *image);
}

Result<void> Images::upload_committed(const ImageId& id, boundary::ByteSource& data) {
  TRY(const auto known, view(deps_.store, [&](boundary::Reader& reader) { return boundary::find<Image>(reader, id); }));
  if (known && (known->status == ImageStatus::active || known->status == ImageStatus::deactivated)) return {};
  if (known && known->status == ImageStatus::saving) {
    return failed(Code::unavailable, "image.upload_under_way", "The data of image {} is still being uploaded.", id);
  }
  return fill(data, [&](Writer& writer) -> Result<Image> {
    TRY(auto image, boundary::find<Image>(writer, id));
    if (!image) return no_such_image(id.str());
    return *std::move(image);
  });
}

}  // namespace causeway::services
