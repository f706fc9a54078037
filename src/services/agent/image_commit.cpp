#include "causeway/services/agent/image_commit.hpp"

#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

constexpr std::string_view prefix = "causeway.local/commit:";

}  // namespace

bool ImageCommit::may_pass(const Error& error) {
  if (error.reason == "engine.error" || error.reason == "blobs.full") return false;
  return error.code == Code::unavailable || error.code == Code::timeout || error.code == Code::cancelled;
}

Result<void> ImageCommit::sweep_once() {
  const std::lock_guard lock(mutex_);
  if (swept_) return {};
  TRY(const auto names, engine_.list_images());
  for (const auto& name : names) {
    if (name.starts_with(prefix)) TRY_VOID(engine_.remove_image(name));
  }
  swept_ = true;
  return {};
}

Result<void> ImageCommit::run(const domain::ContainerId& container, const domain::ImageId& image) {
  if (stop_.stop_requested()) return failed(Code::cancelled, "agent.stopping", "The agent is stopping.");
  TRY_VOID(sweep_once());
  const std::string reference = std::string(prefix) + image.str();
  auto done = make_and_send(container, image, reference);
  if (!done && may_pass(done.error())) return done;
  if (const auto gone = engine_.remove_image(reference); !gone) {
    log::warn("{} stays in the engine until the agent's next start: {}", reference, gone.error().describe());
  }
  if (done) log::info("container {} was committed as image {}", container, image);
  return done;
}

Result<void> ImageCommit::make_and_send(const domain::ContainerId& container, const domain::ImageId& image,
                                        const std::string& reference) {
  TRY(const auto present, engine_.find_image(reference));
  if (!present) TRY_VOID(data_.commit(container, reference));
  TRY(const auto archive, data_.save_image(reference, stop_.get_token()));
  return region_.store_image(image, *archive, stop_.get_token());
}

}  // namespace causeway::services
