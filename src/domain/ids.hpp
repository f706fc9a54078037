#pragma once

#include <string>
#include <string_view>

#include "causeway/base/id.hpp"

namespace causeway::domain {

using UserId = Id<struct UserTag>;
using ProjectId = Id<struct ProjectTag>;
using DomainId = Id<struct DomainTag>;
using GroupId = Id<struct GroupTag>;
using RoleId = Id<struct RoleTag>;
using NetworkId = Id<struct NetworkTag>;
using SubnetId = Id<struct SubnetTag>;
using PortId = Id<struct PortTag>;
using SecurityGroupId = Id<struct SecurityGroupTag>;
using LeaseId = Id<struct LeaseTag>;
using RouterId = Id<struct RouterTag>;
using FloatingIpId = Id<struct FloatingIpTag>;
using SubnetPoolId = Id<struct SubnetPoolTag>;
using AddressScopeId = Id<struct AddressScopeTag>;
using RbacPolicyId = Id<struct RbacPolicyTag>;
using TrunkId = Id<struct TrunkTag>;
using QosPolicyId = Id<struct QosPolicyTag>;
using ContainerId = Id<struct ContainerTag>;
using ImageId = Id<struct ImageTag>;
using PodId = Id<struct PodTag>;
/// Names that are keys. Regions are named as in the Keystone catalog, hosts as in binding:host_id.
using RegionName = Id<struct RegionTag>;
using HostName = Id<struct HostTag>;

/// How a record is found besides by its id; boundary::Index of the same shape is made of it.
struct IndexEntry {
  std::string_view name;
  std::string value;
  bool unique = false;
};

}  // namespace causeway::domain
