#include "causeway/services/containers/names.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"

namespace causeway::services {
namespace {

/// The few members that comparing names needs.
struct NamedContainer {
  static constexpr std::string_view kind = domain::Container::kind;
  domain::ContainerId id;
  domain::ProjectId project_id;
  std::string name;
  bool abandoned = false;
  static constexpr auto fields() {
    using C = NamedContainer;
    return std::tuple{field("id", &C::id), field("project_id", &C::project_id), field("name", &C::name),
                      field("abandoned", &C::abandoned)};
  }
  std::vector<domain::IndexEntry> indexes() const { return {}; }
};

bool same_but_for_case(const std::string& a, const std::string& b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

Result<void> check_name_is_free(boundary::Reader& reader, const ContainersOptions& options,
                                const domain::ProjectId& project, const domain::ContainerId& self,
                                const std::string& name) {
  if (options.unique_name_scope.empty()) return {};
  std::optional<boundary::By> by;
  if (options.unique_name_scope == "project") by = boundary::By{"project_id", project.str()};
  TRY(const auto others, boundary::list<NamedContainer>(reader, by));
  const bool taken = std::ranges::any_of(
      others, [&](const NamedContainer& other) {
        return other.id != self && !other.abandoned && same_but_for_case(other.name, name);
      });
  if (!taken) return {};
  return failed(Code::conflict, "container.already_exists", "A container with name {} already exists.", name);
}

}  // namespace causeway::services
