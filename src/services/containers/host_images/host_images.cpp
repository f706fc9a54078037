#include "causeway/services/containers/host_images/host_images.hpp"

#include <algorithm>
#include <array>

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/domain/image/image_reference.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::HostImage;

namespace {

constexpr std::array columns{
    // "id" is the order in which they were asked for
    Column<HostImage>{"id", [](const HostImage& i) { return fmt::format("{:020}", i.created_at.time_since_epoch().count()); }},
    Column<HostImage>{"uuid", [](const HostImage& i) { return i.id.str(); }},
    Column<HostImage>{"repo", [](const HostImage& i) { return i.repo; }},
    Column<HostImage>{"tag", [](const HostImage& i) { return i.tag; }},
    Column<HostImage>{"image_id", [](const HostImage& i) { return i.image_id; }},
    Column<HostImage>{"size", [](const HostImage& i) { return fmt::format("{:020}", i.size); }},
    Column<HostImage>{"host", [](const HostImage& i) { return i.host.str(); }},
    Column<HostImage>{"project_id", [](const HostImage& i) { return i.project_id.str(); }},
};

std::unexpected<Error> no_such_image(const std::string& id) {
  return failed(Code::not_found, "host_image.not_found", "Image {} could not be found.", id);
}

Result<domain::HostName> host_called(Reader& reader, const std::string& ident) {
  TRY(const auto by_name, boundary::find<domain::Host>(reader, ident));
  if (by_name) return by_name->id;
  TRY(const auto by_uuid, boundary::list<domain::Host>(reader, boundary::By{"uuid", ident}));
  if (!by_uuid.empty()) return by_uuid.front().id;
  return failed(fail(Code::invalid, "host.unknown", "Host {} could not be found.", ident).at("host"));
}

}  // namespace

Result<HostImage> HostImages::draft_of(const domain::Caller& who, const HostImageWish& wish) {
  HostImage image;
  image.id = domain::HostImageId(deps_.ids.uuid());
  image.project_id = who.project_id;
  image.created_at = deps_.clock.now();
  if (is_uuid(wish.repo)) {
    TRY(image.image_ref, deps_.images.resolve(who, wish.repo));
    image.image_ref.driver = "glance";
    image.repo = wish.repo;
    image.tag = wish.tag;
    return image;
  }
  auto reference = domain::parse_image_reference(wish.tag.empty() ? wish.repo : wish.repo + ":" + wish.tag);
  if (!reference) return failed(std::move(reference).error().at("repo"));
  image.repo = reference->name();
  image.tag = reference->digest.empty() ? reference->tag : reference->digest;
  image.image_ref.driver = "docker";
  image.image_ref.id = domain::in_registry(*std::move(reference), deps_.options.default_registry).text();
  image.image_ref.pull_policy = wish.pull_policy.empty() ? "ifnotpresent" : wish.pull_policy;
  return image;
}

Result<HostImage> HostImages::pull(const domain::Caller& who, const HostImageWish& wish) {
  TRY(const auto draft, draft_of(who, wish));
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<HostImage> {
    auto image = draft;
    TRY(image.host, host_called(writer, wish.host));
    TRY(const auto held, boundary::list<HostImage>(writer, boundary::By{"host", image.host.str()}));
    const bool exists = std::ranges::any_of(held, [&](const HostImage& other) {
      return !other.remove && other.repo == image.repo && other.tag == image.tag;
    });
    if (exists) {
      return failed(Code::conflict, "host_image.exists", "An image with tag {} and repo {} already exists on host {}.", image.tag,
                    image.repo, image.host);
    }
    TRY_VOID(boundary::put(writer, image));
    return image;
  });
}

Result<std::vector<HostImage>> HostImages::list(const PageQuery& query) {
  TRY(auto all, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<HostImage>(reader); }));
  std::erase_if(all, [](const HostImage& image) { return image.remove; });
  return cut_page<HostImage>(std::move(all), columns, query, "host_image.not_found");
}

Result<HostImage> HostImages::show(const std::string& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<HostImage> {
    TRY(auto image, boundary::find<HostImage>(reader, id));
    if (!image || image->remove) return no_such_image(id);
    return *std::move(image);
  });
}

Result<void> HostImages::remove(const std::string& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto image, boundary::find<HostImage>(writer, id));
    if (!image || image->remove) return no_such_image(id);
    TRY(const auto host, boundary::find<domain::Host>(writer, image->host));
    if (!host) {  // nobody is there to say that it is gone
      TRY_VOID(boundary::erase<HostImage>(writer, image->id));
      return {};
    }
    image->remove = true;
    TRY_VOID(boundary::put(writer, *image));
    return {};
  });
}

Result<std::vector<boundary::FoundImage>> HostImages::search(const std::string& term) {
  TRY(const auto hosts, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<domain::Host>(reader); }));
  Error last = fail(Code::unavailable, "host.unreachable", "There is no host that could search the registry.");
  for (const auto& host : hosts) {
    if (!domain::is_up(host)) continue;
    auto found = deps_.hosts.search(host, term);
    if (found || found.error().reason != "host.unreachable") return found;
    last = std::move(found).error();
  }
  return failed(std::move(last));
}

Result<void> HostImages::check_wanted(const domain::HostName& host, const domain::ImageId& image) {
  const auto is_it = [&](const auto& user) { return user.image_ref.driver == "glance" && user.image_ref.id == image.str(); };
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<void> {
    const boundary::By here{"host", host.str()};
    TRY(const auto containers, boundary::list<domain::Container>(reader, here));
    if (std::ranges::any_of(containers, is_it)) return {};
    TRY(const auto wishes, boundary::list<HostImage>(reader, here));
    if (std::ranges::any_of(wishes, is_it)) return {};
    return failed(Code::forbidden, "image.foreign", "Nobody asked host {} for image {}.", host, image);
  });
}

Result<void> HostImages::apply_report(const domain::HostName& host, const domain::HostImageReport& report) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto image, boundary::find<HostImage>(writer, report.id));
    if (!image || image->host != host) return {};
    if (report.gone) {
      if (!image->remove) return {};
      TRY_VOID(boundary::erase<HostImage>(writer, image->id));
      return {};
    }
    image->state = report.state;
    image->error = report.error;
    image->image_id = report.image_id;
    image->size = report.size;
    TRY_VOID(boundary::put(writer, *image));
    return {};
  });
}

}  // namespace causeway::services
