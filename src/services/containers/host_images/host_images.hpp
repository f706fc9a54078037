#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/host/host_image_search.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/services/containers/listing.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// What an administrator asks for: an image on a host. `repo` is a reference, or the uuid of an image of the region.
struct HostImageWish {
  std::string repo, tag;
  std::string host;         ///< name or uuid
  std::string pull_policy;  ///< lower case; "" = ifnotpresent
};

/// Images that administrators want on hosts: records that the hosts follow, so that a pull is asked for at once and done
/// in its own time.
///
/// Lifetime: everything given outlives it. Concurrency: thread-safe, no state of its own. Who may call is decided by the
/// routes (administrators), but for `search`. Failures: invalid "host.unknown" (field "host") and "image.bad_reference";
/// conflict "host_image.exists"; not_found "host_image.not_found"; those of the image service.
class HostImages {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::ImageCatalog& images;
    boundary::HostImageSearch& hosts;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    ContainersOptions options;
  };
  explicit HostImages(Deps deps) : deps_(std::move(deps)) {}

  Result<domain::HostImage> pull(const domain::Caller& who, const HostImageWish& wish);
  Result<std::vector<domain::HostImage>> list(const PageQuery& query);
  Result<domain::HostImage> show(const std::string& id);
  /// It is not shown any more; the host removes the image unless a container uses it.
  Result<void> remove(const std::string& id);
  /// Asks a registry (Docker Hub, or the one that `term` names) through one of the hosts. unavailable when no host
  /// answers.
  Result<std::vector<boundary::FoundImage>> search(const std::string& term);

  /// forbidden "image.foreign" unless `host` was told to run or to hold this image of the image service.
  Result<void> check_wanted(const domain::HostName& host, const domain::ImageId& image);
  /// Reports about images of other hosts, or of none, change nothing.
  Result<void> apply_report(const domain::HostName& host, const domain::HostImageReport& report);

 private:
  Result<domain::HostImage> draft_of(const domain::Caller& who, const HostImageWish& wish);

  Deps deps_;
};

}  // namespace causeway::services
