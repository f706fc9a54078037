#include "causeway/services/containers/registries/registries.hpp"

#include <algorithm>
#include <array>

#include "causeway/base/encoding.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/image/image_reference.hpp"
#include "causeway/services/containers/policy.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Registry;

namespace {

constexpr std::size_t max_registries = 100;  ///< of one project

constexpr std::array columns{
    // "id" is the order in which they were made
    Column<Registry>{"id", [](const Registry& r) { return fmt::format("{:020}", r.created_at.time_since_epoch().count()); }},
    Column<Registry>{"uuid", [](const Registry& r) { return r.id.str(); }},
    Column<Registry>{"name", [](const Registry& r) { return r.name; }},
    Column<Registry>{"domain", [](const Registry& r) { return r.domain; }},
    Column<Registry>{"username", [](const Registry& r) { return r.username; }},
    Column<Registry>{"project_id", [](const Registry& r) { return r.project_id.str(); }},
    Column<Registry>{"user_id", [](const Registry& r) { return r.user_id.str(); }},
};

std::unexpected<Error> no_such_registry(const std::string& ident) {
  return failed(fail(Code::not_found, "registry.not_found", "Registry {} could not be found.", ident).at("registry"));
}

std::string place_of(const Registry& registry) { return "registry/" + registry.id.str(); }

bool passes(const Registry& registry, const std::map<std::string, std::string>& filters) {
  return std::ranges::all_of(filters, [&](const auto& filter) {
    const auto column = std::ranges::find(columns, filter.first, &Column<Registry>::name);
    return column == columns.end() || column->text(registry) == filter.second;
  });
}

/// The few members of a container record that say which registry it names.
struct RegistryUse {
  static constexpr std::string_view kind = domain::Container::kind;
  domain::ContainerId id;
  domain::ImageRef image_ref;
  static constexpr auto fields() { return std::tuple{field("id", &RegistryUse::id), field("image_ref", &RegistryUse::image_ref)}; }
  std::vector<domain::IndexEntry> indexes() const { return {}; }
};

}  // namespace

Result<Registry> find_registry(Reader& reader, const domain::Caller& who, const std::string& ident) {
  if (is_uuid(ident)) {
    TRY(auto found, boundary::find<Registry>(reader, ident));
    if (!found || !who.sees(found->project_id)) return no_such_registry(ident);
    return *std::move(found);
  }
  TRY(auto named, boundary::list<Registry>(reader, boundary::By{"name", ident}));
  std::erase_if(named, [&](const Registry& registry) { return !who.sees(registry.project_id); });
  if (named.empty()) return no_such_registry(ident);
  if (named.size() > 1) {
    return failed(fail(Code::conflict, "registry.ambiguous",
                       "Multiple registries exist with same name. Please use the registry uuid instead.")
                      .at("registry"));
  }
  return std::move(named.front());
}

Result<void> Registries::apply(Registry& registry, const domain::RegistryWish& wish) {
  if (wish.name) registry.name = *wish.name;
  if (wish.domain) registry.domain = *wish.domain;
  if (wish.username) registry.username = *wish.username;
  if (!wish.password) return {};
  registry.sealed_password.clear();
  if (!wish.password->empty()) {
    TRY(registry.sealed_password, vault_.seal(*wish.password, place_of(registry)));
  }
  return {};
}

Result<Registry> Registries::create(const domain::Caller& who, const domain::RegistryWish& wish) {
  if (who.project_id.empty()) {
    return failed(Code::forbidden, "policy.no_project", "Creating a registry needs a token that is scoped to a project.");
  }
  Registry registry;
  registry.id = domain::RegistryId(ids_.uuid());
  registry.project_id = who.project_id;
  registry.user_id = who.user_id;
  registry.created_at = clock_.now();
  TRY_VOID(apply(registry, wish));
  TRY_VOID(store_.write([&](Writer& writer) -> Result<void> {
    TRY(const auto held, boundary::count<Registry>(writer, boundary::By{"project_id", who.project_id.str()}));
    if (held >= max_registries) {
      return failed(Code::exhausted, "registry.quota", "A project may have {} registries.", max_registries);
    }
    TRY_VOID(boundary::put(writer, registry));
    return {};
  }));
  return registry;
}

Result<std::vector<Registry>> Registries::list(const domain::Caller& who, const RegistryQuery& query) {
  const bool all = query.projects == ProjectScope::all;
  if (all) TRY_VOID(policy_.check("registry:get_all_all_projects", who));
  TRY(auto found, boundary::view(store_, [&](Reader& reader) {
        return boundary::list<Registry>(reader, all ? std::nullopt : std::optional(boundary::By{"project_id", who.project_id.str()}));
      }));
  // behind the marker first: an item that does not pass may still be where the page before ended
  auto page = query.page;
  page.limit = found.size();
  TRY(auto sorted, cut_page<Registry>(std::move(found), columns, page, "registry.not_found"));
  std::erase_if(sorted, [&](const Registry& registry) { return !passes(registry, query.filters); });
  if (sorted.size() > query.page.limit) sorted.resize(query.page.limit);
  return sorted;
}

Result<Registry> Registries::show(const domain::Caller& who, const std::string& ident) {
  return boundary::view(store_, [&](Reader& reader) { return find_registry(reader, who, ident); });
}

Result<Registry> Registries::update(const domain::Caller& who, const std::string& ident, const domain::RegistryWish& wish) {
  return boundary::transact(store_, [&](Writer& writer) -> Result<Registry> {
    TRY(auto registry, find_registry(writer, who, ident));
    TRY_VOID(apply(registry, wish));
    registry.updated_at = clock_.now();
    TRY_VOID(boundary::put(writer, registry));
    return registry;
  });
}

Result<void> Registries::remove(const domain::Caller& who, const std::string& ident) {
  return store_.write([&](Writer& writer) -> Result<void> {
    TRY(const auto registry, find_registry(writer, who, ident));
    TRY(const auto containers, boundary::list<RegistryUse>(writer));
    const auto users = std::ranges::count(containers, registry.id.str(), [](const RegistryUse& use) { return use.image_ref.registry_id; });
    if (users > 0) {
      return failed(Code::conflict, "registry.in_use", "Registry {} is used by {} containers. Delete them first.", registry.id, users);
    }
    TRY_VOID(boundary::erase<Registry>(writer, registry.id));
    return {};
  });
}

Result<domain::RegistryCredentials> Registries::credentials_for(const domain::HostName& host, const domain::ContainerId& id) {
  std::optional<Registry> registry;
  TRY_VOID(store_.read([&](Reader& reader) -> Result<void> {
    TRY(const auto container, boundary::find<domain::Container>(reader, id));
    if (!container || container->host != host || container->image_ref.registry_id.empty()) return {};
    TRY(auto named, boundary::find<Registry>(reader, container->image_ref.registry_id));
    const auto reference = domain::parse_image_reference(container->image_ref.id);
    // the registry may have been pointed elsewhere since: its password is for its own domain only
    if (named && reference && domain::is_of_registry(*reference, named->domain)) registry = std::move(named);
    return {};
  }));
  if (!registry) return failed(Code::not_found, "registry.no_credentials", "There are no credentials for the image of container {}.", id);
  domain::RegistryCredentials out{registry->domain, registry->username, ""};
  if (!registry->sealed_password.empty()) {
    TRY(out.password, vault_.open(registry->sealed_password, place_of(*registry)));
  }
  return out;
}

}  // namespace causeway::services
