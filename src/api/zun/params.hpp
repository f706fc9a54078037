#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/api/kit/route.hpp"

/// The arguments of a request as Zun has them: the query and, for a JSON body that is an object, its members, in one
/// pot.
namespace causeway::api::zun {

enum class Extra { refuse, ignore };

class Params {
 public:
  /// Merges. A name that stands twice, or one that is not in `allowed` (unless extras are ignored): invalid
  /// "query.unknown", "query.bad_value". A body counts only when its content type is application/json and the method is
  /// not GET.
  static Result<Params> of(const Call& call, std::initializer_list<std::string_view> allowed,
                           Extra extra = Extra::refuse);

  const JsonObject& all() const { return values_; }
  bool has(std::string_view name) const { return values_.contains(name); }
  /// As text; "" when absent or null. A list or object is invalid.
  Result<std::string> text(std::string_view name) const;
  /// As text; absent, null or empty is invalid.
  Result<std::string> required(std::string_view name) const;
  /// A boolean, or one of the words that mean one (true, 1, on, yes and their opposites, in three cases).
  Result<bool> flag(std::string_view name, bool otherwise) const;
  /// Digits from `min`; absent, "" and "None" are none.
  Result<std::optional<std::int64_t>> count(std::string_view name, std::int64_t min) const;

 private:
  JsonObject values_;
};

/// The paging of every listing.
struct Paging {
  std::size_t limit = 1000;
  std::string marker, sort_key;
  bool descending = false;
};
Result<Paging> paging_of(const Params& params, std::string_view default_sort_key);
/// The URL of the next page with the parameters of this one, or null when the page is not full.
Json next_link(const Call& call, const Params& params, std::string_view collection, const Paging& paging,
               std::size_t items, const std::string& last_uuid);

bool has_json_content(const Call& call);
/// invalid "http.media_type" (415) unless the content type is JSON, whatever the body.
Result<void> need_json_content(const Call& call);

}  // namespace causeway::api::zun
