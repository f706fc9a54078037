#include "causeway/services/agent/images/image_fetch.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

bool may_pass(const Error& error) { return error.code == Code::unavailable || error.code == Code::timeout; }

/// Of the image service behind the region, or of what it needs.
bool is_service_trouble(const Error& error) {
  return error.reason.starts_with("glance.") || error.reason.starts_with("keystone.") || error.reason == "image.cut_off";
}

/// False: asked to stop.
bool rest(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

Result<void> ImageFetch::run(const domain::ImageId& image, const Piece& piece, const Told& told, const std::stop_token& stop) {
  std::uint64_t got = 0;
  const Piece counted = [&](std::string_view bytes) {
    got += bytes.size();
    return piece(bytes);
  };
  int failures = 0;
  auto pause = options_.first_pause;
  while (true) {
    const auto before = got;
    auto outcome = region_.fetch_image(image, before, counted, stop);
    if (outcome || !may_pass(outcome.error())) return outcome;
    const bool is_service = is_service_trouble(outcome.error());
    if (got == 0 && !is_service) return outcome;  // nothing to go on with, so that others may have the thread
    if (got > before) {
      failures = 0;
      pause = options_.first_pause;
    }
    if (++failures >= options_.attempts) {
      if (!is_service) return outcome;
      auto error = fail(Code::exhausted, "image.load_failed", "Image {} could not be loaded: {}", image, outcome.error().message);
      error.context = outcome.error().context;
      return failed(std::move(error));
    }
    log::warn("image {}, after {} bytes, attempt {} of {}: {}", image, got, failures, options_.attempts, outcome.error().describe());
    told(outcome.error());
    if (!rest(pause, stop)) return failed(Code::cancelled, "agent.stopping", "The agent is stopping.");
    pause = std::min(pause * 2, options_.longest_pause);
  }
}

}  // namespace causeway::services
