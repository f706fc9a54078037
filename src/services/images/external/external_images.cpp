#include "causeway/services/images/external/external_images.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/base/log.hpp"
#include "causeway/services/images/external/whole_body.hpp"
#include "causeway/services/images/records.hpp"

namespace causeway::services {

using domain::Caller;
using domain::ExternalImage;
using domain::ImageId;

namespace {

domain::ImageRef reference_to(const ExternalImage& image) { return {"glance", image.id.str(), domain::sum_of(image), ""}; }

}  // namespace

Result<domain::ImageRef> ExternalImages::resolve(const Caller& who, const std::string& name_or_id) {
  if (name_or_id.empty()) return no_such_image(name_or_id);
  TRY(const auto token, deps_.tokens.token_of(who));
  TRY(const auto place, users_.take());
  if (is_uuid(name_or_id)) {
    auto found = deps_.glance.find(token, ImageId(name_or_id));
    if (!found && found.error().code != Code::not_found) return failed(std::move(found).error());
    if (found) {
      TRY(const auto image, domain::check_runnable(*std::move(found), name_or_id));
      return reference_to(image);
    }
  }
  TRY(auto named, deps_.glance.named(token, name_or_id));
  auto chosen = domain::choose_by_name(std::move(named), who, name_or_id);
  if (chosen) return reference_to(*chosen);
  if (chosen.error().code != Code::not_found) return failed(std::move(chosen).error());
  TRY(auto elsewhere, deps_.own.resolve_elsewhere(who, name_or_id));
  if (!elsewhere) return failed(std::move(chosen).error());
  return *std::move(elsewhere);
}

Result<std::vector<domain::Image>> ExternalImages::search(const Caller& who, const std::string& name, boundary::NameMatch match) {
  TRY(const auto token, deps_.tokens.token_of(who));
  TRY(const auto place, users_.take());
  const bool exact = match == boundary::NameMatch::exact;
  TRY(auto found, exact ? deps_.glance.named(token, name) : deps_.glance.runnable(token));
  std::erase_if(found, [&](const ExternalImage& image) {
    const bool is_named = exact ? image.name == name : image.name.find(name) != std::string::npos;
    return !is_named || !domain::runnable(image) || !domain::named_for(image, who);
  });
  std::ranges::sort(found, [](const ExternalImage& a, const ExternalImage& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
  std::vector<domain::Image> out;
  for (const auto& image : found) out.push_back(domain::shown_as_image(image));
  return out;
}

Result<boundary::CommitImage> ExternalImages::prepare_commit(const Caller& who, const std::string& name, const std::string& tag) {
  TRY(const auto place, users_.take());
  return deps_.commits.prepare(who, name, tag);
}

Result<void> ExternalImages::begin_commit(boundary::Writer& writer, const Caller&, const boundary::CommitImage& image) {
  return deps_.commits.begin(writer, image);
}

Result<void> ExternalImages::end_commit(boundary::Writer& writer, const ImageId& image) {
  TRY(const bool ended, deps_.commits.end(writer, image));
  if (ended) return {};
  return deps_.own.end_commit(writer, image);  // begun before Glance was put in its place
}

Result<void> ExternalImages::upload_committed(const ImageId& id, boundary::ByteSource& data) {
  TRY(const bool ours, deps_.own.is_here(id));
  if (ours) return deps_.own.upload_committed(id, data);
  return deps_.commits.upload(id, data);
}

Result<std::unique_ptr<boundary::ByteSource>> ExternalImages::for_host(const ImageId& id, std::uint64_t from) {
  TRY(const bool ours, deps_.own.is_here(id));
  if (ours) return deps_.own.for_host(id, from);
  auto data = from_glance(id, from);
  if (data || data.error().reason != "image.not_found") return data;
  auto elsewhere = deps_.own.for_host(id, from);  // of another region
  if (!elsewhere && elsewhere.error().reason == "image.not_found") return data;
  return elsewhere;
}

Result<std::unique_ptr<boundary::ByteSource>> ExternalImages::for_region(const ImageId& id) { return deps_.own.for_region(id); }

Result<std::unique_ptr<boundary::ByteSource>> ExternalImages::from_glance(const ImageId& id, std::uint64_t from) {
  TRY(const auto place, hosts_.take());
  TRY(const auto image, deps_.glance.look_up(id));
  if (image.status == "deactivated") {
    return failed(Code::forbidden, "image.deactivated", "Image {} has been deactivated.", id);
  }
  if (image.status != "active") return failed(Code::not_found, "image.no_data", "Image {} has no data: it is {}.", id, image.status);
  const auto size = std::uint64_t(std::max<std::int64_t>(image.size, 0));
  if (size > deps_.options.image_bytes) {
    return failed(Code::too_large, "image.too_large", "Image {} has {} bytes; {} are allowed.", id, size, deps_.options.image_bytes);
  }
  if (from > size) return failed(Code::invalid, "image.bad_range", "Image {} has {} bytes, not {}.", id, size, from);
  std::unique_ptr<boundary::ByteSource> data;
  if (from < size) {
    TRY(data, deps_.glance.open(id, from));
  }
  return WholeBody::begin(id, std::move(data), from, size);
}

}  // namespace causeway::services
