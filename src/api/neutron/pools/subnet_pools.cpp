#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

using domain::SubnetPool;

constexpr std::size_t max_prefixes = 100;

Result<std::vector<domain::Cidr>> read_prefixes(const Json& value) {
  TRY(const auto texts, read_texts("prefixes", value));
  if (texts.size() > max_prefixes) return failed(invalid_input("prefixes", fmt::format("more than {} prefixes.", max_prefixes)));
  std::vector<domain::Cidr> out;
  for (const auto& text : texts) {
    auto prefix = domain::Cidr::parse(text);
    if (!prefix) return failed(invalid_input("prefixes", prefix.error().message));
    out.push_back(*prefix);
  }
  return out;
}

Result<int> read_length(const char* name, const Json& value) {
  TRY(const auto length, read_integer(name, value, 1, 128));
  return int(length);
}

Result<std::optional<std::int64_t>> read_default_quota(const Json& value) {
  if (value.is_null()) return std::optional<std::int64_t>();
  TRY(const auto quota, read_integer("default_quota", value, 0, INT64_MAX));
  return std::optional(quota);
}

Result<std::optional<domain::AddressScopeId>> read_scope(const Json& value) {
  if (value.is_null()) return std::optional<domain::AddressScopeId>();
  TRY(const auto id, read_text("address_scope_id", value));
  return std::optional(domain::AddressScopeId(id));
}

struct Pools {
  using Value = SubnetPool;
  static constexpr const char* one = "subnetpool";
  static constexpr const char* many = "subnetpools";
  // "shared" last: it is settable on POST only, where the table is cut before it for PUT
  static constexpr Attribute<Value> on_create[] = {
      {"name", false, [](const Json& v, Value& d) { return assign(d.name, read_text("name", v)); }},
      {"description", false, [](const Json& v, Value& d) { return assign(d.description, read_text("description", v)); }},
      {"prefixes", false, [](const Json& v, Value& d) { return assign(d.prefixes, read_prefixes(v)); }},
      {"default_prefixlen", false, [](const Json& v, Value& d) { return assign(d.default_prefixlen, read_length("default_prefixlen", v)); }},
      {"min_prefixlen", false, [](const Json& v, Value& d) { return assign(d.min_prefixlen, read_length("min_prefixlen", v)); }},
      {"max_prefixlen", false, [](const Json& v, Value& d) { return assign(d.max_prefixlen, read_length("max_prefixlen", v)); }},
      {"default_quota", false, [](const Json& v, Value& d) { return assign(d.default_quota, read_default_quota(v)); }},
      {"address_scope_id", false, [](const Json& v, Value& d) { return assign(d.address_scope_id, read_scope(v)); }},
      {"is_default", true, [](const Json& v, Value& d) { return assign(d.is_default, read_bool("is_default", v)); }},
      {"shared", false, [](const Json& v, Value& d) { return assign(d.shared, read_bool("shared", v)); }},
  };
  static constexpr std::span<const Attribute<Value>> on_update = std::span(on_create).first(std::size(on_create) - 1);
  static constexpr std::string_view read_only[] = {"id", "ip_version", "shared", "tags", "revision_number", "created_at", "updated_at"};
  static constexpr std::string_view filters[] = {"id", "name", "description", "ip_version", "default_prefixlen", "min_prefixlen", "max_prefixlen",
                                                 "default_quota", "address_scope_id", "is_default", "shared", "tenant_id", "project_id",
                                                 "revision_number", "created_at", "updated_at"};
  static constexpr std::string_view required[] = {"name", "prefixes"};
  static constexpr Tags tags = Tags::present;
  static boundary::ResourceService<Value>& service(NeutronApi& api) { return api.resources->subnet_pools; }
  static JsonObject view(const domain::Caller& who, const Value& pool) {
    JsonObject view{{"id", pool.id.str()},
                    {"name", pool.name},
                    {"description", pool.description},
                    {"ip_version", pool.ip_version},
                    {"prefixes", encode(pool.prefixes)},
                    {"default_prefixlen", pool.default_prefixlen},
                    {"min_prefixlen", pool.min_prefixlen},
                    {"max_prefixlen", pool.max_prefixlen},
                    {"default_quota", encode(pool.default_quota)},
                    {"address_scope_id", encode(pool.address_scope_id)},
                    {"is_default", pool.is_default},
                    {"shared", domain::shared_to(pool, who.project_id)},
                    {"tags", encode(pool.tags)}};
    add_owner(view, pool);
    add_times(view, pool);
    return view;
  }
};

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/subnetpools", Access::any_token, "get_subnetpools", 200, &list_all<Pools>, BodyKind::none},
    {"GET", "/v2.0/subnetpools/{id}", Access::any_token, "get_subnetpool", 200, &show_one<Pools>, BodyKind::none},
    {"POST", "/v2.0/subnetpools", Access::project, "create_subnetpool", 201, &create_some<Pools>},
    {"PUT", "/v2.0/subnetpools/{id}", Access::project, "update_subnetpool", 200, &update_one<Pools>},
    {"DELETE", "/v2.0/subnetpools/{id}", Access::project, "delete_subnetpool", 204, &remove_one<Pools>, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_subnet_pool_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc subnet_pool_doc() { return doc_of<Pools>("subnetpools"); }

}  // namespace causeway::api
