#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/container/container.hpp"

namespace causeway::services {

/// Whose containers are meant. `all` is for administrators.
enum class ProjectScope { own, all };

inline constexpr std::size_t max_page = 1000;

/// A page of a listing. Filters are column names with the text that the column must have.
struct ContainerQuery {
  ProjectScope projects = ProjectScope::own;
  std::map<std::string, std::string> filters;
  std::string sort_key = "id";  ///< "id" = the order in which they were made
  bool descending = false;
  std::size_t limit = max_page;
  std::string marker;  ///< uuid of the last item of the page before
};

bool is_container_filter(std::string_view column);

/// Filters, sorts and cuts. invalid "query.sort_key" for an unknown column; not_found "container.not_found" for an
/// unknown marker.
Result<std::vector<domain::Container>> page_of(std::vector<domain::Container> containers, const ContainerQuery& query);

}  // namespace causeway::services
