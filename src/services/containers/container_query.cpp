#include "causeway/services/containers/container_query.hpp"

#include <algorithm>
#include <array>
#include <compare>

namespace causeway::services {
namespace {

using domain::Container;

template <auto Member>
std::partial_ordering by_member(const Container& a, const Container& b) {
  return a.*Member <=> b.*Member;
}
std::partial_ordering by_creation(const Container& a, const Container& b) {
  return std::pair(a.created_at, a.id) <=> std::pair(b.created_at, b.id);
}
std::partial_ordering by_status(const Container& a, const Container& b) {
  return to_name(a.status) <=> to_name(b.status);
}
std::partial_ordering by_driver(const Container& a, const Container& b) {
  return a.image_ref.driver <=> b.image_ref.driver;
}

struct SortKey {
  std::string_view name;
  std::partial_ordering (*compare)(const Container&, const Container&);
};
constexpr std::array sort_keys{
    SortKey{"id", by_creation},
    SortKey{"uuid", by_member<&Container::id>},
    SortKey{"created_at", by_creation},
    SortKey{"updated_at", by_member<&Container::updated_at>},
    SortKey{"started_at", by_member<&Container::started_at>},
    SortKey{"name", by_member<&Container::name>},
    SortKey{"image", by_member<&Container::image>},
    SortKey{"image_driver", by_driver},
    SortKey{"project_id", by_member<&Container::project_id>},
    SortKey{"user_id", by_member<&Container::user_id>},
    SortKey{"status", by_status},
    SortKey{"status_reason", by_member<&Container::status_reason>},
    SortKey{"status_detail", by_member<&Container::status_detail>},
    SortKey{"task_state", by_member<&Container::task_state>},
    SortKey{"host", by_member<&Container::host>},
    SortKey{"hostname", by_member<&Container::hostname>},
    SortKey{"workdir", by_member<&Container::workdir>},
    SortKey{"runtime", by_member<&Container::runtime>},
    SortKey{"cpu", by_member<&Container::cpu>},
    SortKey{"memory", by_member<&Container::memory_mib>},
    SortKey{"disk", by_member<&Container::disk_gib>},
    SortKey{"auto_remove", by_member<&Container::auto_remove>},
    SortKey{"auto_heal", by_member<&Container::auto_heal>},
};

struct Filter {
  std::string_view name;
  std::string (*text)(const Container&);
};
constexpr std::array filters{
    Filter{"name", [](const Container& c) { return c.name; }},
    Filter{"image", [](const Container& c) { return c.image; }},
    Filter{"project_id", [](const Container& c) { return c.project_id.str(); }},
    Filter{"user_id", [](const Container& c) { return c.user_id.str(); }},
    Filter{"memory", [](const Container& c) { return std::to_string(c.memory_mib); }},
    Filter{"host", [](const Container& c) { return c.host.str(); }},
    Filter{"task_state", [](const Container& c) { return c.task_state; }},
    Filter{"status", [](const Container& c) { return std::string(to_name(c.status)); }},
    Filter{"auto_remove", [](const Container& c) { return std::string(c.auto_remove ? "true" : "false"); }},
};

bool passes(const Container& container, const ContainerQuery& query) {
  return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    const auto wanted = query.filters.find(std::string(filter.name));
    return wanted == query.filters.end() || filter.text(container) == wanted->second;
  });
}

}  // namespace

bool is_container_filter(std::string_view column) {
  return std::any_of(filters.begin(), filters.end(), [&](const Filter& filter) { return filter.name == column; });
}

Result<std::vector<Container>> page_of(std::vector<Container> containers, const ContainerQuery& query) {
  const auto key =
      std::find_if(sort_keys.begin(), sort_keys.end(), [&](const SortKey& k) { return k.name == query.sort_key; });
  if (key == sort_keys.end()) {
    return failed(fail(Code::invalid, "query.sort_key", "There is no sort key '{}'.", query.sort_key).at("sort_key"));
  }
  std::sort(containers.begin(), containers.end(), [&](const Container& a, const Container& b) {
    const auto order = key->compare(a, b);
    const bool less =
        order != 0 ? order < 0 : by_creation(a, b) < 0;  // a total order, so that pages neither skip nor repeat
    const bool greater = order != 0 ? order > 0 : by_creation(a, b) > 0;
    return query.descending ? greater : less;
  });
  auto first = containers.begin();
  if (!query.marker.empty()) {
    first = std::find_if(first, containers.end(), [&](const Container& c) { return c.id.str() == query.marker; });
    if (first == containers.end())
      return failed(Code::not_found, "container.not_found", "Container {} could not be found.", query.marker);
    ++first;
  }
  std::vector<Container> out;
  for (; first != containers.end() && out.size() < query.limit; ++first) {
    if (passes(*first, query)) out.push_back(std::move(*first));
  }
  return out;
}

}  // namespace causeway::services
