#include "causeway/services/agent/image_keeper.hpp"

#include "causeway/base/log.hpp"
#include "causeway/services/agent/image_stream.hpp"
#include "causeway/services/agent/images/image_fetch.hpp"

namespace causeway::services {
namespace {

constexpr std::int64_t mb = 1'000'000;

/// Users of different credentials do not wait for each other's transfer: having the image is not being allowed to.
std::string key_of(const ImageWish& wish) {
  const auto& image = wish.image;
  return image.driver + " " + image.id + " " + image.pull_policy + " " + image.registry_id;
}

bool is_of_region(const domain::ImageRef& image) { return image.driver == "glance"; }

/// A registry that may answer the next time. Trouble with the Engine itself is not counted: nothing was tried.
bool is_registry_trouble(const Error& error) {
  return error.reason == "engine.registry_unreachable" || error.reason == "engine.error" || error.code == Code::timeout;
}

/// By the length of the sum: the region names no other kinds.
std::optional<boundary::DigestKind> kind_of(const std::string& sum) {
  switch (sum.size()) {
    case 32: return boundary::DigestKind::md5;
    case 64: return boundary::DigestKind::sha256;
    case 128: return boundary::DigestKind::sha512;
    default: return std::nullopt;
  }
}

std::unexpected<Error> stopping() { return failed(Code::cancelled, "agent.stopping", "The agent is stopping."); }

}  // namespace

std::string engine_reference(const std::string& image_id) { return "causeway.local/image:" + image_id; }

ImageKeeper::ImageKeeper(Deps deps, Options options) : deps_(deps), options_(options) {}

ImageKeeper::~ImageKeeper() { stop(); }

void ImageKeeper::start(Wake wake) {
  wake_ = std::move(wake);
  for (int i = 0; i < options_.transfers; ++i) threads_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
}

void ImageKeeper::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

/// What needs no transfer. Of the image service an image's data never changes.
Result<std::optional<std::string>> ImageKeeper::present(const domain::ImageRef& image) {
  if (!is_of_region(image) && image.pull_policy == "always") return std::nullopt;
  const auto reference = is_of_region(image) ? engine_reference(image.id) : image.id;
  TRY(const auto found, deps_.engine.find_image(reference));
  if (found) return reference;
  if (!is_of_region(image) && image.pull_policy == "never") {
    return failed(Code::not_found, "engine.no_image", "Image {} not present with pull policy of Never", image.id);
  }
  return std::nullopt;
}

Result<std::optional<std::string>> ImageKeeper::ensure(const std::string& user, const ImageWish& wish) {
  const auto key = key_of(wish);
  {
    std::lock_guard lock(mutex_);
    if (stopped_) return stopping();
    if (const auto kept = kept_.find(user); kept != kept_.end()) {
      const auto mine = std::move(kept->second);
      kept_.erase(kept);
      if (mine.key == key) {
        if (!mine.outcome) return failed(mine.outcome.error());
        return std::optional(*mine.outcome);
      }
    }
    if (const auto job = jobs_.find(key); job != jobs_.end()) {
      job->second->users.insert_or_assign(user, wish.container);
      return std::nullopt;
    }
  }
  TRY(auto there, present(wish.image));
  if (there) return there;
  {
    std::lock_guard lock(mutex_);
    if (stopped_) return stopping();
    auto& job = jobs_[key];
    if (!job) {
      job = std::make_shared<Job>();
      job->key = key;
      job->wish = wish;
      job->progress = is_of_region(wish.image) ? "Loading" : "Pulling";
      queue_.push_back(job);
    }
    job->users.insert_or_assign(user, wish.container);
  }
  changed_.notify_all();
  return std::nullopt;
}

std::optional<std::string> ImageKeeper::progress(const std::string& user) const {
  std::lock_guard lock(mutex_);
  for (const auto& [key, job] : jobs_) {
    if (job->users.contains(user)) return job->progress;
  }
  return std::nullopt;
}

void ImageKeeper::forget(const std::string& user) {
  std::lock_guard lock(mutex_);
  kept_.erase(user);
  for (const auto& [key, job] : jobs_) job->users.erase(user);
}

bool ImageKeeper::wait_idle(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return jobs_.empty() && telling_ == 0; });
}

void ImageKeeper::work(std::stop_token stop) {
  while (true) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (stop.stop_requested()) return;
      job = queue_.front();
      queue_.pop_front();
    }
    finish(job, fetch(*job, stop));
  }
}

std::vector<std::string> ImageKeeper::names(const Job& job) {
  std::vector<std::string> out;
  for (const auto& [user, container] : job.users) out.push_back(user);
  return out;
}

void ImageKeeper::finish(const std::shared_ptr<Job>& job, const Outcome& outcome) {
  std::vector<std::string> users;
  {
    std::lock_guard lock(mutex_);
    users = names(*job);
    jobs_.erase(job->key);
    for (const auto& user : users) kept_.insert_or_assign(user, Kept{job->key, outcome});
    ++telling_;
  }
  for (const auto& user : users) wake_(user);
  {
    std::lock_guard lock(mutex_);
    --telling_;
  }
  changed_.notify_all();
}

/// Keeps the text; the users hear of it now and then.
void ImageKeeper::tell(Job& job, std::string progress) {
  std::vector<std::string> users;
  {
    std::lock_guard lock(mutex_);
    job.progress = std::move(progress);
    const auto now = deps_.clock.steady();
    if (job.told && now - *job.told < options_.progress_grain) return;
    job.told = now;
    users = names(job);
  }
  for (const auto& user : users) wake_(user);
}

ImageKeeper::Outcome ImageKeeper::fetch(Job& job, const std::stop_token& stop) {
  if (is_of_region(job.wish.image)) return load_from_region(job, stop);
  auto pause = options_.first_pause;
  for (int attempt = 1;; ++attempt) {
    auto outcome = pull_from_registry(job, stop);
    if (outcome || !is_registry_trouble(outcome.error())) return outcome;
    log::warn("pulling {}, attempt {} of {}: {}", job.wish.image.id, attempt, options_.attempts, outcome.error().describe());
    if (attempt == options_.attempts) {
      return failed(Code::exhausted, "image.pull_failed", "Image {} could not be pulled: {}", job.wish.image.id, outcome.error().message);
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [] { return false; });
    if (stop.stop_requested()) return stopping();
    pause *= 2;
  }
}

ImageKeeper::Outcome ImageKeeper::load_from_region(Job& job, const std::stop_token& stop) {
  const auto& image = job.wish.image;
  const auto reference = engine_reference(image.id);
  std::unique_ptr<boundary::Digest> digest;
  if (const auto kind = kind_of(image.checksum)) {
    TRY(digest, deps_.digests.begin(*kind));
  } else if (!image.checksum.empty()) {
    return failed(Code::invalid, "image.bad_checksum", "Image {} has a checksum of no known kind.", image.id);
  }
  ImageStream stream(std::move(digest), image.checksum);
  Result<void> loaded;
  {
    const std::jthread fetching([&] {
      std::int64_t bytes = 0;
      const auto piece = [&](std::string_view data) {
        bytes += std::int64_t(data.size());
        tell(job, fmt::format("Loading, {} MB", bytes / mb));
        return stream.write(data);
      };
      const auto waits = [&](const Error& why) { tell(job, fmt::format("Loading, {} MB; {}", bytes / mb, why.message)); };
      ImageFetch fetch(deps_.region, options_.from_region);
      stream.finish(fetch.run(domain::ImageId(image.id), piece, waits, stop));
    });
    loaded = deps_.engine.load_image(reference, [&](std::span<char> into) { return stream.read(into); }, stop);
    stream.abandon();
  }
  if (!loaded) return failed(std::move(loaded).error().while_("loading image {}", image.id));
  log::info("image {} is loaded", image.id);
  return reference;
}

/// Of any of the containers that wait: the first one may be gone by now.
Result<domain::RegistryCredentials> ImageKeeper::credentials_for(const Job& job) {
  std::map<std::string, domain::ContainerId> users;
  {
    std::lock_guard lock(mutex_);
    users = job.users;
  }
  Result<domain::RegistryCredentials> outcome =
      failed(Code::not_found, "registry.no_credentials", "There are no credentials for image {}.", job.wish.image.id);
  for (const auto& [user, container] : users) {
    outcome = deps_.pulls.credentials_for(container);
    if (outcome || outcome.error().code != Code::not_found) return outcome;
  }
  return outcome;
}

ImageKeeper::Outcome ImageKeeper::pull_from_registry(Job& job, const std::stop_token& stop) {
  const auto& image = job.wish.image;
  boundary::PullRequest request{image.id, std::nullopt};
  if (!image.registry_id.empty()) {
    TRY(request.credentials, credentials_for(job));
  }
  auto pulled = deps_.engine.pull_image(
      request, [&](const domain::PullProgress& progress) { tell(job, domain::describe(progress)); }, stop);
  if (!pulled) return failed(std::move(pulled).error().while_("pulling {}", image.id));
  log::info("image {} is pulled", image.id);
  return image.id;
}

}  // namespace causeway::services
