#include "causeway/services/images/images.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/base/log.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Image;
using domain::ImageEvent;
using domain::ImageId;
using domain::ImageStatus;

Images::Images(Deps deps) : deps_(deps) {}

Result<Image> Images::create(const Caller& who, Image draft) {
  if (draft.id.empty()) draft.id = ImageId(deps_.ids.uuid());
  if (draft.owner.empty()) draft.owner = who.project_id;
  return transact(deps_.store, [&](Writer& writer) { return insert(writer, who, draft); });
}

Result<Image> Images::insert(Writer& writer, const Caller& who, Image draft) {
  draft.created_at = draft.updated_at = deps_.clock.now();
  TRY_VOID(domain::check_change(nullptr, draft, who));
  TRY_VOID(domain::check_limits(draft, deps_.limits.attributes));
  TRY(const auto taken, boundary::find<Image>(writer, draft.id));
  if (taken) return failed(Code::conflict, "image.exists", "Image ID {} already exists.", draft.id);
  TRY(const auto owned, boundary::count<Image>(writer, {"owner", draft.owner.str()}));
  if (owned >= deps_.limits.images_per_project) {
    return failed(Code::too_large, "image.quota", "The project has {} images, which is its limit.", owned);
  }
  TRY_VOID(put_image(writer, draft));
  return draft;
}

Result<void> Images::put_image(Writer& writer, const Image& image) {
  TRY_VOID(boundary::put(writer, image));
  const auto wanted = domain::announcement_of(image, deps_.home);
  const auto id = domain::RemoteImage::id_of(deps_.home.region, image.id);
  TRY(const auto told, boundary::find<domain::RemoteImage>(writer, id));
  if (wanted == told) return {};
  if (wanted) {
    TRY_VOID(boundary::put(writer, *wanted));
  } else {
    TRY_VOID(boundary::erase<domain::RemoteImage>(writer, id));
  }
  return {};
}

Result<void> Images::erase_image(Writer& writer, const Image& image) {
  TRY_VOID(boundary::erase<Image>(writer, image.id));
  TRY_VOID(boundary::erase<domain::RemoteImage>(writer, domain::RemoteImage::id_of(deps_.home.region, image.id)));
  return {};
}

Result<domain::ImageQuery::Page> Images::list(const Caller& who, const domain::ImageQuery& query) {
  TRY(auto images, view(deps_.store, [](Reader& reader) { return boundary::list<Image>(reader); }));
  return query.select(std::move(images), who);
}

Result<Image> Images::get(const Caller& who, const ImageId& id) {
  return view(deps_.store, [&](Reader& reader) { return get_visible(reader, who, id); });
}

/// One transaction: finds the image, lets `change` change it, checks that the caller may have it so, and stores it.
template <class Change>
Result<Image> Images::change(const Caller& who, const ImageId& id, Change&& change) {
  return transact(deps_.store, [&](Writer& writer) -> Result<Image> {
    TRY(const auto before, get_own(writer, who, id));
    TRY(auto after, change(before));
    TRY_VOID(domain::check_change(&before, after, who));
    TRY_VOID(domain::check_limits(after, deps_.limits.attributes));
    after.updated_at = deps_.clock.now();
    TRY_VOID(put_image(writer, after));
    return after;
  });
}

Result<Image> Images::update(const Caller& who, const ImageId& id, const std::vector<domain::PatchStep>& steps) {
  return change(who, id, [&](const Image& before) { return domain::apply_patch(before, steps); });
}

Result<void> Images::add_tag(const Caller& who, const ImageId& id, const std::string& tag) {
  TRY_VOID(domain::check_tag(tag));
  TRY_VOID(change(who, id, [&](Image image) -> Result<Image> {
    if (std::find(image.tags.begin(), image.tags.end(), tag) == image.tags.end()) image.tags.push_back(tag);
    return image;
  }));
  return {};
}

Result<void> Images::remove_tag(const Caller& who, const ImageId& id, const std::string& tag) {
  TRY_VOID(change(who, id, [&](Image image) -> Result<Image> {
    if (std::erase(image.tags, tag) == 0)
      return failed(Code::not_found, "image.tag_not_found", "The image has no tag '{}'.", tag);
    return image;
  }));
  return {};
}

Result<void> Images::set_active(const Caller& who, const ImageId& id, bool active) {
  TRY_VOID(change(who, id, [&](Image image) -> Result<Image> {
    if (!who.is_admin())
      return failed(Code::forbidden, "image.admin_only", "Only administrators deactivate and reactivate images.");
    TRY_VOID(step(image, active ? ImageEvent::reactivate : ImageEvent::deactivate,
                  active ? "reactivating it" : "deactivating it"));
    return image;
  }));
  return {};
}

Result<void> Images::remove(const Caller& who, const ImageId& id) {
  TRY(const auto removed, transact(deps_.store, [&](Writer& writer) -> Result<Image> {
        TRY(auto image, get_own(writer, who, id));
        if (image.protected_) {
          return failed(Code::forbidden, "image.protected", "Image {} is protected and cannot be deleted.", id);
        }
        TRY_VOID(step(image, ImageEvent::remove, "deleting it"));
        TRY_VOID(erase_image(writer, image));
        return image;
      }));
  if (removed.blob.empty()) return {};
  if (auto gone = deps_.blobs.remove(removed.blob); !gone) {
    log::warn("data {} of deleted image {} stays until the next start: {}", removed.blob, id, gone.error().describe());
  }
  return {};
}

Result<Images::Download> Images::open_data(Image image, boundary::ByteRange range) {
  if (image.status == ImageStatus::queued || image.status == ImageStatus::saving)
    return Download{std::move(image), nullptr};
  auto data = deps_.blobs.open(image.blob, range);
  // the image may have been deleted since it was looked up
  if (!data && data.error().code == Code::not_found) return no_such_image(image.id.str());
  if (!data) return std::unexpected(std::move(data).error().while_("opening the data of image {}", image.id));
  return Download{std::move(image), *std::move(data)};
}

Result<Images::Download> Images::download(const Caller& who, const ImageId& id, boundary::ByteRange range) {
  TRY(auto image, get(who, id));
  if (image.status == ImageStatus::deactivated && !who.is_admin()) {
    return failed(Code::forbidden, "image.deactivated",
                  "The requested image has been deactivated. Image data download is forbidden.");
  }
  return open_data(std::move(image), range);
}

Result<bool> Images::is_here(const ImageId& id) {
  TRY(const auto ours, view(deps_.store, [&](Reader& reader) { return boundary::find<Image>(reader, id); }));
  return ours.has_value();
}

Result<Images::Download> Images::download_for_host(const ImageId& id, boundary::ByteRange range) {
  TRY(const bool ours, is_here(id));
  if (ours || deps_.remote == nullptr) return download_for_region(id, range);
  TRY(auto data, deps_.remote->open(id, range));
  return Download{{}, std::move(data)};
}

namespace {

Result<std::unique_ptr<boundary::ByteSource>> data_of(Images::Download download, const ImageId& id) {
  if (download.data == nullptr) return failed(Code::not_found, "image.no_data", "Image {} has no data.", id);
  return std::move(download.data);
}

}  // namespace

Result<std::unique_ptr<boundary::ByteSource>> Images::for_host(const ImageId& id, std::uint64_t from) {
  TRY(auto download, download_for_host(id, {from}));
  return data_of(std::move(download), id);
}

Result<std::unique_ptr<boundary::ByteSource>> Images::for_region(const ImageId& id) {
  TRY(auto download, download_for_region(id));
  return data_of(std::move(download), id);
}

Result<Images::Download> Images::download_for_region(const ImageId& id, boundary::ByteRange range) {
  TRY(auto found, view(deps_.store, [&](Reader& reader) { return boundary::find<Image>(reader, id); }));
  if (!found) return no_such_image(id.str());
  if (found->status == ImageStatus::deactivated) {
    return failed(Code::forbidden, "image.deactivated", "Image {} has been deactivated.", id);
  }
  return open_data(*std::move(found), range);
}

namespace {

bool runnable(const Image& image) { return image.status == ImageStatus::active && image.container_format == "docker"; }

/// The images that the words may mean. By name other projects' community images do not count: whoever picks a popular
/// name must not slip an image under somebody else's containers.
Result<std::vector<Image>> candidates(Reader& reader, const Caller& who, const std::string& name_or_id) {
  if (is_uuid(name_or_id)) {
    TRY(auto found, boundary::find<Image>(reader, name_or_id));
    if (found && domain::visible_to(*found, who)) return std::vector{*std::move(found)};
  }
  TRY(auto named, boundary::list<Image>(reader, boundary::By{"name", name_or_id}));
  std::erase_if(named, [&](const Image& image) { return !domain::listed_by_default(image, who); });
  return named;
}

Result<std::optional<domain::RemoteImage>> held_elsewhere(Reader& reader, const Caller& who, const std::string& id,
                                                          const domain::ImageHome& home) {
  if (!is_uuid(id)) return std::nullopt;
  TRY(auto held, boundary::list<domain::RemoteImage>(reader, boundary::By{"image_id", id}));
  std::erase_if(held, [&](const auto& remote) { return remote.region == home.region; });
  return domain::choose_remote(held, who);
}

}  // namespace

Result<std::optional<domain::ImageRef>> Images::resolve_elsewhere(const Caller& who, const std::string& id) {
  TRY(const auto elsewhere, view(deps_.store, [&](Reader& reader) { return held_elsewhere(reader, who, id, deps_.home); }));
  if (!elsewhere) return std::nullopt;
  return domain::ImageRef{"glance", elsewhere->image_id.str(), elsewhere->os_hash_value, ""};
}

Result<domain::ImageRef> Images::resolve(const Caller& who, const std::string& name_or_id) {
  if (name_or_id.empty()) return no_such_image(name_or_id);
  TRY(auto images, view(deps_.store, [&](Reader& reader) { return candidates(reader, who, name_or_id); }));
  if (images.empty()) {
    TRY(auto elsewhere, resolve_elsewhere(who, name_or_id));
    if (!elsewhere) return no_such_image(name_or_id);
    return *std::move(elsewhere);
  }
  const Image seen = images.front();
  std::erase_if(images, [](const Image& image) { return !runnable(image); });
  if (images.empty()) {
    return failed(Code::invalid, "image.not_usable",
                  "Image '{}' cannot be run: it is {} and its container format is {}; it must be active and docker.",
                  name_or_id, to_name(seen.status), seen.container_format.value_or("not set"));
  }
  if (images.size() > 1) {
    return failed(Code::conflict, "image.ambiguous", "{} images are called '{}'; use an id.", images.size(),
                  name_or_id);
  }
  return domain::ImageRef{"glance", images.front().id.str(), images.front().os_hash_value, ""};
}

}  // namespace causeway::services
