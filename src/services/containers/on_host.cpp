#include "causeway/services/containers/on_host.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/lookup.hpp"

namespace causeway::services {

std::unexpected<Error> no_host(const domain::Container& container) {
  return failed(Code::conflict, "container.no_host",
                "Container {} has no host: it could not be placed. Delete it and create it again.", container.id);
}

Result<OnHost> find_on_host(boundary::Store& store, const domain::Caller& who, const std::string& ident,
                            domain::ContainerAction action) {
  return boundary::view(store, [&](boundary::Reader& reader) -> Result<OnHost> {
    TRY(auto container, find_container(reader, who, ident));
    TRY_VOID(check_allowed(container, action));
    if (container.host.empty()) return no_host(container);
    TRY(auto host, boundary::find<domain::Host>(reader, container.host));
    if (!host)
      return failed(Code::unavailable, "host.unreachable", "The host of container {} is not known now.", container.id);
    return OnHost{std::move(container), *std::move(host)};
  });
}

Error explain_host_error(Error error) {
  if (error.reason != "engine.no_container") return error;
  Error said = fail(Code::conflict, "container.lost", "Cannot act on container in 'Error' state");
  said.context = std::move(error.context);
  said.context.push_back(std::move(error.message));
  return said;
}

}  // namespace causeway::services
