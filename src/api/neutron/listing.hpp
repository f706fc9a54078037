#pragma once

#include <span>
#include <string>
#include <string_view>

#include "causeway/api/kit/route.hpp"
#include "causeway/boundary/network/network_service.hpp"

/// Lists of the Networking API: filters, fields, sorting, pages (API reference, "Filtering and Column Selection", "Sorting",
/// "Pagination"), over rendered views, the same for every resource.
namespace causeway::api {

enum class Tags { present, absent };

struct ListRules {
  std::string_view collection;                  ///< "ports"
  std::span<const std::string_view> filters;    ///< attributes that may be filtered and sorted by
  Tags tags = Tags::present;                    ///< whether the resource has tags to filter by
};

/// {"ports": [...], "ports_links": [...]}.
Result<Reply> list_reply(const Call& call, const ListRules& rules, JsonArray views);

/// What of the query the store can narrow by.
boundary::Narrow narrow_of(const Call& call);

/// Cuts an object to the `fields` of the query.
Json with_fields(const Call& call, JsonObject view);

}  // namespace causeway::api
