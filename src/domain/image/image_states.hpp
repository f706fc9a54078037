#pragma once

#include "causeway/base/transitions.hpp"
#include "causeway/domain/image/image.hpp"

namespace causeway::domain {

enum class ImageEvent { upload_begun, upload_done, upload_failed, deactivate, reactivate, remove };

/// The life of an image. A deleted one has no record any more: `deleted` is where the table ends, not a stored status.
inline constexpr auto image_transitions = transitions<ImageStatus, ImageEvent>({
    {ImageStatus::queued, ImageEvent::upload_begun, ImageStatus::saving},
    {ImageStatus::saving, ImageEvent::upload_done, ImageStatus::active},
    {ImageStatus::saving, ImageEvent::upload_failed, ImageStatus::queued},
    {ImageStatus::active, ImageEvent::deactivate, ImageStatus::deactivated},
    {ImageStatus::deactivated, ImageEvent::deactivate, ImageStatus::deactivated},
    {ImageStatus::deactivated, ImageEvent::reactivate, ImageStatus::active},
    {ImageStatus::active, ImageEvent::reactivate, ImageStatus::active},
    {ImageStatus::queued, ImageEvent::remove, ImageStatus::deleted},
    {ImageStatus::saving, ImageEvent::remove, ImageStatus::deleted},
    {ImageStatus::active, ImageEvent::remove, ImageStatus::deleted},
    {ImageStatus::deactivated, ImageEvent::remove, ImageStatus::deleted},
});
inline constexpr std::array all_image_statuses{ImageStatus::queued, ImageStatus::saving, ImageStatus::active,
                                               ImageStatus::deactivated, ImageStatus::deleted};
static_assert(image_transitions.deterministic());
static_assert(image_transitions.all_reachable(ImageStatus::queued, all_image_statuses));

}  // namespace causeway::domain
