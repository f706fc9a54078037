#include "causeway/services/containers/on_host.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/lookup.hpp"

namespace causeway::services {

Result<OnHost> find_on_host(boundary::Store& store, const domain::Caller& who, const std::string& ident,
                            domain::ContainerAction action) {
  return boundary::view(store, [&](boundary::Reader& reader) -> Result<OnHost> {
    TRY(auto container, find_container(reader, who, ident));
    return with_host(reader, std::move(container), action);
  });
}

Result<OnHost> with_host(boundary::Reader& reader, domain::Container container, domain::ContainerAction action) {
  TRY_VOID(check_allowed(reader, container, action));
  TRY(auto host, living_host(reader, container));
  return OnHost{std::move(container), std::move(host)};
}

Error explain_host_error(Error error) {
  if (error.reason != "engine.no_container") return error;
  Error said = fail(Code::conflict, "container.lost", "Cannot act on container in 'Error' state");
  said.context = std::move(error.context);
  said.context.push_back(std::move(error.message));
  return said;
}

}  // namespace causeway::services
