#pragma once

#include <optional>
#include <vector>

#include "causeway/domain/plan/container_plan.hpp"

namespace causeway::domain {

/// What being in a capsule means for a container's plan: none, when it is to be treated as any container now; else the
/// steps, of which there are none while it waits for another member (whose change wakes it). Pure.
///
/// - The sandbox comes first and goes last, and is started again whenever it does not run.
/// - Init containers run one after the other, each to exit code 0, then the containers start.
/// - A member made for a sandbox that is gone is made anew; one that ran before its sandbox was started again sits in a
///   network that nobody reaches, and is started again.
std::optional<std::vector<ContainerStep>> capsule_gate(const ContainerView& view);

}  // namespace causeway::domain
