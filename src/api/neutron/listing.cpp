#include "causeway/api/neutron/listing.hpp"

#include <algorithm>
#include <charconv>
#include <compare>
#include <set>

#include "causeway/base/encoding.hpp"

namespace causeway::api {
namespace {

constexpr std::string_view reserved[] = {"fields", "limit", "marker", "page_reverse", "sort_key", "sort_dir"};
constexpr std::string_view tag_filters[] = {"tags", "tags-any", "not-tags", "not-tags-any"};

bool one_of(std::string_view name, std::span<const std::string_view> names) { return std::find(names.begin(), names.end(), name) != names.end(); }

std::string as_text(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return to_std(value.get_string());
  return to_text(value);
}

bool equals(const Json& value, std::string_view wanted) {
  if (value.is_bool()) {
    const std::string word = to_lower(wanted);
    return value.get_bool() ? word == "true" || word == "1" : word == "false" || word == "0";
  }
  if (value.is_array()) {
    return std::any_of(value.get_array().begin(), value.get_array().end(), [&](const Json& item) { return equals(item, wanted); });
  }
  return as_text(value) == wanted;
}

constexpr std::string_view fixed_ip_keys[] = {"subnet_id", "ip_address", "ip_address_substr"};

bool is_fixed_ip_wish(std::string_view wish) {
  const auto equal = wish.find('=');
  return equal != std::string_view::npos && one_of(wish.substr(0, equal), fixed_ip_keys);
}

/// Filter of `fixed_ips=ip_address=10.0.0.5`: all wishes of one key are alternatives, keys must all be met.
bool fixed_ips_match(const Json& fixed_ips, const std::vector<std::string_view>& wishes) {
  for (const std::string_view key : fixed_ip_keys) {
    bool asked = false;
    bool met = false;
    for (const auto wish : wishes) {
      const auto equal = wish.find('=');
      if (equal == std::string_view::npos || wish.substr(0, equal) != key) continue;
      asked = true;
      const auto wanted = wish.substr(equal + 1);
      for (const auto& ip : fixed_ips.get_array()) {
        const std::string have = text_member(ip, key == "subnet_id" ? "subnet_id" : "ip_address");
        met = met || (key == "ip_address_substr" ? have.find(wanted) != std::string::npos : have == wanted);
      }
    }
    if (asked && !met) return false;
  }
  return true;
}

bool tags_match(const Json& tags, std::string_view filter, const std::vector<std::string_view>& values) {
  std::size_t met = 0;
  std::vector<std::string_view> wanted;
  for (const auto value : values) {
    for (const auto tag : split(value, ',')) wanted.push_back(tag);
  }
  for (const auto tag : wanted) met += equals(tags, tag) ? 1 : 0;
  if (filter == "tags") return met == wanted.size();
  if (filter == "tags-any") return met > 0;
  if (filter == "not-tags") return met != wanted.size();
  return met == 0;
}

bool matches(const Call& call, const JsonObject& view, const std::set<std::string, std::less<>>& names) {
  for (const auto& name : names) {
    const auto values = call.request.query.all_of(name);
    if (one_of(name, tag_filters)) {
      if (!tags_match(view.at("tags"), name, values)) return false;
      continue;
    }
    if (name == "fixed_ips") {
      if (!fixed_ips_match(view.at("fixed_ips"), values)) return false;
      continue;
    }
    const Json* have = view.if_contains(name);
    const bool any = have != nullptr && std::any_of(values.begin(), values.end(), [&](std::string_view wanted) {
                       return equals(*have, name == "mac_address" ? to_lower(wanted) : std::string(wanted));
                     });
    if (!any) return false;
  }
  return true;
}

Result<std::set<std::string, std::less<>>> filter_names(const Call& call, const ListRules& rules) {
  std::set<std::string, std::less<>> names;
  std::string unknown;
  for (const auto& [name, value] : call.request.query.all()) {
    if (one_of(name, reserved)) continue;
    const bool of_tags = rules.tags == Tags::present && one_of(name, tag_filters);
    if (!one_of(name, rules.filters) && !of_tags) {
      unknown += (unknown.empty() ? "'" : ", '") + name + "'";
      continue;
    }
    if (name == "fixed_ips" && !is_fixed_ip_wish(value)) {
      // ignoring it would list everything to somebody who is about to delete what is listed
      return failed(fail(Code::invalid, "filter.fixed_ips", "fixed_ips must be subnet_id=, ip_address= or ip_address_substr=, not '{}'", value).at("fixed_ips"));
    }
    names.insert(name);
  }
  if (!unknown.empty()) {
    return failed(fail(Code::invalid, "filter.unknown", "[{}] is invalid attribute for filtering", unknown).at(unknown));
  }
  return names;
}

/// "" for what has none: zones.
std::string_view id_of(const JsonObject& view) {
  const Json* id = view.if_contains("id");
  return id != nullptr && id->is_string() ? std::string_view(id->get_string()) : std::string_view();
}

/// Numbers by value, the rest as text.
std::strong_ordering order_of(const Json* left, const Json* right) {
  if (left != nullptr && right != nullptr && left->is_number() && right->is_number()) {
    return left->to_number<std::int64_t>() <=> right->to_number<std::int64_t>();
  }
  const std::string x = left != nullptr ? as_text(*left) : "";
  const std::string y = right != nullptr ? as_text(*right) : "";
  return x <=> y;
}

Result<void> sort_views(const Call& call, const ListRules& rules, std::vector<JsonObject>& views) {
  const auto keys = call.request.query.all_of("sort_key");
  const auto dirs = call.request.query.all_of("sort_dir");
  if (!dirs.empty() && keys.size() != dirs.size()) {
    return failed(Code::invalid, "sort.count", "The number of sort_keys and sort_dirs must be same");
  }
  for (const auto key : keys) {
    if (!one_of(key, rules.filters)) return failed(Code::invalid, "sort.key", "'{}' is not a sortable attribute", key);
  }
  for (const auto dir : dirs) {
    if (dir != "asc" && dir != "desc") return failed(Code::invalid, "sort.dir", "sort_dir must be asc or desc, not '{}'", dir);
  }
  std::sort(views.begin(), views.end(), [&](const JsonObject& a, const JsonObject& b) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto order = order_of(a.if_contains(keys[i]), b.if_contains(keys[i]));
      if (order != 0) return (i < dirs.size() && dirs[i] == "desc") ? order > 0 : order < 0;
    }
    if (id_of(a) != id_of(b)) return id_of(a) < id_of(b);
    return id_of(a).empty() && to_text(a) < to_text(b);
  });
  return {};
}

/// The links' URL: the request again, with another marker.
std::string page_url(const Call& call, std::string_view marker, bool reverse) {
  std::string url = call.base_url + call.request.path + "?";
  for (const auto& [name, value] : call.request.query.all()) {
    if (name == "marker" || name == "page_reverse") continue;
    url += percent_encode(name) + "=" + percent_encode(value) + "&";
  }
  url += "marker=" + percent_encode(marker);
  if (reverse) url += "&page_reverse=True";
  return url;
}

/// Cuts `views` to the page that was asked for; the links of the page.
Result<JsonArray> cut_page(const Call& call, std::vector<JsonObject>& views) {
  JsonArray links;
  const std::string_view limit_text = call.query("limit");
  std::size_t limit = 0;
  if (!limit_text.empty()) {
    const auto [end, error] = std::from_chars(limit_text.data(), limit_text.data() + limit_text.size(), limit);
    if (error != std::errc() || end != limit_text.data() + limit_text.size()) {
      return failed(fail(Code::invalid, "page.limit", "Bad limit value: '{}' is not a number from 0 on.", limit_text).at("limit"));
    }
  }
  const std::string_view marker = call.query("marker");
  const bool reverse = to_lower(call.query("page_reverse")) == "true";
  if (reverse) std::reverse(views.begin(), views.end());
  if (!marker.empty()) {
    const auto at = std::find_if(views.begin(), views.end(), [&](const JsonObject& view) { return id_of(view) == marker; });
    if (at == views.end()) return failed(fail(Code::not_found, "page.marker", "The marker {} could not be found.", marker).at("marker"));
    views.erase(views.begin(), at + 1);
  }
  const bool full = limit > 0 && views.size() >= limit;
  if (limit > 0 && views.size() > limit) views.resize(limit);
  if (reverse) std::reverse(views.begin(), views.end());
  if (limit == 0 || views.empty()) return links;
  if (full || reverse) links.push_back(JsonObject{{"rel", "next"}, {"href", page_url(call, id_of(views.back()), false)}});
  if (reverse ? full : !marker.empty()) {
    links.push_back(JsonObject{{"rel", "previous"}, {"href", page_url(call, id_of(views.front()), true)}});
  }
  return links;
}

}  // namespace

Json with_fields(const Call& call, JsonObject view) {
  const auto fields = call.request.query.all_of("fields");
  if (fields.empty()) return view;
  JsonObject out;
  for (const auto& [key, value] : view) {
    if (std::find(fields.begin(), fields.end(), std::string_view(key)) != fields.end()) out.emplace(key, value);
  }
  return out;
}

boundary::Narrow narrow_of(const Call& call) {
  // only what is asked for exactly once narrows; repeated values are alternatives, which the filters handle
  const auto single = [&](std::string_view name) {
    const auto values = call.request.query.all_of(name);
    return values.size() == 1 ? std::string(values.front()) : std::string();
  };
  boundary::Narrow narrow{single("id"), single("name"), single("network_id"), single("device_id"), single("project_id")};
  if (narrow.project_id.empty()) narrow.project_id = single("tenant_id");
  return narrow;
}

Result<Reply> list_reply(const Call& call, const ListRules& rules, JsonArray rendered) {
  TRY(const auto names, filter_names(call, rules));
  std::vector<JsonObject> views;
  for (auto& view : rendered) {
    if (matches(call, view.get_object(), names)) views.push_back(std::move(view.get_object()));
  }
  TRY_VOID(sort_views(call, rules, views));
  TRY(auto links, cut_page(call, views));
  JsonArray items;
  items.reserve(views.size());
  for (auto& view : views) items.push_back(with_fields(call, std::move(view)));
  JsonObject body{{rules.collection, std::move(items)}};
  if (!links.empty()) body.emplace(std::string(rules.collection) + "_links", std::move(links));
  return Reply::json(std::move(body));
}

}  // namespace causeway::api
