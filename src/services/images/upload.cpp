#include <optional>
#include <vector>

#include "causeway/base/log.hpp"
#include "causeway/domain/image/archive_scan.hpp"
#include "causeway/services/images/images.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Image;
using domain::ImageEvent;

namespace {

constexpr std::size_t piece_size = 256 * 1024;

std::unexpected<Error> too_large(std::uint64_t limit) {
  return failed(Code::too_large, "image.too_large", "The image is larger than {} bytes, the largest that is allowed.",
                limit);
}

/// Whether the record is still in the hands of this upload: it may have been deleted, and even made anew, meanwhile.
bool holds(const std::optional<Image>& image, const Image& taken) {
  return image && image->status == domain::ImageStatus::saving && image->blob == taken.blob;
}

}  // namespace

/// What became of the data on its way into the blob store.
struct Images::Written {
  std::uint64_t size = 0;
  std::string md5;
  std::string sha512;
};

Result<void> Images::upload(const domain::Caller& who, const domain::ImageId& id, boundary::ByteSource& data) {
  return fill(data, [&](Writer& writer) { return get_own(writer, who, id); });
}

Result<void> Images::fill(boundary::ByteSource& data, const Find& find) {
  if (data.length().value_or(0) > deps_.limits.image_bytes) return too_large(deps_.limits.image_bytes);
  TRY(const auto taken, begin_upload(find));
  auto written = write_blob(taken, data);
  auto finished = written ? finish_upload(taken, *written) : Result<void>(std::unexpected(std::move(written).error()));
  if (!finished) abandon_upload(taken);
  return finished;
}

Result<Image> Images::begin_upload(const Find& find) {
  const std::string blob = deps_.ids.uuid();
  return transact(deps_.store, [&](Writer& writer) -> Result<Image> {
    TRY(auto image, find(writer));
    if (!image.container_format || !image.disk_format) {
      return failed(Code::invalid, "image.no_format",
                    "Properties disk_format and container_format must be set prior to saving data.");
    }
    TRY_VOID(step(image, ImageEvent::upload_begun, "uploading its data"));
    image.blob = blob;
    image.updated_at = deps_.clock.now();
    TRY_VOID(boundary::put(writer, image));
    return image;
  });
}

Result<Images::Written> Images::write_blob(const Image& image, boundary::ByteSource& data) {
  TRY(const auto writer, deps_.blobs.begin());
  TRY(const auto md5, deps_.digests.begin(boundary::DigestKind::md5));
  TRY(const auto sha512, deps_.digests.begin(boundary::DigestKind::sha512));
  std::optional<domain::DockerArchiveScan> scan;
  if (image.container_format == "docker") scan.emplace();

  std::vector<char> buffer(piece_size);
  Written written;
  while (true) {
    TRY(const auto count, data.read(buffer));
    if (count == 0) break;
    const std::string_view piece(buffer.data(), count);
    written.size += count;
    if (written.size > deps_.limits.image_bytes) return too_large(deps_.limits.image_bytes);
    if (scan) TRY_VOID(scan->feed(piece));
    md5->update(piece);
    sha512->update(piece);
    TRY_VOID(writer->append(piece));
  }
  if (scan) TRY_VOID(scan->finish());
  written.md5 = md5->finish();
  written.sha512 = sha512->finish();
  TRY_VOID(writer->commit(image.blob));
  return written;
}

Result<void> Images::finish_upload(const Image& taken, const Written& written) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto image, boundary::find<Image>(writer, taken.id));
    if (!holds(image, taken)) {
      return failed(Code::not_found, "image.not_found", "Image {} was deleted while its data was uploaded.", taken.id);
    }
    TRY_VOID(step(*image, ImageEvent::upload_done, "activating it"));
    image->size = std::int64_t(written.size);
    image->checksum = written.md5;
    image->os_hash_value = written.sha512;
    image->updated_at = deps_.clock.now();
    TRY_VOID(put_image(writer, *image));
    return {};
  });
}

/// The blob goes only when no record can name it any more. If the store is away, `recover` decides at the next start.
void Images::abandon_upload(const Image& taken) {
  const auto released = deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto image, boundary::find<Image>(writer, taken.id));
    if (holds(image, taken)) {
      TRY_VOID(step(*image, ImageEvent::upload_failed, "undoing the upload"));
      image->blob.clear();
      image->updated_at = deps_.clock.now();
      TRY_VOID(boundary::put(writer, *image));
    } else if (image && image->blob == taken.blob) {
      return failed(Code::conflict, "image.wrong_status",
                    "The upload had succeeded, although the store reported that it had not.");
    }
    return {};
  });
  if (!released) {
    log::error("image {} stays as it is after a failed upload: {}", taken.id, released.error().describe());
    return;
  }
  if (auto gone = deps_.blobs.remove(taken.blob); !gone) {
    log::warn("data {} of a failed upload stays until the next start: {}", taken.blob, gone.error().describe());
  }
}

Result<void> Images::recover() {
  TRY_VOID(undo_dead_uploads());
  TRY(const auto unfinished, deps_.blobs.remove_unfinished());
  if (unfinished > 0) log::info("removed {} unfinished uploads", unfinished);
  TRY_VOID(remove_orphans());
  return announce_all();
}

/// What is announced follows from our records; it differs after an update of this program, or a move of the region.
Result<void> Images::announce_all() {
  if (deps_.home.region.empty()) return {};
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto images, boundary::list<Image>(writer));
    for (const auto& image : images) {
      const auto wanted = domain::announcement_of(image, deps_.home);
      if (!wanted) continue;
      TRY(const auto told, boundary::find<domain::RemoteImage>(writer, wanted->id));
      if (told != wanted) TRY_VOID(boundary::put(writer, *wanted));
    }
    return {};
  });
}

Result<void> Images::undo_dead_uploads() {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto saving, boundary::list<Image>(writer, boundary::By{"status", "saving"}));
    for (auto image : saving) {
      TRY_VOID(step(image, ImageEvent::upload_failed, "undoing the upload"));
      image.blob.clear();
      image.updated_at = deps_.clock.now();
      TRY_VOID(boundary::put(writer, image));
    }
    return {};
  });
}

Result<void> Images::remove_orphans() {
  TRY(const auto images, view(deps_.store, [](boundary::Reader& reader) { return boundary::list<Image>(reader); }));
  TRY(auto orphans, deps_.blobs.list());
  for (const auto& image : images) {
    if (std::erase(orphans, image.blob) == 0 && !image.blob.empty()) {
      log::error("the data {} of image {} is missing", image.blob, image.id);
    }
  }
  TRY(const auto copies,
      view(deps_.store, [](boundary::Reader& reader) { return boundary::list<domain::ImageCopy>(reader); }));
  for (const auto& copy : copies) std::erase(orphans, copy.blob);
  for (const auto& name : orphans) {
    TRY_VOID(deps_.blobs.remove(name));
    log::info("removed data {}, which no image has", name);
  }
  return {};
}

}  // namespace causeway::services
