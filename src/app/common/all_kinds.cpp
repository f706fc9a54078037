#include "causeway/app/common/all_kinds.hpp"

#include "causeway/domain/capsule/capsule.hpp"
#include "causeway/domain/console/console.hpp"
#include "causeway/domain/container/action_record.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/container/network_record.hpp"
#include "causeway/domain/host/agent_note.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/identity/catalog.hpp"
#include "causeway/domain/identity/directory.hpp"
#include "causeway/domain/identity/revocation.hpp"
#include "causeway/domain/identity/role.hpp"
#include "causeway/domain/identity/token.hpp"
#include "causeway/domain/image/external_commit.hpp"
#include "causeway/domain/image/host_image.hpp"
#include "causeway/domain/image/image.hpp"
#include "causeway/domain/image/remote_image.hpp"
#include "causeway/domain/network/lease.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/pools/address_scope.hpp"
#include "causeway/domain/network/pools/block_hold.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/port_claim.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/quota/network_quota.hpp"
#include "causeway/domain/network/quota/rule_usage.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/sharing/rbac_policy.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/domain/plan/container_plan.hpp"
#include "causeway/domain/region/job.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/registry/registry.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/host_routing.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/agent/direct/direct_driver.hpp"
#include "causeway/services/central/release_answer.hpp"

namespace causeway::app {

std::span<const services::StoredKind> all_kinds() {
  static constexpr auto kinds = services::stored_kinds<
      domain::Capsule, domain::ConsoleGrant, domain::ActionRecord, domain::Container, domain::ContainerQuota,
      domain::ContainerQuotaClass, domain::NetworkRecord, domain::AgentNote, domain::Host, domain::CatalogRegion,
      domain::CatalogService, domain::CatalogEndpoint, domain::KeystoneDomain, domain::Project, domain::User,
      domain::UserPassword, domain::Group, domain::GroupMember, domain::Revocation, domain::Role,
      domain::RoleAssignment, domain::ApplicationCredential, domain::SigningKey, domain::SigningSecret,
      domain::ExternalCommit, domain::HostImage, domain::Image, domain::RemoteImage, domain::ImageCopy, domain::Lease,
      domain::Network, domain::AddressScope, domain::BlockHold, domain::SubnetPool, domain::Port, domain::PortClaim,
      domain::QosPolicy, domain::NetworkQuota, domain::RuleUsage, domain::SecurityGroup, domain::RbacPolicy,
      domain::Subnet, domain::Trunk, domain::AgentContainer, domain::Job, domain::Pod, domain::RegionContact,
      domain::Interest, domain::Registry, domain::FloatingIp, domain::HostRouting, domain::Router,
      services::DockerNetwork, services::DockerPool, services::ReleaseAnswer>();
  return kinds;
}

}  // namespace causeway::app
