#include "causeway/services/containers/hosts/affinity.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"

namespace causeway::services {
namespace {

using boundary::Reader;
using domain::Container;

Result<Container> named_container(Reader& reader, const domain::ProjectId& project, const std::string& ident) {
  std::vector<Container> found;
  if (is_uuid(ident)) {
    TRY(auto container, boundary::find<Container>(reader, ident));
    if (container) found.push_back(*std::move(container));
  } else {
    TRY(found, boundary::list<Container>(reader, boundary::By{"name", ident}));
  }
  std::erase_if(found, [&](const Container& c) { return c.abandoned || c.project_id != project; });
  if (found.empty()) {
    return failed(
        fail(Code::invalid, "hint.unknown_container", "The hints name container {}, which is not there.", ident)
            .at("hints"));
  }
  if (found.size() > 1) {
    return failed(fail(Code::conflict, "container.ambiguous",
                       "Multiple containers exist with the name {} in the hints. Please use the container uuid instead.",
                       ident)
                      .at("hints"));
  }
  return std::move(found.front());
}

/// The hosts of those that have one.
Result<std::set<domain::HostName>> hosts_of(Reader& reader, const domain::ProjectId& project, const std::string& idents) {
  std::set<domain::HostName> out;
  for (const auto part : split(idents, ',')) {
    const std::string ident(trim(part));
    if (ident.empty()) continue;
    TRY(const auto container, named_container(reader, project, ident));
    if (!container.host.empty()) out.insert(container.host);
  }
  return out;
}

}  // namespace

Result<domain::Affinity> affinity_of(Reader& reader, const domain::ProjectId& project, const domain::ContainerSpec& spec) {
  domain::Affinity out;
  if (const auto same = spec.hints.find("same_host"); same != spec.hints.end()) {
    TRY(out.same_host, hosts_of(reader, project, same->second));
  }
  if (const auto different = spec.hints.find("different_host"); different != spec.hints.end()) {
    TRY(out.different_host, hosts_of(reader, project, different->second));
  }
  return out;
}

}  // namespace causeway::services
