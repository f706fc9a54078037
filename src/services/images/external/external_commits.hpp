#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/identity/user_tokens.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/external_image_service.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/image/external_commit.hpp"

namespace causeway::services {

/// Images that commits make in a Glance that is not ours.
///
/// Job: the image is made in the user's name, under an id that a record of ours has named before, so that their project owns
/// it; its data goes there as it comes from the host, in our own name; when a commit ends without data, `settle` deletes the
/// image, and asks again until Glance has said so.
/// Lifetime: everything in Deps outlives it; `recover` once, before the first call. Concurrency: thread-safe; an upload
/// blocks its thread. Memory: a few words for each upload that is under way or failed.
/// Failures: those of the image service. `upload` gives up (exhausted "image.commit_failed") when an image got no data for
/// `patience`, and conflict "image.wrong_status" when the image service still waits for an upload that has long ended.
class ExternalCommits {
 public:
  struct Options {
    std::chrono::seconds patience{300};
    std::chrono::seconds until_noticed{60};  ///< so long an image may stay "saving" after its upload broke off
    std::chrono::seconds late_answer{120};   ///< so long after it was asked Glance may still make an image
  };
  struct Deps {
    boundary::Store& store;
    boundary::ExternalImageService& glance;
    boundary::UserTokens& tokens;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    Options options = {};
  };
  explicit ExternalCommits(Deps deps) : deps_(std::move(deps)) {}

  /// What a dead process was making is undone.
  Result<void> recover();

  Result<boundary::CommitImage> prepare(const domain::Caller& who, const std::string& name, const std::string& tag);
  Result<void> begin(boundary::Writer& writer, const boundary::CommitImage& image);
  /// False: it is none of these.
  Result<bool> end(boundary::Writer& writer, const domain::ImageId& image);
  Result<bool> knows(const domain::ImageId& image);
  Result<void> upload(const domain::ImageId& image, boundary::ByteSource& data);
  /// Deletes what got no data, and forgets what is over. Goes on past failures; returns the last.
  Result<void> settle();

 private:
  class Turn;
  Result<void> fill(const domain::ImageId& image, boundary::ByteSource& data);
  Result<void> mark(const domain::ImageId& image, domain::ExternalCommitState state);
  Result<void> settle_one(const domain::ExternalCommit& commit);
  Result<void> forget(const domain::ImageId& image);
  Result<void> judge(const domain::ImageId& image, Error error);
  std::chrono::nanoseconds in_trouble_for(const domain::ImageId& image);

  const Deps deps_;
  std::mutex mutex_;
  std::set<domain::ImageId> uploading_;
  std::map<domain::ImageId, Time> trouble_since_;
};

}  // namespace causeway::services
