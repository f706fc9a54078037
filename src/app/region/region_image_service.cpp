#include "causeway/app/region/region_image_service.hpp"

#include <algorithm>

namespace causeway::app {

using namespace std::chrono_literals;

Result<std::unique_ptr<RegionImageService>> RegionImageService::open(const Deps& deps) {
  std::unique_ptr<RegionImageService> made(new RegionImageService());
  made->tokens_ = &deps.tokens;
  TRY_VOID(made->open_own(deps));
  if (deps.process.config().external_images()) TRY_VOID(made->open_glance(deps));
  return made;
}

Result<void> RegionImageService::open_own(const Deps& deps) {
  auto& process = deps.process;
  const Config& config = process.config();
  TRY(blobs_, adapters::FileBlobs::open_directory(config.state_dir + "/images"));
  services::Images::Limits limits;
  limits.image_bytes = std::uint64_t(config.image_max_gib) << 30;
  regions_ = std::make_unique<adapters::HttpRegionImages>(deps.tls);
  remote_ = std::make_unique<services::RemoteImages>(
      services::RemoteImages::Deps{process.store(), *blobs_, digests_, process.ids(), *regions_});
  const domain::ImageHome home{domain::RegionName(config.region), config.own_control_url()};
  images_ = std::make_unique<services::Images>(
      services::Images::Deps{process.store(), *blobs_, digests_, process.clock(), process.ids(), limits, home, remote_.get()});
  copies_ = std::make_unique<services::Housekeeping>("image copies", 10s, [this] { return remote_->sweep(); });
  return images_->recover();
}

Result<void> RegionImageService::open_glance(const Deps& deps) {
  auto& process = deps.process;
  const Config& config = process.config();
  presented_ = std::make_unique<services::PresentedTokens>(deps.tokens);
  tokens_ = presented_.get();
  adapters::GlanceClient::Options options;
  options.url = config.glance_url;
  options.region = config.region;
  options.interface = config.glance_interface;
  options.ca_file = config.glance_ca_file;
  options.timeout = std::chrono::seconds(config.glance_timeout_seconds);
  glance_ = std::make_unique<adapters::GlanceClient>(*deps.us, options);
  commits_ = std::make_unique<services::ExternalCommits>(
      services::ExternalCommits::Deps{process.store(), *glance_, *presented_, process.clock(), process.ids(), {}});
  services::ExternalImages::Options bounds;
  bounds.image_bytes = std::uint64_t(config.image_max_gib) << 30;
  bounds.most_waiting = std::size_t(std::max<std::int64_t>(1, config.worker_threads / 2 - 1));
  external_ = std::make_unique<services::ExternalImages>(
      services::ExternalImages::Deps{*glance_, *presented_, *commits_, *images_, bounds});
  ended_commits_ = std::make_unique<services::Housekeeping>("ended commits", 5s, [this] { return commits_->settle(); });
  return commits_->recover();
}

void RegionImageService::start() {
  copies_->start();
  if (ended_commits_) ended_commits_->start();
}

void RegionImageService::stop() {
  if (glance_) glance_->stop();
  if (ended_commits_) ended_commits_->stop();
  copies_->stop();
  remote_->stop();
}

boundary::ImageCatalog& RegionImageService::catalog() {
  if (external_) return *external_;
  return *images_;
}

boundary::ImageSearch& RegionImageService::search() {
  if (external_) return *external_;
  return *images_;
}

boundary::ImageData& RegionImageService::data() {
  if (external_) return *external_;
  return *images_;
}

}  // namespace causeway::app
