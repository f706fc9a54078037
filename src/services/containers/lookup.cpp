#include "causeway/services/containers/lookup.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/capsule/capsule_status.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/domain/policy/policy.hpp"

namespace causeway::services {
namespace {

std::unexpected<Error> no_such_container(const std::string& ident) {
  return failed(Code::not_found, "container.not_found", "Container {} could not be found.", ident);
}

/// What a reader of the whole system may do with what he finds is the policy's to say.
bool reaches(const domain::Caller& who, const domain::ProjectId& owner) { return who.sees(owner) || domain::reads_system(who); }

}  // namespace

Result<domain::Container> find_container(boundary::Reader& reader, const domain::Caller& who,
                                         const std::string& ident) {
  if (is_uuid(ident)) {
    TRY(auto found, boundary::find<domain::Container>(reader, ident));
    const bool hidden = found && (found->abandoned || found->capsule_role == domain::CapsuleRole::sandbox);
    if (!found || hidden || !reaches(who, found->project_id)) return no_such_container(ident);
    return *std::move(found);
  }
  TRY(auto named, boundary::list<domain::Container>(reader, boundary::By{"name", ident}));
  std::erase_if(named, [&](const domain::Container& container) {
    return container.abandoned || domain::is_member(container) || !reaches(who, container.project_id);
  });
  if (named.empty()) return no_such_container(ident);
  if (named.size() > 1) {
    return failed(Code::conflict, "container.ambiguous",
                  "Multiple containers exist with same name. Please use the container uuid instead.");
  }
  return std::move(named.front());
}

Result<std::vector<domain::Port>> ports_of(boundary::Reader& reader, const domain::Container& container) {
  std::vector<domain::Port> out;
  for (const auto& id : container.ports) {
    TRY(auto port, boundary::find<domain::Port>(reader, id));
    if (port && port->device_id == container.id.str()) out.push_back(*std::move(port));
  }
  return out;
}

Result<domain::Host> living_host(boundary::Reader& reader, const domain::Container& container) {
  if (container.host.empty()) {
    return failed(Code::conflict, "container.no_host",
                  "Container {} has no host: it could not be placed. Delete it and create it again.", container.id);
  }
  TRY(auto host, boundary::find<domain::Host>(reader, container.host));
  if (!host)
    return failed(Code::unavailable, "container.host_not_up", "The host of container {} is not known now.",
                  container.id);
  if (domain::is_up(*host)) return *std::move(host);
  return failed(Code::unavailable, "container.host_not_up",
                "{} Container {} can be deleted; anything else has to wait until the host is back.",
                domain::why_down(*host), container.id);
}

Result<void> check_allowed(boundary::Reader& reader, const domain::Container& container,
                           domain::ContainerAction action) {
  if (!container.host.empty()) TRY_VOID(living_host(reader, container));
  return check_allowed(container, action);
}

Result<void> check_allowed(const domain::Container& container, domain::ContainerAction action) {
  if (domain::is_member(container) && !domain::allows_member(action)) {
    return failed(Code::conflict, "container.in_capsule", "Container {} is part of capsule {}, which decides about it.",
                  container.id, container.capsule_id);
  }
  if (domain::allows(container.status, action)) return {};
  return failed(Code::conflict, "container.invalid_state", "Cannot {} container {} in {} state",
                domain::verb_of(action), container.id, to_name(container.status));
}

}  // namespace causeway::services
