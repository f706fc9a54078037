#pragma once

#include <span>
#include <string>
#include <string_view>

#include "causeway/api/kit/route.hpp"

/// Lists of the Admin API: equality filters, `limit` and `marker`.
namespace causeway::api {

/// The limit that the request asks for; what is absent, not positive or too large means the largest page, 2000. One that is no
/// number is invalid.
Result<std::size_t> page_limit(const Call& call);
/// A parameter that is none of `known`, limit and marker: invalid "Unsupported filter type: a, b".
Result<void> check_filters(const Call& call, std::span<const std::string_view> known);
/// {"jobs": [...], "jobs_links": [...]}; the link is there when the page is full. As Tricircle's, it carries no filters.
Json page_of(std::string_view collection, JsonArray items, std::size_t limit, const std::string& last_id);

}  // namespace causeway::api
