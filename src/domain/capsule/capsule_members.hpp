#pragma once

#include "causeway/domain/capsule/capsule.hpp"
#include "causeway/domain/capsule/capsule_template.hpp"
#include "causeway/domain/container/container_quota.hpp"

/// The containers that a capsule is made of. Pure.
namespace causeway::domain {

/// What a container that names no size has.
struct MemberDefaults {
  double cpu = 1.0;
  std::int64_t memory_mib = 512;
};

struct CapsuleSize {
  double cpu = 0;
  std::int64_t memory_mib = 0;
};
/// What the host has to give: containers run together, init containers one at a time before them.
CapsuleSize size_of(const CapsuleSpec& spec, const MemberDefaults& defaults);
/// What the quota is asked for: as of a container, only what the template names. The sandbox is not counted.
QuotaUsage asked_of(const CapsuleSpec& spec);

/// "capsule-<name, or id, of the capsule>-<greek letter>-<number>", none of `taken`.
std::string member_name(const Capsule& capsule, std::uint64_t random, const std::vector<std::string>& taken);

/// Holds the ports of the capsule, and is counted with its size: on their hosts and in quotas init
/// containers and containers have none of their own.
Container sandbox_of(const Capsule& capsule);

/// What tells one member from another.
struct MemberIdentity {
  ContainerId id;
  std::string name;
  ImageRef image;
};
/// `order`: of an init container its place, of a container the number of init containers before it, so that a host which
/// knows only some of them yet sees that others are missing.
Container member_of(const Capsule& capsule, const CapsuleContainerSpec& spec, CapsuleRole role, int order,
                    MemberIdentity identity, const MemberDefaults& defaults);

}  // namespace causeway::domain
