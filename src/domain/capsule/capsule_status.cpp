#include "causeway/domain/capsule/capsule_status.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

bool has_ended(const Container& member) {
  return member.status == ContainerStatus::stopped || member.status == ContainerStatus::dead;
}
bool is_coming(const Container& member) {
  return member.status == ContainerStatus::creating || member.status == ContainerStatus::created;
}

/// Of the sandbox the reason alone: nobody asked for it by name.
std::string reason_of(const Container& member) {
  if (member.capsule_role == CapsuleRole::sandbox) return member.status_reason;
  return fmt::format("{}: {}", member.name, member.status_reason);
}

std::optional<std::string> trouble_of(const std::vector<Container>& members) {
  // the same reason may stand in all of them (no host): the sandbox says it best
  for (const auto role : {CapsuleRole::sandbox, CapsuleRole::init, CapsuleRole::app}) {
    for (const auto& member : members) {
      if (member.capsule_role != role) continue;
      if (member.status == ContainerStatus::error) return reason_of(member);
      if (role == CapsuleRole::init && has_failed(member)) {
        return fmt::format("Init container {} ({}) failed with exit code {}.", member.name, member.image,
                           *member.exit_code);
      }
    }
  }
  return std::nullopt;
}

}  // namespace

bool has_failed(const Container& init) { return has_ended(init) && init.exit_code.value_or(0) != 0; }

CapsuleState state_of(const std::vector<Container>& members) {
  if (std::ranges::any_of(members, &Container::remove)) return {ContainerStatus::deleting, ""};
  if (const auto trouble = trouble_of(members)) return {ContainerStatus::error, *trouble};
  if (std::ranges::find(members, ContainerStatus::unknown, &Container::status) != members.end()) {
    return {ContainerStatus::unknown, ""};
  }
  bool all_ended = true;
  for (const auto& member : members) {
    if (member.capsule_role != CapsuleRole::app) continue;
    if (is_coming(member)) return {ContainerStatus::creating, ""};
    all_ended = all_ended && has_ended(member);
  }
  return {all_ended ? ContainerStatus::stopped : ContainerStatus::running, ""};
}

}  // namespace causeway::domain
