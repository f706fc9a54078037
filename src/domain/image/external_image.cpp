#include "causeway/domain/image/external_image.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

constexpr std::size_t md5_hex = 32;
constexpr std::size_t sha256_hex = 64;
constexpr std::size_t sha512_hex = 128;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::unexpected<Error> not_usable(const ExternalImage& image, const std::string& asked_for) {
  return failed(Code::invalid, "image.not_usable",
                "Image '{}' cannot be run: it is {} and its container format is {}; it must be active and docker.", asked_for,
                image.status, image.container_format.empty() ? "not set" : image.container_format);
}

}  // namespace

bool runnable(const ExternalImage& image) { return image.status == "active" && image.container_format == "docker"; }

std::string sum_of(const ExternalImage& image) {
  const auto& sum = image.os_hash_value;
  const bool is_known = (image.os_hash_algo == "sha512" && sum.size() == sha512_hex) || (image.os_hash_algo == "sha256" && sum.size() == sha256_hex);
  if (is_known && is_hex(sum)) return sum;
  return image.checksum.size() == md5_hex && is_hex(image.checksum) ? image.checksum : "";
}

bool named_for(const ExternalImage& image, const Caller& who) {
  if (!who.is_admin() || image.visibility == "public") return true;
  return !who.project_id.empty() && image.owner == who.project_id;
}

Result<ExternalImage> check_runnable(ExternalImage image, const std::string& asked_for) {
  if (!runnable(image)) return not_usable(image, asked_for);
  if (sum_of(image).empty()) {
    return failed(Code::invalid, "image.not_usable",
                  "Image '{}' cannot be run: the image service has no checksum of its data (SHA-512, SHA-256 or MD5).", asked_for);
  }
  return image;
}

Result<ExternalImage> choose_by_name(std::vector<ExternalImage> listed, const Caller& who, const std::string& name) {
  std::erase_if(listed, [&](const ExternalImage& image) { return image.name != name || !named_for(image, who); });
  if (listed.empty()) return failed(Code::not_found, "image.not_found", "No image found with ID or name '{}'.", name);
  const ExternalImage seen = listed.front();
  std::erase_if(listed, [](const ExternalImage& image) { return !runnable(image); });
  if (listed.empty()) return not_usable(seen, name);
  if (listed.size() > 1) {
    return failed(Code::conflict, "image.ambiguous", "{} images are called '{}'; use an id.", listed.size(), name);
  }
  return check_runnable(std::move(listed.front()), name);
}

Image shown_as_image(const ExternalImage& image) {
  Image out;
  out.id = image.id;
  out.owner = image.owner;
  out.name = image.name;
  out.status = ImageStatus::active;
  out.container_format = image.container_format;
  out.tags = image.tags;
  out.properties = image.properties;
  out.size = image.size;
  out.checksum = image.checksum;
  out.os_hash_value = image.os_hash_value;
  return out;
}

}  // namespace causeway::domain
