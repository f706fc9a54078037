#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/boundary/engine/sandbox_image.hpp"
#include "causeway/domain/plan/container_plan.hpp"
#include "causeway/services/agent/host_view.hpp"

/// What capsules need of a host's agent beyond what any container does.
namespace causeway::services {

/// The other members of the container's capsule, as the Engine has them; none outside of capsules.
Result<std::vector<domain::CapsuleSibling>> siblings_of(const HostView& view, boundary::ContainerEngine& engine,
                                                        const domain::Container& container);

/// Names the sandbox that a member joins; nothing for other containers. unavailable "capsule.no_sandbox" while it is not
/// there (any more).
Result<void> join_capsule(const domain::ContainerView& view, boundary::EngineContainerSpec& spec);

/// Loads the image of sandboxes where it is absent. Returns the reference.
Result<std::string> ensure_sandbox_image(boundary::ContainerEngine& engine, const boundary::SandboxImage& image);

}  // namespace causeway::services
