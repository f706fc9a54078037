#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/image/image_access.hpp"
#include "causeway/services/images/images.hpp"

namespace causeway::services {

Result<std::vector<domain::Image>> Images::search(const domain::Caller& who, const std::string& name, boundary::NameMatch match) {
  TRY(auto images, boundary::view(deps_.store, [](boundary::Reader& reader) { return boundary::list<domain::Image>(reader); }));
  std::erase_if(images, [&](const domain::Image& image) {
    const bool named = match == boundary::NameMatch::exact ? image.name == name : image.name.find(name) != std::string::npos;
    const bool runs = image.status == domain::ImageStatus::active && image.container_format == "docker" && !image.os_hidden;
    return !named || !runs || !domain::listed_by_default(image, who);
  });
  std::ranges::sort(images, [](const domain::Image& a, const domain::Image& b) { return std::tie(a.name, a.id) < std::tie(b.name, b.id); });
  return images;
}

}  // namespace causeway::services
