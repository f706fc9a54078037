#include "causeway/api/tricircle/paging.hpp"

#include <algorithm>
#include <charconv>

namespace causeway::api {
namespace {

constexpr std::int64_t largest_page = 2'000;

}  // namespace

Result<std::size_t> page_limit(const Call& call) {
  const auto text = call.query("limit");
  if (text.empty()) return std::size_t(largest_page);
  std::int64_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error == std::errc::result_out_of_range) return std::size_t(largest_page);
  if (error != std::errc() || end != text.data() + text.size()) {
    return failed(fail(Code::invalid, "page.bad_limit", "Limit parameter is not an integer: {}", text).at("limit"));
  }
  return std::size_t(limit <= 0 || limit > largest_page ? largest_page : limit);
}

Result<void> check_filters(const Call& call, std::span<const std::string_view> known) {
  std::string unknown;
  for (const auto& [name, value] : call.request.query.all()) {
    if (name == "limit" || name == "marker" || std::ranges::find(known, name) != known.end()) continue;
    unknown += unknown.empty() ? name : ", " + name;
  }
  if (unknown.empty()) return {};
  return failed(Code::invalid, "page.unknown_filter", "Unsupported filter type: {}", unknown);
}

Json page_of(std::string_view collection, JsonArray items, std::size_t limit, const std::string& last_id) {
  JsonObject out;
  const bool full = items.size() >= limit;
  out[collection] = std::move(items);
  if (full) {
    out[fmt::format("{}_links", collection)] =
        JsonArray{JsonObject{{"rel", "next"}, {"href", fmt::format("/v1.0/{}?limit={}&marker={}", collection, limit, last_id)}}};
  }
  return out;
}

}  // namespace causeway::api
