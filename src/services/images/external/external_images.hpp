#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "causeway/boundary/identity/user_tokens.hpp"
#include "causeway/boundary/image/external_image_service.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/image/image_data.hpp"
#include "causeway/boundary/image/image_search.hpp"
#include "causeway/services/images/external/external_commits.hpp"
#include "causeway/services/images/external/places.hpp"
#include "causeway/services/images/images.hpp"

namespace causeway::services {

/// The images of a region whose image service is somebody else's Glance.
///
/// Job: what a user means is asked of Glance with their own token; data goes from Glance to hosts, never kept in the region.
/// The image service of ours stays behind it for what Glance does not have: images of other regions, by their ids, and those
/// that the region held before Glance was put in its place, for hosts that still need them; the latter are not found by users
/// any more.
///
/// Lifetime: everything in Deps outlives it. Concurrency: thread-safe. Of users and of hosts no more than `most_waiting` each
/// wait for Glance at the same time (Places): one that hangs must not take the threads that hosts report to, nor those that
/// answer who asks for something else. Failures: those of the boundaries; unavailable "image.busy" for a call too many.
class ExternalImages final : public boundary::ImageCatalog, public boundary::ImageSearch, public boundary::ImageData {
 public:
  struct Options {
    std::uint64_t image_bytes = std::uint64_t(20) << 30;
    std::size_t most_waiting = 3;
    std::chrono::milliseconds patience{500};
  };
  struct Deps {
    boundary::ExternalImageService& glance;
    boundary::UserTokens& tokens;
    ExternalCommits& commits;
    Images& own;
    Options options = {};
  };
  explicit ExternalImages(Deps deps)
      : deps_(std::move(deps)),
        users_(deps_.options.most_waiting, deps_.options.patience),
        hosts_(deps_.options.most_waiting, deps_.options.patience) {}

  Result<domain::ImageRef> resolve(const domain::Caller& who, const std::string& name_or_id) override;
  Result<boundary::CommitImage> prepare_commit(const domain::Caller& who, const std::string& name,
                                               const std::string& tag) override;
  Result<void> begin_commit(boundary::Writer& writer, const domain::Caller& who,
                            const boundary::CommitImage& image) override;
  Result<void> end_commit(boundary::Writer& writer, const domain::ImageId& image) override;
  Result<std::vector<domain::Image>> search(const domain::Caller& who, const std::string& name,
                                            boundary::NameMatch match) override;

  Result<std::unique_ptr<boundary::ByteSource>> for_host(const domain::ImageId& id, std::uint64_t from) override;
  Result<std::unique_ptr<boundary::ByteSource>> for_region(const domain::ImageId& id) override;
  Result<void> upload_committed(const domain::ImageId& id, boundary::ByteSource& data) override;

 private:
  Result<std::unique_ptr<boundary::ByteSource>> from_glance(const domain::ImageId& id, std::uint64_t from);

  const Deps deps_;
  Places users_, hosts_;
};

}  // namespace causeway::services
