#include "causeway/services/agent/image_keeper.hpp"

#include <thread>

#include "causeway/base/log.hpp"
#include "causeway/services/agent/image_stream.hpp"

namespace causeway::services {
namespace {

constexpr std::size_t md5_hex = 32;
constexpr std::size_t sha512_hex = 128;

}  // namespace

std::string engine_reference(const std::string& image_id) { return "causeway.local/image:" + image_id; }

ImageKeeper::ImageKeeper(boundary::ContainerEngine& engine, boundary::RegionGateway& region, boundary::Digests& digests)
    : engine_(engine), region_(region), digests_(digests) {}

std::shared_ptr<std::mutex> ImageKeeper::turn_of(const std::string& reference) {
  std::lock_guard lock(mutex_);
  std::erase_if(turns_, [](const auto& entry) { return entry.second.expired(); });
  auto turn = turns_[reference].lock();
  if (!turn) {
    turn = std::make_shared<std::mutex>();
    turns_[reference] = turn;
  }
  return turn;
}

Result<std::string> ImageKeeper::ensure(const domain::ImageRef& image) {
  const auto turn = turn_of(image.driver + " " + image.id);
  std::lock_guard lock(*turn);
  if (stop_.stop_requested()) return failed(Code::cancelled, "agent.stopping", "The agent is stopping.");
  return image.driver == "glance" ? ensure_from_region(image) : ensure_from_registry(image);
}

Result<std::string> ImageKeeper::ensure_from_region(const domain::ImageRef& image) {
  const auto reference = engine_reference(image.id);
  TRY(const auto present, engine_.find_image(reference));
  if (present) return reference;  // an image's data never changes

  std::unique_ptr<boundary::Digest> digest;
  if (image.checksum.size() == md5_hex || image.checksum.size() == sha512_hex) {
    const auto kind = image.checksum.size() == md5_hex ? boundary::DigestKind::md5 : boundary::DigestKind::sha512;
    TRY(digest, digests_.begin(kind));
  } else if (!image.checksum.empty()) {
    return failed(Code::invalid, "image.bad_checksum", "Image {} has a checksum of no known kind.", image.id);
  }
  ImageStream stream(std::move(digest), image.checksum);
  Result<void> loaded;
  {
    const std::jthread fetch([&] {
      const auto piece = [&](std::string_view bytes) { return stream.write(bytes); };
      stream.finish(region_.fetch_image(domain::ImageId(image.id), piece, stop_.get_token()));
    });
    loaded = engine_.load_image(reference, [&](std::span<char> into) { return stream.read(into); }, stop_.get_token());
    stream.abandon();
  }
  if (!loaded) return failed(std::move(loaded).error().while_("loading image {}", image.id));
  log::info("image {} is loaded", image.id);
  return reference;
}

Result<std::string> ImageKeeper::ensure_from_registry(const domain::ImageRef& image) {
  if (image.pull_policy != "always") {
    TRY(const auto present, engine_.find_image(image.id));
    if (present) return image.id;
    if (image.pull_policy == "never") {
      return failed(Code::not_found, "engine.no_image", "Image {} is not on the host, and its pull policy is never.",
                    image.id);
    }
  }
  TRY_VOID(engine_.pull_image(image.id, stop_.get_token()));
  return image.id;
}

}  // namespace causeway::services
