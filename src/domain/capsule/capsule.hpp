#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/domain/container/container.hpp"

namespace causeway::domain {

/// A capsule: containers that share one network sandbox, one host and one life. The record holds what the user asked of
/// the whole and who the members are; the members are containers with capsule_id = id, one of them the sandbox that holds
/// the ports. What a capsule does is what its members do (capsule_status.hpp): it has no status of its own.
struct Capsule {
  static constexpr std::string_view kind = "capsule";
  std::string id;
  ProjectId project_id;
  UserId user_id;
  std::string name;  ///< may be empty
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  RestartPolicy restart_policy;
  double cpu = 0;  ///< of the whole: the containers together, or the greediest init container
  std::int64_t memory_mib = 0;
  HostName host;
  ContainerId sandbox;
  std::vector<ContainerId> containers;
  std::vector<ContainerId> init_containers;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using C = Capsule;
    return std::tuple{field("id", &C::id),
                      field("project_id", &C::project_id),
                      field("user_id", &C::user_id),
                      field("name", &C::name),
                      field("labels", &C::labels),
                      field("annotations", &C::annotations),
                      field("restart_policy", &C::restart_policy),
                      field("cpu", &C::cpu),
                      field("memory_mib", &C::memory_mib),
                      field("host", &C::host),
                      field("sandbox", &C::sandbox),
                      field("containers", &C::containers),
                      field("init_containers", &C::init_containers),
                      field("created_at", &C::created_at),
                      field("updated_at", &C::updated_at)};
  }
  std::vector<IndexEntry> indexes() const { return {{"project_id", project_id.str()}, {"name", name}}; }
};

/// The image of sandboxes is part of the agent, which knows it by this driver; no registry and no image service has it.
inline constexpr std::string_view sandbox_image_driver = "causeway";
/// The Docker volume of the capsule's host, within the project, that a volume of the capsule is: it goes with the last
/// container that names it.
inline std::string capsule_volume(const Capsule& capsule, const std::string& volume) {
  return fmt::format("{}-{}", capsule.id, volume);
}

constexpr bool is_member(const Container& container) { return container.capsule_role != CapsuleRole::none; }

}  // namespace causeway::domain
