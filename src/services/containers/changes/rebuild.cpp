#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/lookup.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;

Result<void> Containers::rebuild(const domain::Caller& who, const std::string& ident, const Rebuild& wish,
                                 const std::string& request_id) {
  // the image may cost a trip, so it is found before the transaction, for the container as it was then
  TRY(const auto known,
      boundary::view(deps_.store, [&](Reader& reader) { return find_container(reader, who, ident); }));
  TRY_VOID(check_allowed(known, domain::ContainerAction::rebuild));
  domain::ContainerSpec spec;
  spec.image = wish.image.empty() ? known.image : wish.image;
  spec.image_driver = wish.driver.empty() ? known.image_ref.driver : wish.driver;
  spec.image_pull_policy = known.image_ref.pull_policy;
  spec.registry = known.image_ref.registry_id;
  TRY(const auto image, image_of(who, spec));
  const Time now = deps_.clock.now();
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto container, find_container(writer, who, known.id.str()));
    TRY_VOID(check_allowed(writer, container, domain::ContainerAction::rebuild));
    TRY_VOID(living_host(writer, container));
    container.image = spec.image;
    container.image_ref = image;
    return queue_task(writer, who, container, {0, domain::TaskAction::rebuild, std::nullopt, "", request_id}, now);
  });
}

}  // namespace causeway::services
