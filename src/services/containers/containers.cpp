#include "causeway/services/containers/containers.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/capsule/capsule.hpp"
#include "causeway/services/containers/lookup.hpp"
#include "causeway/services/containers/policy.hpp"

namespace causeway::services {

using boundary::Reader;
using domain::Container;

Result<ContainerWithPorts> with_ports(Reader& reader, Container container) {
  TRY(auto ports, ports_of(reader, container));
  return ContainerWithPorts{std::move(container), std::move(ports)};
}

namespace {

Result<std::vector<Container>> candidates(Reader& reader, const domain::Caller& who, ProjectScope projects) {
  const auto by = projects == ProjectScope::all ? std::nullopt
                                                : std::optional(boundary::By{"project_id", who.project_id.str()});
  TRY(auto out, boundary::list<Container>(reader, by));
  std::erase_if(out, [](const Container& container) {
    return container.abandoned || domain::is_member(container);  // members are shown with their capsule
  });
  return out;
}

}  // namespace

Result<std::vector<ContainerWithPorts>> Containers::list(const domain::Caller& who, const ContainerQuery& query) {
  if (query.projects == ProjectScope::all) TRY_VOID(policy().check("container:get_all_all_projects", who));
  if (query.filters.contains("host")) TRY_VOID(policy().check("container:get_one:host", who));
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<ContainerWithPorts>> {
    TRY(auto all, candidates(reader, who, query.projects));
    TRY(auto page, page_of(std::move(all), query));
    std::vector<ContainerWithPorts> out;
    out.reserve(page.size());
    for (auto& container : page) {
      TRY(auto shown, with_ports(reader, std::move(container)));
      out.push_back(std::move(shown));
    }
    return out;
  });
}

Result<ContainerWithPorts> Containers::show(const domain::Caller& who, const std::string& ident, ProjectScope projects) {
  if (projects == ProjectScope::all) TRY_VOID(policy().check("container:get_one_all_projects", who));
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<ContainerWithPorts> {
    TRY(auto container, find_container(reader, who, ident));
    return with_ports(reader, std::move(container));
  });
}

}  // namespace causeway::services
