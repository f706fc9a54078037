// Images whose data is made of a container by a host.
#include "causeway/services/images/images.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Image;
using domain::ImageId;
using domain::ImageStatus;

Result<boundary::CommitImage> Images::prepare_commit(const domain::Caller&, const std::string& name, const std::string& tag) {
  return boundary::CommitImage{ImageId(deps_.ids.uuid()), name, tag};
}

Result<void> Images::begin_commit(Writer& writer, const domain::Caller& who, const boundary::CommitImage& image) {
  Image draft;
  draft.id = image.id;
  draft.owner = who.project_id;
  draft.name = image.name;
  draft.tags = {image.tag};
  draft.container_format = "docker";
  draft.disk_format = "raw";
  TRY_VOID(insert(writer, who, std::move(draft)));
  return {};
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
