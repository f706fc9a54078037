#include "causeway/services/agent/capsule_parts.hpp"

#include <algorithm>
#include <cstring>

namespace causeway::services {

using domain::CapsuleRole;

Result<std::vector<domain::CapsuleSibling>> siblings_of(const HostView& view, boundary::ContainerEngine& engine,
                                                        const domain::Container& container) {
  std::vector<domain::CapsuleSibling> out;
  for (const auto& id : view.capsule_of(container.id)) {
    const auto other = view.container(id);
    if (!other || id == container.id) continue;
    TRY(auto seen, engine.inspect(id));
    out.push_back({other->capsule_role, other->capsule_order, std::move(seen)});
  }
  return out;
}

Result<void> join_capsule(const domain::ContainerView& view, boundary::EngineContainerSpec& spec) {
  const auto role = view.desired->capsule_role;
  if (role == CapsuleRole::none || role == CapsuleRole::sandbox) return {};
  const auto sandbox = std::ranges::find_if(
      view.capsule, [](const auto& other) { return other.role == CapsuleRole::sandbox && other.seen; });
  if (sandbox == view.capsule.end()) {
    return failed(Code::unavailable, "capsule.no_sandbox", "The sandbox of capsule {} is not there.",
                  view.desired->capsule_id);
  }
  spec.sandbox = sandbox->seen->engine_id;
  return {};
}

Result<std::string> ensure_sandbox_image(boundary::ContainerEngine& engine, const boundary::SandboxImage& image) {
  TRY(const auto present, engine.find_image(image.reference));
  if (present) return image.reference;
  std::string_view left = image.archive;
  const auto read = [&left](std::span<char> into) -> Result<std::size_t> {
    const std::size_t size = std::min(into.size(), left.size());
    std::memcpy(into.data(), left.data(), size);
    left.remove_prefix(size);
    return size;
  };
  TRY_VOID(engine.load_image(image.reference, read, {}));
  return image.reference;
}

}  // namespace causeway::services
