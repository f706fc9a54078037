#pragma once

#include <string>

#include "causeway/base/json.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/policy/policy.hpp"
#include "causeway/services/containers/capsules/capsules.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/hosts.hpp"

/// How things look on the wire. Pure.
namespace causeway::api::zun {

/// self and bookmark of "<base>/v1/<collection>/<uuid>".
JsonArray links_of(const std::string& base_url, std::string_view collection, std::string_view uuid);

/// A container as `who` may see it, without links (listings); single answers add them.
JsonObject container_view(const services::ContainerWithPorts& shown, const domain::Caller& who, Time now,
                          const domain::Policy& policy = {});
/// {network: [one entry per address]}
JsonObject addresses_view(const services::ContainerWithPorts& shown);
/// A single answer: the view with its links.
JsonObject container_answer(const services::ContainerWithPorts& shown, const domain::Caller& who,
                            const services::Containers& containers, const std::string& base_url);
/// Its networks: one item per address until 1.17, per port since.
JsonArray networks_view(const services::ContainerWithPorts& shown, int minor);

/// A capsule with its containers, without links; in the shape of before 1.32 when `minor` is below.
JsonObject capsule_view(const services::CapsuleWithMembers& shown, const domain::Caller& who, Time now, int minor,
                        const domain::Policy& policy);

JsonObject host_view(const domain::HostCandidate& candidate, const std::string& base_url);
JsonObject service_view(const domain::Host& host, const services::Hosts& hosts);

JsonObject quota_view(const domain::QuotaLimits& limits);
JsonObject quota_usage_view(const domain::QuotaLimits& limits, const domain::QuotaUsage& held);

}  // namespace causeway::api::zun
