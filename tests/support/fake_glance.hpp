#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "causeway/adapters/memory/memory_data.hpp"
#include "causeway/boundary/identity/user_tokens.hpp"
#include "causeway/boundary/image/external_image_service.hpp"

namespace causeway::testing {

/// A Glance that holds images in memory. Tokens are names of projects. Can be told to be away, and how data breaks off.
class FakeGlance final : public boundary::ExternalImageService, public boundary::UserTokens {
 public:
  struct Held {
    domain::ExternalImage image;
    std::string data;
  };
  std::map<domain::ImageId, Held> images;
  std::optional<Error> trouble;           ///< of every call
  std::optional<Error> after_create;      ///< an answer that is lost: the image is made
  std::size_t breaks_at = SIZE_MAX;       ///< data that is opened ends there
  bool breaks_with_error = false;         ///< and so, or as if it were whole
  std::function<void()> meanwhile;        ///< called once, in the middle of an upload
  std::function<void()> while_asked;      ///< called in each look-up
  int opened = 0;

  domain::ExternalImage& add(const std::string& id, const std::string& name, const std::string& owner, std::string data) {
    domain::ExternalImage image;
    image.id = domain::ImageId(id);
    image.name = name;
    image.owner = domain::ProjectId(owner);
    image.status = "active";
    image.visibility = "shared";
    image.container_format = "docker";
    image.size = std::int64_t(data.size());
    image.os_hash_algo = "sha512";
    image.os_hash_value = std::string(128, '1');
    return images.insert_or_assign(image.id, Held{image, std::move(data)}).first->second.image;
  }
  Result<std::string> token_of(const domain::Caller& who) override { return who.project_id.str(); }

  Result<domain::ExternalImage> find(const std::string& token, const domain::ImageId& id) override {
    TRY(const auto image, look_up(id));
    if (!sees(token, image)) return none(id);
    return image;
  }
  Result<std::vector<domain::ExternalImage>> named(const std::string& token, const std::string& name) override {
    TRY(auto all, runnable(token));
    for (const auto& [id, held] : images) {
      if (sees(token, held.image) && held.image.status != "active") all.push_back(held.image);
    }
    std::erase_if(all, [&](const auto& image) { return image.name != name; });
    return all;
  }
  Result<std::vector<domain::ExternalImage>> runnable(const std::string& token) override {
    if (trouble) return failed(*trouble);
    std::vector<domain::ExternalImage> out;
    for (const auto& [id, held] : images) {
      if (sees(token, held.image) && held.image.status == "active") out.push_back(held.image);
    }
    return out;
  }
  Result<void> create(const std::string& token, const boundary::NewExternalImage& wish) override {
    if (trouble) return failed(*trouble);
    auto& image = add(wish.id.str(), wish.name, token, "");
    image.status = "queued";
    image.tags = {wish.tag};
    if (after_create) return failed(*after_create);
    return {};
  }
  Result<domain::ExternalImage> look_up(const domain::ImageId& id) override {
    if (const auto call = while_asked) call();
    if (trouble) return failed(*trouble);
    const auto held = images.find(id);
    if (held == images.end()) return none(id);
    return held->second.image;
  }
  Result<std::unique_ptr<boundary::ByteSource>> open(const domain::ImageId& id, std::uint64_t from) override {
    ++opened;
    TRY(const auto image, look_up(id));
    const auto rest = images[id].data.substr(from);
    const auto left = breaks_at == SIZE_MAX ? SIZE_MAX : breaks_at - std::min<std::size_t>(from, breaks_at);
    if (breaks_with_error) return std::make_unique<adapters::TextSource>(rest, 100, left);
    return std::make_unique<adapters::TextSource>(rest.substr(0, left), 100);
  }
  Result<void> upload(const domain::ImageId& id, boundary::ByteSource& data) override {
    TRY(const auto image, look_up(id));
    images[id].image.status = "saving";
    std::string all, piece(100, '\0');
    while (true) {
      auto count = data.read(piece);
      if (auto once = std::exchange(meanwhile, nullptr)) once();
      if (!count || trouble) {
        if (images.contains(id)) images[id].image.status = stuck ? "saving" : "queued";
        return failed(trouble ? *trouble : count.error());
      }
      if (*count == 0) break;
      all.append(piece, 0, *count);
    }
    if (!images.contains(id)) return none(id);
    images[id].data = all;
    images[id].image.size = std::int64_t(all.size());
    images[id].image.status = "active";
    return {};
  }
  bool stuck = false;  ///< an upload that breaks off is not noticed
  Result<void> remove(const domain::ImageId& id) override {
    if (trouble) return failed(*trouble);
    images.erase(id);
    return {};
  }
  void be_away() { trouble = fail(Code::unavailable, "glance.away", "The image service of region one cannot be reached now; try again later."); }

 private:
  static std::unexpected<Error> none(const domain::ImageId& id) {
    return failed(Code::not_found, "image.not_found", "No image found with ID or name '{}'.", id);
  }
  static bool sees(const std::string& project, const domain::ExternalImage& image) {
    return image.owner.str() == project || image.visibility == "public" || project == "admins";
  }
};

}  // namespace causeway::testing
