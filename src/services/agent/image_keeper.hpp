#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/control/pull_gateway.hpp"
#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/services/agent/images/image_fetch.hpp"

namespace causeway::services {

/// An image that somebody on this host waits for.
struct ImageWish {
  domain::ImageRef image;
  domain::ContainerId container;  ///< whose credentials to pull with, when the image names a registry
};

/// Gets images into the Engine: from the region's image service, streamed and verified, or from a registry.
///
/// Job: one transfer for all that want the same image with the same credentials, however many they are; a transfer runs
/// on a thread of its own, so that a slow registry keeps no container from anything else. Who asks is told to come back:
/// `wake` is called when the transfer makes progress (once in `progress_grain` at most) and when it is over. What came of
/// it is kept for each until it asks again.
/// Lifetime: start() before the first ensure(), stop() breaks transfers off and joins; once.
/// Concurrency: thread-safe; `wake` is called without locks held. Memory is bounded by the users that wait.
/// Failures: those of the Engine ("engine.no_image", "engine.pull_denied", "engine.registry_tls") and of transfers
/// ("image.bad_archive", "image.bad_checksum") are final; a registry that cannot be reached is tried `attempts` times,
/// then that is final too ("image.pull_failed"); so is an image service of somebody else's that gives nothing for a while
/// ("image.load_failed"). Trouble with the region or the Engine itself may pass.
class ImageKeeper {
 public:
  struct Deps {
    boundary::ContainerEngine& engine;
    boundary::RegionGateway& region;
    boundary::PullGateway& pulls;
    boundary::Digests& digests;
    boundary::Clock& clock;
  };
  struct Options {
    int transfers = 3;  ///< at a time
    int attempts = 3;
    std::chrono::milliseconds first_pause{1'000};  ///< before the second attempt; doubles
    std::chrono::milliseconds progress_grain{1'000};
    ImageFetch::Options from_region = {};
  };
  using Wake = std::function<void(const std::string& user)>;

  ImageKeeper(Deps deps, Options options);
  ~ImageKeeper();
  void start(Wake wake);
  void stop();

  /// What to tell the Engine to run; none while it is on its way: `user` is woken.
  Result<std::optional<std::string>> ensure(const std::string& user, const ImageWish& wish);
  /// How far the transfer is that `user` waits for; none when it waits for nothing.
  std::optional<std::string> progress(const std::string& user) const;
  /// It does not want anything any more.
  void forget(const std::string& user);
  /// Blocks until nothing is under way and all were told, or the time is over.
  bool wait_idle(std::chrono::milliseconds limit);

 private:
  struct Job {
    std::string key;
    ImageWish wish;
    std::map<std::string, domain::ContainerId> users;
    std::string progress;
    std::optional<std::chrono::steady_clock::time_point> told;
  };
  using Outcome = Result<std::string>;
  struct Kept {
    std::string key;
    Outcome outcome;
  };

  Result<std::optional<std::string>> present(const domain::ImageRef& image);
  void work(std::stop_token stop);
  static std::vector<std::string> names(const Job& job);
  Result<domain::RegistryCredentials> credentials_for(const Job& job);
  void finish(const std::shared_ptr<Job>& job, const Outcome& outcome);
  void tell(Job& job, std::string progress);
  Outcome fetch(Job& job, const std::stop_token& stop);
  Outcome load_from_region(Job& job, const std::stop_token& stop);
  Outcome pull_from_registry(Job& job, const std::stop_token& stop);

  const Deps deps_;
  const Options options_;
  Wake wake_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, std::shared_ptr<Job>> jobs_;  ///< queued and running, by key
  std::deque<std::shared_ptr<Job>> queue_;
  std::map<std::string, Kept> kept_;  ///< by user
  int telling_ = 0;  ///< finished transfers whose users are being woken
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

/// The name under which an image of the image service is known to the Engine. Names that archives bring are never used:
/// two tenants' archives may bring the same.
std::string engine_reference(const std::string& image_id);

}  // namespace causeway::services
