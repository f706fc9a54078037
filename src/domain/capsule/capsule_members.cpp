#include "causeway/domain/capsule/capsule_members.hpp"

#include <algorithm>

#include "causeway/domain/container/container_name.hpp"
#include "causeway/domain/container/container_states.hpp"

namespace causeway::domain {
namespace {

/// The containers together, or the greediest init container.
CapsuleSize combined(const CapsuleSpec& spec, const MemberDefaults& defaults) {
  CapsuleSize together, greediest;
  for (const auto& container : spec.containers) {
    together.cpu += container.cpu.value_or(defaults.cpu);
    together.memory_mib += container.memory_mib.value_or(defaults.memory_mib);
  }
  for (const auto& init : spec.init_containers) {
    greediest.cpu = std::max(greediest.cpu, init.cpu.value_or(defaults.cpu));
    greediest.memory_mib = std::max(greediest.memory_mib, init.memory_mib.value_or(defaults.memory_mib));
  }
  return {std::max(together.cpu, greediest.cpu), std::max(together.memory_mib, greediest.memory_mib)};
}

Container base_of(const Capsule& capsule, CapsuleRole role) {
  Container out;
  out.project_id = capsule.project_id;
  out.user_id = capsule.user_id;
  out.host = capsule.host;
  out.capsule_id = capsule.id;
  out.capsule_role = role;
  out.run = true;
  // the capsule is what was asked for: a member that somebody removed is made again
  out.auto_heal = true;
  out.task_state = task_state_creating;
  out.created_at = capsule.created_at;
  return out;
}

RestartPolicy policy_of(const Capsule& capsule, CapsuleRole role) {
  constexpr int init_retries = 10;
  if (role == CapsuleRole::init && capsule.restart_policy.name == "always") return {"on-failure", init_retries};
  return capsule.restart_policy;
}

}  // namespace

CapsuleSize size_of(const CapsuleSpec& spec, const MemberDefaults& defaults) { return combined(spec, defaults); }

QuotaUsage asked_of(const CapsuleSpec& spec) {
  const auto named = combined(spec, {0, 0});
  return {std::int64_t(spec.containers.size() + spec.init_containers.size()), named.memory_mib, named.cpu, 0};
}

std::string member_name(const Capsule& capsule, std::uint64_t random, const std::vector<std::string>& taken) {
  while (true) {
    auto name =
        fmt::format("capsule-{}-{}", capsule.name.empty() ? capsule.id : capsule.name, greek_number(random++));
    if (std::ranges::find(taken, name) == taken.end()) return name;
  }
}

Container sandbox_of(const Capsule& capsule) {
  auto out = base_of(capsule, CapsuleRole::sandbox);
  out.id = capsule.sandbox;
  out.name = fmt::format("capsule-{}-sandbox", capsule.id);
  out.image = "pause";
  out.image_ref = {std::string(sandbox_image_driver), out.image, "", ""};
  out.cpu = capsule.cpu;
  out.memory_mib = capsule.memory_mib;
  return out;
}

Container member_of(const Capsule& capsule, const CapsuleContainerSpec& spec, CapsuleRole role, int order,
                    MemberIdentity identity, const MemberDefaults& defaults) {
  auto out = base_of(capsule, role);
  out.id = std::move(identity.id);
  out.name = std::move(identity.name);
  out.image_ref = std::move(identity.image);
  out.image = spec.image;
  out.capsule_order = order;
  out.command = spec.command;
  out.environment = spec.environment;
  out.workdir = spec.workdir;
  out.cpu = spec.cpu.value_or(defaults.cpu);
  out.memory_mib = spec.memory_mib.value_or(defaults.memory_mib);
  out.restart_policy = policy_of(capsule, role);
  out.interactive = spec.interactive;
  out.tty = spec.tty;
  out.wanted_ports = spec.ports;
  for (const auto& wanted : spec.mounts) {
    Mount mount;
    mount.source = capsule_volume(capsule, wanted.volume);
    mount.destination = wanted.path;
    mount.read_only = wanted.read_only;
    out.mounts.push_back(std::move(mount));
  }
  return out;
}

}  // namespace causeway::domain
