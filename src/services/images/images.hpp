#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/blobs.hpp"
#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/image/image_data.hpp"
#include "causeway/boundary/image/image_search.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/image/image.hpp"
#include "causeway/domain/image/image_attributes.hpp"
#include "causeway/domain/image/image_patch.hpp"
#include "causeway/domain/image/image_query.hpp"
#include "causeway/domain/image/image_states.hpp"
#include "causeway/domain/image/remote_image.hpp"
#include "causeway/services/images/remote_images.hpp"

namespace causeway::services {

/// The image service of a region: records in the store, data as blobs.
///
/// An upload takes its image (queued -> saving, with the name of the blob to be), writes the blob outside any
/// transaction, then gives it to the image (saving -> active) if that is still the one it took; else, and after any
/// failure, nothing of it is left. So a record never names data that is not whole, and what a dead process left is put
/// right by `recover`.
///
/// Lifetime: `recover` once, before the first call. Concurrency: thread-safe; an upload blocks its thread in the
/// source. One process per blob store. Errors common to all calls: not_found "image.not_found" for what does not exist
/// or the caller may not see, forbidden "image.not_owner" for changing what one only sees, and those of store and
/// blobs.
class Images final : public boundary::ImageCatalog, public boundary::ImageSearch, public boundary::ImageData {
 public:
  struct Limits {
    std::uint64_t image_bytes = std::uint64_t(20) << 30;
    std::size_t images_per_project = 1000;
    domain::ImageLimits attributes;
  };
  struct Deps {
    boundary::Store& store;
    boundary::Blobs& blobs;
    boundary::Digests& digests;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    Limits limits = {};
    domain::ImageHome home{};         ///< as the other regions are told; empty: they are told nothing
    RemoteImages* remote = nullptr;  ///< what they hold; null: nothing
  };
  explicit Images(Deps deps);

  /// Uploads of a dead process are undone, and data that no record names is removed.
  Result<void> recover();

  /// A queued image out of parse_new_image. conflict "image.exists" (a chosen id that is taken), too_large
  /// "image.quota".
  Result<domain::Image> create(const domain::Caller& who, domain::Image draft);
  Result<domain::ImageQuery::Page> list(const domain::Caller& who, const domain::ImageQuery& query);
  Result<domain::Image> get(const domain::Caller& who, const domain::ImageId& id);
  Result<domain::Image> update(const domain::Caller& who, const domain::ImageId& id,
                               const std::vector<domain::PatchStep>& steps);
  /// forbidden "image.protected". Data that is being read stays readable to its end.
  Result<void> remove(const domain::Caller& who, const domain::ImageId& id);
  Result<void> add_tag(const domain::Caller& who, const domain::ImageId& id, const std::string& tag);
  /// not_found "image.tag_not_found".
  Result<void> remove_tag(const domain::Caller& who, const domain::ImageId& id, const std::string& tag);
  /// Administrators only: a deactivated image's data is not given out (to others).
  Result<void> set_active(const domain::Caller& who, const domain::ImageId& id, bool active);

  /// Reads `data` to its end. conflict "image.wrong_status" (not queued: it has data, or somebody uploads it now),
  /// invalid "image.no_format", too_large "image.too_large", invalid "image.not_docker_archive"; what `data` fails
  /// with.
  Result<void> upload(const domain::Caller& who, const domain::ImageId& id, boundary::ByteSource& data);

  struct Download {
    domain::Image image;
    std::unique_ptr<boundary::ByteSource> data;  ///< none while the image is queued or saving
  };
  /// forbidden "image.deactivated" for all but administrators.
  Result<Download> download(const domain::Caller& who, const domain::ImageId& id, boundary::ByteRange range = {});
  /// For the region's own hosts, which were told to run it: whoever owns it.
  Result<Download> download_for_host(const domain::ImageId& id, boundary::ByteRange range = {});
  Result<std::unique_ptr<boundary::ByteSource>> for_host(const domain::ImageId& id, std::uint64_t from) override;

  /// For other regions, of whose users only those who may see the image know it: images of this region alone.
  Result<Download> download_for_region(const domain::ImageId& id, boundary::ByteRange range = {});
  Result<std::unique_ptr<boundary::ByteSource>> for_region(const domain::ImageId& id) override;

  /// An id that no image here has may be that of another region's image; names are those of this region's.
  Result<domain::ImageRef> resolve(const domain::Caller& who, const std::string& name_or_id) override;
  /// Another region's image that the caller may run: by id alone.
  Result<std::optional<domain::ImageRef>> resolve_elsewhere(const domain::Caller& who, const std::string& id);
  /// Whether this region holds such an image itself.
  Result<bool> is_here(const domain::ImageId& id);
  Result<boundary::CommitImage> prepare_commit(const domain::Caller& who, const std::string& name,
                                               const std::string& tag) override;
  Result<void> begin_commit(boundary::Writer& writer, const domain::Caller& who,
                            const boundary::CommitImage& image) override;
  Result<void> end_commit(boundary::Writer& writer, const domain::ImageId& image) override;
  /// Fails as `upload` does, and as the boundary says.
  Result<void> upload_committed(const domain::ImageId& id, boundary::ByteSource& data) override;
  Result<std::vector<domain::Image>> search(const domain::Caller& who, const std::string& name,
                                            boundary::NameMatch match) override;

 private:
  struct Written;
  template <class Change>
  Result<domain::Image> change(const domain::Caller& who, const domain::ImageId& id, Change&& change);
  using Find = std::function<Result<domain::Image>(boundary::Writer&)>;
  Result<void> fill(boundary::ByteSource& data, const Find& find);
  Result<domain::Image> begin_upload(const Find& find);
  Result<domain::Image> insert(boundary::Writer& writer, const domain::Caller& who, domain::Image draft);
  /// Every change of a record goes through these two: they tell the other regions of it.
  Result<void> put_image(boundary::Writer& writer, const domain::Image& image);
  Result<void> erase_image(boundary::Writer& writer, const domain::Image& image);
  Result<void> announce_all();
  Result<Written> write_blob(const domain::Image& image, boundary::ByteSource& data);
  Result<void> finish_upload(const domain::Image& taken, const Written& written);
  void abandon_upload(const domain::Image& taken);
  Result<void> undo_dead_uploads();
  Result<void> remove_orphans();
  Result<Download> open_data(domain::Image image, boundary::ByteRange range);

  Deps deps_;
};

}  // namespace causeway::services
