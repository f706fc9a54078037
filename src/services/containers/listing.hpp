#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::services {

/// How a listing is sorted and cut: what every collection of the API takes.
struct PageQuery {
  std::string sort_key = "id";
  bool descending = false;
  std::size_t limit = 1000;
  std::string marker;  ///< id of the last item of the page before
};

template <class T>
struct Column {
  std::string_view name;
  std::string (*text)(const T&);
};

/// Sorts `items` by a column (equal ones by the first column), and gives the page behind the marker. invalid
/// "query.sort_key"; not_found `missing` for a marker that is no item.
template <class T>
Result<std::vector<T>> cut_page(std::vector<T> items, std::span<const Column<T>> columns, const PageQuery& query,
                                std::string_view missing) {
  const auto column = std::ranges::find(columns, query.sort_key, &Column<T>::name);
  if (column == columns.end()) {
    return failed(fail(Code::invalid, "query.sort_key", "There is no sort key '{}'.", query.sort_key).at("sort_key"));
  }
  // a total order, so that pages neither skip nor repeat
  const auto key = [&](const T& item) { return std::tuple(column->text(item), columns.front().text(item), item.id.str()); };
  std::ranges::sort(items, [&](const T& a, const T& b) { return query.descending ? key(b) < key(a) : key(a) < key(b); });
  auto first = items.begin();
  if (!query.marker.empty()) {
    first = std::ranges::find_if(items, [&](const T& item) { return item.id.str() == query.marker; });
    if (first == items.end()) return failed(Code::not_found, missing, "Marker {} could not be found.", query.marker);
    ++first;
  }
  const auto count = std::min<std::size_t>(query.limit, std::size_t(items.end() - first));
  return std::vector<T>(std::make_move_iterator(first), std::make_move_iterator(first + std::ptrdiff_t(count)));
}

}  // namespace causeway::services
