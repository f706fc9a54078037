#pragma once

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/image/image.hpp"
#include "causeway/domain/image/image_access.hpp"
#include "causeway/domain/image/image_states.hpp"

/// Steps that the files of the image service share.
namespace causeway::services {

inline std::unexpected<Error> no_such_image(const std::string& name_or_id) {
  return failed(Code::not_found, "image.not_found", "No image found with ID or name '{}'.", name_or_id);
}

inline Result<domain::Image> get_visible(boundary::Reader& reader, const domain::Caller& who,
                                         const domain::ImageId& id) {
  TRY(auto found, boundary::find<domain::Image>(reader, id));
  if (!found || !domain::visible_to(*found, who)) return no_such_image(id.str());
  return *std::move(found);
}

inline Result<domain::Image> get_own(boundary::Reader& reader, const domain::Caller& who, const domain::ImageId& id) {
  TRY(auto image, get_visible(reader, who, id));
  TRY_VOID(domain::check_modify(image, who));
  return image;
}

/// conflict "image.wrong_status" when the table has no such step.
inline Result<void> step(domain::Image& image, domain::ImageEvent event, std::string_view doing) {
  const auto next = domain::image_transitions.next(image.status, event);
  if (!next) {
    return failed(Code::conflict, "image.wrong_status", "Image {} is {}: {} is not possible now.", image.id,
                  to_name(image.status), doing);
  }
  image.status = *next;
  return {};
}

}  // namespace causeway::services
