#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "causeway/boundary/blobs.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/region_images.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// The data of other regions' images for our hosts: fetched once when the first host asks, verified, kept until the
/// original goes. Never shown as images of ours.
///
/// A transfer runs on a thread of its own, one for each image whoever asks, and a few at a time: whoever asks meanwhile
/// waits for `patience` at most, then is told to ask again, so that a slow region holds up none of our threads for long.
/// Lifetime: `stop` (or the destructor) breaks transfers off and waits for them; what they had is removed. Concurrency:
/// thread-safe. Failures of `open`: not_found "image.not_found"; unavailable "image.being_fetched", "region.unreachable",
/// "image.bad_transfer" (not the data that was announced), each of which another call tries again.
class RemoteImages {
 public:
  struct Options {
    std::chrono::milliseconds patience{1'000};
    std::size_t max_waiting = 2;    ///< calls that wait at the same time; others are answered at once
    std::size_t max_transfers = 3;  ///< at the same time
  };
  struct Deps {
    boundary::Store& store;
    boundary::Blobs& blobs;
    boundary::Digests& digests;
    boundary::IdSource& ids;
    boundary::RegionImages& regions;
    Options options = {};
  };
  explicit RemoteImages(Deps deps) : deps_(std::move(deps)) {}
  ~RemoteImages() { stop(); }
  RemoteImages(const RemoteImages&) = delete;
  RemoteImages& operator=(const RemoteImages&) = delete;

  Result<std::unique_ptr<boundary::ByteSource>> open(const domain::ImageId& id, boundary::ByteRange range = {});
  /// Removes copies whose originals are gone or have changed.
  Result<void> sweep();
  void stop();

 private:
  struct Transfer {
    std::jthread thread;
    bool done = false;
    std::optional<Error> trouble;
  };
  Result<std::unique_ptr<boundary::ByteSource>> open_copy(const domain::RemoteImage& remote, boundary::ByteRange range);
  Result<void> wait_for(const domain::RemoteImage& remote);
  Result<std::shared_ptr<Transfer>> join_transfer(const domain::RemoteImage& remote);
  Result<void> transfer(const domain::RemoteImage& remote, const std::stop_token& stop);
  Result<void> remember(const domain::RemoteImage& remote, const std::string& blob);

  const Deps deps_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool stopping_ = false;
  std::size_t waiting_ = 0;
  std::map<std::string, std::shared_ptr<Transfer>> transfers_;  ///< by RemoteImage id; the last of each
};

}  // namespace causeway::services
