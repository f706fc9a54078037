#include "causeway/domain/image/image_query.hpp"

#include <algorithm>
#include <charconv>

#include "causeway/base/encoding.hpp"
#include "causeway/domain/image/image_access.hpp"

namespace causeway::domain {
namespace {

using Filter = std::function<bool(const Image&)>;

template <class... Args>
std::unexpected<Error> bad_query(std::string_view name, fmt::format_string<Args...> format, Args&&... args) {
  return failed(fail(Code::invalid, "image.bad_query", format, std::forward<Args>(args)...).at(std::string(name)));
}

template <class T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

struct SortKey {
  std::string_view name;
  int (*compare)(const Image&, const Image&);
};
constexpr SortKey sort_keys[] = {
    {"name", [](const Image& a, const Image& b) { return three_way(a.name, b.name); }},
    {"status", [](const Image& a, const Image& b) { return three_way(to_name(a.status), to_name(b.status)); }},
    {"container_format",
     [](const Image& a, const Image& b) { return three_way(a.container_format, b.container_format); }},
    {"disk_format", [](const Image& a, const Image& b) { return three_way(a.disk_format, b.disk_format); }},
    {"size", [](const Image& a, const Image& b) { return three_way(a.size, b.size); }},
    {"id", [](const Image& a, const Image& b) { return three_way(a.id, b.id); }},
    {"created_at", [](const Image& a, const Image& b) { return three_way(a.created_at, b.created_at); }},
    {"updated_at", [](const Image& a, const Image& b) { return three_way(a.updated_at, b.updated_at); }},
};

/// Attributes that are compared as text: "name=a", "name=in:a,b".
struct TextKey {
  std::string_view name;
  std::string (*of)(const Image&);
};
constexpr TextKey text_keys[] = {
    {"id", [](const Image& i) { return i.id.str(); }},
    {"name", [](const Image& i) { return i.name; }},
    {"status", [](const Image& i) { return std::string(to_name(i.status)); }},
    {"owner", [](const Image& i) { return i.owner.str(); }},
    {"checksum", [](const Image& i) { return i.checksum; }},
    {"os_hash_value", [](const Image& i) { return i.os_hash_value; }},
    {"container_format", [](const Image& i) { return i.container_format.value_or(""); }},
    {"disk_format", [](const Image& i) { return i.disk_format.value_or(""); }},
};

struct NumberKey {
  std::string_view name;
  bool (*fits)(const Image&, std::int64_t);
};
constexpr NumberKey number_keys[] = {
    {"size", [](const Image& i, std::int64_t n) { return i.size == n; }},
    {"size_min", [](const Image& i, std::int64_t n) { return i.size >= n; }},
    {"size_max", [](const Image& i, std::int64_t n) { return i.size <= n; }},
    {"min_disk", [](const Image& i, std::int64_t n) { return i.min_disk == n; }},
    {"min_ram", [](const Image& i, std::int64_t n) { return i.min_ram == n; }},
};

struct TimeKey {
  std::string_view name;
  Time Image::* member;
};
constexpr TimeKey time_keys[] = {{"created_at", &Image::created_at}, {"updated_at", &Image::updated_at}};

struct Comparison {
  std::string_view name;
  bool (*holds)(int order);
};
constexpr Comparison comparisons[] = {
    {"eq", [](int order) { return order == 0; }}, {"neq", [](int order) { return order != 0; }},
    {"gt", [](int order) { return order > 0; }},  {"gte", [](int order) { return order >= 0; }},
    {"lt", [](int order) { return order < 0; }},  {"lte", [](int order) { return order <= 0; }},
};

template <class Row, std::size_t N>
const Row* row_of(const Row (&table)[N], std::string_view name) {
  const Row* found = std::find_if(std::begin(table), std::end(table), [&](const Row& row) { return row.name == name; });
  return found == std::end(table) ? nullptr : found;
}

Result<std::int64_t> parse_number(std::string_view name, std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) {
    return bad_query(name, "The value '{}' of parameter {} is not a number from 0 upwards.", text, name);
  }
  return value;
}

Result<bool> parse_flag(std::string_view name, std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "true" || lower == "1") return true;
  if (lower == "false" || lower == "0") return false;
  return bad_query(name, "The value '{}' of parameter {} must be true or false.", text, name);
}

/// "a,b" with parts that may stand in double quotes.
Result<std::vector<std::string>> parse_list(std::string_view name, std::string_view text) {
  std::vector<std::string> items(1);
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      items.emplace_back();
    } else {
      items.back() += c;
    }
  }
  if (quoted) return bad_query(name, "A quote in the value of parameter {} is not closed.", name);
  return items;
}

Result<std::vector<std::string>> wanted_texts(std::string_view name, std::string_view value) {
  if (value.starts_with("in:")) return parse_list(name, value.substr(3));
  if (value.starts_with("eq:")) value.remove_prefix(3);
  return std::vector{std::string(value)};
}

Result<Filter> time_filter(const TimeKey& key, std::string_view value) {
  const Comparison* comparison = &comparisons[0];
  if (const auto* named = row_of(comparisons, value.substr(0, value.find(':')))) {
    comparison = named;
    value.remove_prefix(named->name.size() + 1);
  }
  const auto time = parse_time(value);
  if (!time) return bad_query(key.name, "The value '{}' of parameter {} is not a time.", value, key.name);
  return [member = key.member, holds = comparison->holds, at = *time](const Image& image) {
    return holds(three_way(image.*member, at));
  };
}

Result<Filter> filter_of(std::string_view name, std::string_view value) {
  if (const auto* text = row_of(text_keys, name)) {
    TRY(auto wanted, wanted_texts(name, value));
    return [of = text->of, wanted = std::move(wanted)](const Image& image) {
      return std::find(wanted.begin(), wanted.end(), of(image)) != wanted.end();
    };
  }
  if (const auto* number = row_of(number_keys, name)) {
    TRY(const auto wanted, parse_number(name, value));
    return [fits = number->fits, wanted](const Image& image) { return fits(image, wanted); };
  }
  if (const auto* time = row_of(time_keys, name)) return time_filter(*time, value);
  if (name == "protected") {
    TRY(const bool wanted, parse_flag(name, value));
    return [wanted](const Image& image) { return image.protected_ == wanted; };
  }
  if (name == "tag") {
    return [tag = std::string(value)](const Image& image) {
      return std::find(image.tags.begin(), image.tags.end(), tag) != image.tags.end();
    };
  }
  return [key = std::string(name), wanted = std::string(value)](const Image& image) {
    const auto found = image.properties.find(key);
    return found != image.properties.end() && found->second == wanted;
  };
}

}  // namespace

Result<ImageQuery> ImageQuery::parse(const std::vector<std::pair<std::string, std::string>>& parameters) {
  ImageQuery query;
  for (const auto& [name, value] : parameters) TRY_VOID(query.take(name, value));
  for (std::size_t i = 0; i < query.sort_keys_.size(); ++i) {
    // one direction is good for all keys
    const auto& dirs = query.sort_dirs_;
    const std::string dir = dirs.empty() ? "desc" : dirs[std::min(i, dirs.size() - 1)];
    TRY_VOID(query.take_order(query.sort_keys_[i] + ":" + dir));
  }
  if (query.order_.empty()) {
    const bool descending = query.sort_dirs_.empty() || query.sort_dirs_.front() != "asc";
    query.order_.push_back({row_of(sort_keys, "created_at")->compare, descending});
  }
  query.order_.push_back({row_of(sort_keys, "id")->compare, query.order_.back().descending});
  return query;
}

Result<void> ImageQuery::take(std::string_view name, std::string_view value) {
  if (name == "limit") {
    TRY(const auto number, parse_number(name, value));
    limit_ = std::min(std::size_t(number), max_page);
  } else if (name == "marker") {
    marker_ = value;
  } else if (name == "sort") {
    return take_order(value);
  } else if (name == "sort_key") {
    sort_keys_.emplace_back(value);
  } else if (name == "sort_dir") {
    sort_dirs_.emplace_back(value);
  } else if (name == "visibility") {
    return take_visibility(value);
  } else if (name == "os_hidden") {
    TRY(hidden_, parse_flag(name, value));
  } else if (name != "member_status") {  // images are not shared with members here: there is nothing to choose from
    TRY(auto filter, filter_of(name, value));
    filters_.push_back(std::move(filter));
  }
  return {};
}

Result<void> ImageQuery::take_visibility(std::string_view value) {
  any_visibility_ = true;
  if (value == "all") return {};
  const auto wanted = from_name<Visibility>(value);
  if (!wanted)
    return bad_query("visibility", "'{}' is not a visibility; it is one of public, community, shared, private, all.",
                     value);
  filters_.push_back([visibility = *wanted](const Image& image) { return image.visibility == visibility; });
  return {};
}

Result<void> ImageQuery::take_order(std::string_view sort) {
  for (const auto part : split(sort, ',')) {
    const auto colon = part.find(':');
    const auto name = trim(part.substr(0, colon));
    const auto direction = colon == std::string_view::npos ? std::string_view("desc") : trim(part.substr(colon + 1));
    const auto* key = row_of(sort_keys, name);
    if (key == nullptr) return bad_query("sort", "Images cannot be sorted by '{}'.", name);
    if (direction != "asc" && direction != "desc")
      return bad_query("sort", "'{}' is not a direction; it is asc or desc.", direction);
    order_.push_back({key->compare, direction == "desc"});
  }
  return {};
}

bool ImageQuery::listed(const Image& image, const Caller& who) const {
  if (!visible_to(image, who) || image.os_hidden != hidden_) return false;
  if (!any_visibility_ && !listed_by_default(image, who)) return false;
  return std::all_of(filters_.begin(), filters_.end(), [&](const Filter& filter) { return filter(image); });
}

Result<ImageQuery::Page> ImageQuery::select(std::vector<Image> images, const Caller& who) const {
  std::erase_if(images, [&](const Image& image) { return !listed(image, who); });
  std::sort(images.begin(), images.end(), [&](const Image& a, const Image& b) {
    for (const auto& order : order_) {
      const int result = order.compare(a, b);
      if (result != 0) return order.descending ? result > 0 : result < 0;
    }
    return false;
  });
  auto first = images.begin();
  if (!marker_.empty()) {
    first = std::find_if(images.begin(), images.end(), [&](const Image& image) { return image.id.str() == marker_; });
    if (first == images.end())
      return failed(Code::invalid, "image.bad_marker", "The marker '{}' is not an image of this list.", marker_);
    ++first;
  }
  Page page;
  const auto last = first + std::ptrdiff_t(std::min(limit_, std::size_t(images.end() - first)));
  if (last != images.end() && last != first) page.next_marker = (last - 1)->id.str();
  page.images.assign(std::make_move_iterator(first), std::make_move_iterator(last));
  return page;
}

}  // namespace causeway::domain
