#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::services {

/// Images made of containers.
///
/// Job: the image is made, still without data, and one transaction queues a task for the container's host; the host
/// uploads the data (services/agent/image_commit.hpp), and the image becomes active. However the task leaves the queue,
/// `end_commits` removes an image that got no data. Lifetime: everything in Deps outlives it. Concurrency: no state.
class Commits {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::ImageCatalog& images;
    std::size_t max_tasks = 16;  ///< queued for one container
  };
  struct Request {
    std::string repository;  ///< becomes the image's name
    std::string tag;         ///< "" = "latest"
    std::string request_id;
  };
  explicit Commits(Deps deps) : deps_(std::move(deps)) {}

  /// The image, which is queued. Errors: those of find_container and check_allowed, conflict "container.no_host",
  /// exhausted "container.too_many_tasks", invalid "commit.bad_name" at "repository" or "tag", and the image service's.
  Result<domain::ImageId> commit(const domain::Caller& who, const std::string& ident, const Request& request);
  /// forbidden "commit.foreign" unless `host` holds a container with a queued commit into the image.
  Result<void> check_sender(const domain::HostName& host, const domain::ImageId& image);

 private:
  Result<domain::Container> committable(boundary::Reader& reader, const domain::Caller& who, const std::string& ident);
  Result<void> queue(boundary::Writer& writer, const domain::Caller& who, const std::string& ident,
                     const boundary::CommitImage& image, const std::string& request_id);

  const Deps deps_;
};

/// For tasks that `before` had and `after` has no more.
Result<void> end_commits(boundary::Writer& writer, boundary::ImageCatalog& images,
                         const std::vector<domain::ContainerTask>& before,
                         const std::vector<domain::ContainerTask>& after);

}  // namespace causeway::services
