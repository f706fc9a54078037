#pragma once

#include <vector>

#include "causeway/domain/capsule/capsule.hpp"
#include "causeway/domain/container/container_states.hpp"

/// What a capsule does, and what may be asked of its members. Pure.
namespace causeway::domain {

struct CapsuleState {
  ContainerStatus status = ContainerStatus::creating;
  std::string reason;
  bool operator==(const CapsuleState&) const = default;
};
/// Of all its members, in any order. Deleting as soon as it was asked; Error when a member is in Error or an init
/// container gave up; Unknown when a member is; Creating until every container has run; then Running while one of them
/// runs, and Stopped when all have ended.
CapsuleState state_of(const std::vector<Container>& members);

/// True when the init container will not be tried again, and did not succeed.
bool has_failed(const Container& init);

/// The routes of containers let members be looked at and talked to; what would change one is the capsule's to decide.
constexpr bool allows_member(ContainerAction action) {
  switch (action) {
    case ContainerAction::execute:
    case ContainerAction::attach:
    case ContainerAction::resize_terminal:
    case ContainerAction::top:
    case ContainerAction::stats:
    case ContainerAction::logs:
    case ContainerAction::get_archive:
    case ContainerAction::put_archive:
      return true;
    default:
      return false;
  }
}

}  // namespace causeway::domain
