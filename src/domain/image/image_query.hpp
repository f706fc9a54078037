#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/image/image.hpp"

namespace causeway::domain {

inline constexpr std::size_t default_page = 25;
inline constexpr std::size_t max_page = 1000;

/// A listing of images as the query of a URL asks for it: filters, order, page. Parameters that are none of ours filter
/// by a property of the user's own.
class ImageQuery {
 public:
  /// invalid "image.bad_query" names the parameter.
  static Result<ImageQuery> parse(const std::vector<std::pair<std::string, std::string>>& parameters);

  struct Page {
    std::vector<Image> images;
    std::string next_marker;  ///< id of the last one when there are more; else ""
  };
  /// What of `images` the caller sees and asked for. invalid "image.bad_marker" when the marker is not among them.
  Result<Page> select(std::vector<Image> images, const Caller& who) const;

 private:
  using Filter = std::function<bool(const Image&)>;
  struct Order {
    int (*compare)(const Image&, const Image&);
    bool descending;
  };
  Result<void> take(std::string_view name, std::string_view value);
  Result<void> take_visibility(std::string_view value);
  Result<void> take_order(std::string_view sort);
  bool listed(const Image& image, const Caller& who) const;

  std::vector<Filter> filters_;
  std::vector<Order> order_;
  std::vector<std::string> sort_keys_, sort_dirs_;  ///< of the older form, paired at the end
  bool any_visibility_ = false;                     ///< one was asked for, or "all"
  bool hidden_ = false;
  std::size_t limit_ = default_page;
  std::string marker_;
};

}  // namespace causeway::domain
