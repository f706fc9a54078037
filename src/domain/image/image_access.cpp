#include "causeway/domain/image/image_access.hpp"

namespace causeway::domain {

bool visible_to(const Image& image, const Caller& who) {
  return image.visibility == Visibility::public_ || image.visibility == Visibility::community || who.sees(image.owner);
}

bool listed_by_default(const Image& image, const Caller& who) {
  return image.visibility == Visibility::public_ || who.sees(image.owner);
}

Result<void> check_modify(const Image& image, const Caller& who) {
  if (who.sees(image.owner)) return {};
  return failed(Code::forbidden, "image.not_owner", "You are not permitted to modify this image.");
}

Result<void> check_change(const Image* before, const Image& after, const Caller& who) {
  if (who.is_admin()) return {};
  const ProjectId& owner_before = before != nullptr ? before->owner : who.project_id;
  if (after.owner != owner_before) {
    return failed(Code::forbidden, "image.owner", "You are not permitted to set the owner of an image to '{}'.",
                  after.owner);
  }
  const bool was_public = before != nullptr && before->visibility == Visibility::public_;
  if (after.visibility == Visibility::public_ && !was_public) {
    return failed(Code::forbidden, "image.publicize", "You are not authorized to make an image public.");
  }
  return {};
}

}  // namespace causeway::domain
