#include "causeway/api/zun/params.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "causeway/base/encoding.hpp"

namespace causeway::api::zun {
namespace {

constexpr std::size_t max_limit = 1000;
constexpr std::array<std::string_view, 10> words_true{"True", "TRUE", "true", "1",   "ON",
                                                      "On",   "on",   "YES",  "Yes", "yes"};
constexpr std::array<std::string_view, 10> words_false{"False", "FALSE", "false", "0",  "OFF",
                                                       "Off",   "off",   "NO",    "No", "no"};

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::unexpected<Error> bad(std::string_view name, std::string_view value, std::string_view why) {
  return failed(fail(Code::invalid, "query.bad_value", "Invalid input for query parameters '{}'. Value: '{}'. {}", name,
                     value.substr(0, 120), why)
                    .at(std::string(name)));
}

std::optional<std::int64_t> digits(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

bool has_json_content(const Call& call) {
  const auto type = call.request.headers.get("Content-Type");
  return to_lower(trim(type.substr(0, type.find(';')))) == "application/json";
}

Result<void> need_json_content(const Call& call) {
  if (has_json_content(call)) return {};
  return failed(Code::invalid, "http.media_type", "The media type is not supported: send application/json.");
}

Result<Params> Params::of(const Call& call, std::initializer_list<std::string_view> allowed, Extra extra) {
  Params params;
  const auto add = [&](std::string_view name, Json value) -> Result<void> {
    if (extra == Extra::refuse && !holds(allowed, name)) {
      return failed(fail(Code::invalid, "query.unknown", "Unknown parameters: {}", name).at(std::string(name)));
    }
    if (!params.values_.emplace(name, std::move(value)).second && holds(allowed, name))
      return bad(name, "", "It is given more than once.");
    return {};
  };
  for (const auto& [name, value] : call.request.query.all()) TRY_VOID(add(name, Json(std::string_view(value))));
  if (call.request.method != "GET" && has_json_content(call) && call.body.is_object()) {
    for (const auto& [name, value] : call.body.get_object()) TRY_VOID(add(name, value));
  }
  return params;
}

Result<std::string> Params::text(std::string_view name) const {
  const Json* value = values_.if_contains(name);
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return to_std(value->get_string());
  if (value->is_number() || value->is_bool()) return to_text(*value);
  return bad(name, to_text(*value), "It must be a string.");
}

Result<std::string> Params::required(std::string_view name) const {
  TRY(auto value, text(name));
  if (value.empty())
    return failed(fail(Code::invalid, "field.missing", "'{}' is a required property", name).at(std::string(name)));
  return value;
}

Result<bool> Params::flag(std::string_view name, bool otherwise) const {
  TRY(const auto word, text(name));
  if (word.empty()) return otherwise;
  if (holds(words_true, word)) return true;
  if (holds(words_false, word)) return false;
  return bad(name, word, "It must be true or false.");
}

Result<std::optional<std::int64_t>> Params::count(std::string_view name, std::int64_t min) const {
  TRY(const auto word, text(name));
  if (word.empty() || word == "None") return std::nullopt;
  const auto number = digits(word);
  constexpr std::int64_t most = 1'000'000'000;
  if (!number || *number < min || *number > most)
    return bad(name, word, fmt::format("It must be an integer from {} to {}.", min, most));
  return number;
}

Result<Paging> paging_of(const Params& params, std::string_view default_sort_key) {
  Paging paging;
  if (params.has("limit")) {
    TRY(const auto word, params.text("limit"));
    const auto limit = digits(word);
    if (!limit || *limit <= 0)
      return failed(fail(Code::invalid, "query.bad_value", "Limit must be positive integer").at("limit"));
    paging.limit = std::min(std::size_t(*limit), max_limit);
  }
  TRY(paging.marker, params.text("marker"));
  TRY(paging.sort_key, params.text("sort_key"));
  if (paging.sort_key.empty()) paging.sort_key = default_sort_key;
  TRY(const auto direction, params.text("sort_dir"));
  if (!direction.empty() && direction != "asc" && direction != "desc") {
    return failed(fail(Code::invalid, "query.bad_value",
                       "Invalid sort direction: {}. Acceptable values are 'asc' or 'desc'", direction)
                      .at("sort_dir"));
  }
  paging.descending = direction == "desc";
  return paging;
}

Json next_link(const Call& call, const Params& params, std::string_view collection, const Paging& paging,
               std::size_t items, const std::string& last_uuid) {
  if (items == 0 || items < paging.limit) return nullptr;
  // the path begins with /v1 whatever the mount: zunclient cuts that off and appends the rest to its endpoint
  std::string url = fmt::format("{}/v1/{}?sort_key={}&sort_dir={}&limit={}&marker={}", call.base_url, collection,
                                percent_encode(paging.sort_key), paging.descending ? "desc" : "asc", paging.limit,
                                percent_encode(last_uuid));
  constexpr std::array<std::string_view, 4> own{"sort_key", "sort_dir", "limit", "marker"};
  for (const auto& [name, value] : params.all()) {
    if (!holds(own, std::string_view(name)))
      url += fmt::format("&{}={}", percent_encode(name),
                         percent_encode(value.is_string() ? to_std(value.get_string()) : to_text(value)));
  }
  return Json(std::string_view(url));
}

}  // namespace causeway::api::zun
