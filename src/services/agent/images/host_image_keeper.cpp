#include "causeway/services/agent/images/host_image_keeper.hpp"

#include <algorithm>

#include "causeway/services/agent/names.hpp"

namespace causeway::services {
namespace {

std::string reference_of(const domain::HostImage& image) {
  return image.image_ref.driver == "glance" ? engine_reference(image.image_ref.id) : image.image_ref.id;
}

bool may_pass(const Error& error) {
  return error.code == Code::unavailable || error.code == Code::timeout || error.code == Code::cancelled || error.code == Code::internal;
}

}  // namespace

Result<Step> HostImageKeeper::step(const std::string& key) {
  const auto image = view_.host_image(domain::HostImageId(id_of_key(key, "image")));
  if (!image) {
    images_.forget(key);
    return Step::settled;
  }
  if (image->remove) return remove(*image);
  if (image->state == domain::HostImageState::error) return Step::settled;  // it was told, and is tried again by a new record
  TRY(auto there, engine_.describe_image(reference_of(*image)));
  if (!there || image->state == domain::HostImageState::pulling) {
    auto fetched = images_.ensure(key, {image->image_ref, {}});
    if (!fetched && may_pass(fetched.error())) return failed(fetched.error());
    if (!fetched) {
      TRY_VOID(report(*image, {image->id, false, domain::HostImageState::error, fetched.error().message, "", 0}));
      return Step::settled;
    }
    if (!*fetched) return Step::settled;  // on its way; we are woken
    TRY(there, engine_.describe_image(reference_of(*image)));
    if (!there) return failed(Code::unavailable, "engine.no_image", "Image {} went away at once.", reference_of(*image));
  }
  TRY_VOID(report(*image, {image->id, false, domain::HostImageState::present, "", there->id, there->size}));
  return Step::settled;
}

Result<Step> HostImageKeeper::remove(const domain::HostImage& image) {
  const auto others = view_.host_images();
  const bool wanted = std::ranges::any_of(others, [&](const auto& other) {
    return other->id != image.id && !other->remove && reference_of(*other) == reference_of(image);
  });
  if (!wanted) TRY_VOID(engine_.remove_image(reference_of(image)));
  TRY_VOID(report(image, {image.id, true, image.state, "", "", 0}));
  return Step::settled;
}

/// Only what the region does not know yet.
Result<void> HostImageKeeper::report(const domain::HostImage& image, domain::HostImageReport report) {
  const bool known = !report.gone && report.state == image.state && report.error == image.error && report.image_id == image.image_id &&
                     report.size == image.size;
  if (known) return {};
  return region_.report_image(report);
}

}  // namespace causeway::services
