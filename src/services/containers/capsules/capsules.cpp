#include "causeway/services/containers/capsules/capsules.hpp"

#include <algorithm>
#include <array>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/services/containers/capsules/capsule_records.hpp"
#include "causeway/services/containers/lookup.hpp"
#include "causeway/services/containers/policy.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Capsule;
using domain::Container;

namespace {

Result<CapsuleWithMembers> with_members(Reader& reader, Capsule capsule) {
  TRY(const auto members, members_of(reader, capsule.id));
  CapsuleWithMembers out{std::move(capsule), domain::state_of(members), {}, {}, {}};
  const auto pick = [&](const std::vector<domain::ContainerId>& ids, std::vector<Container>& into) {
    for (const auto& id : ids) {
      const auto found = std::ranges::find(members, id, &Container::id);
      if (found != members.end()) into.push_back(*found);
    }
  };
  pick(out.capsule.containers, out.containers);
  pick(out.capsule.init_containers, out.init_containers);
  const auto sandbox = std::ranges::find(members, out.capsule.sandbox, &Container::id);
  if (sandbox != members.end()) {
    out.sandbox.container = *sandbox;
    TRY(out.sandbox.ports, ports_of(reader, *sandbox));
  }
  return out;
}

struct SortKey {
  std::string_view name;
  bool (*less)(const Capsule&, const Capsule&);
};
bool made_before(const Capsule& a, const Capsule& b) {
  return a.created_at != b.created_at ? a.created_at < b.created_at : a.id < b.id;
}
constexpr std::array sort_keys{
    SortKey{"id", made_before},
    SortKey{"created_at", made_before},
    SortKey{"uuid", [](const Capsule& a, const Capsule& b) { return a.id < b.id; }},
    SortKey{"name", [](const Capsule& a, const Capsule& b) { return a.name < b.name; }},
    SortKey{"project_id", [](const Capsule& a, const Capsule& b) { return a.project_id < b.project_id; }},
    SortKey{"user_id", [](const Capsule& a, const Capsule& b) { return a.user_id < b.user_id; }},
    SortKey{"host", [](const Capsule& a, const Capsule& b) { return a.host < b.host; }},
    SortKey{"cpu", [](const Capsule& a, const Capsule& b) { return a.cpu < b.cpu; }},
    SortKey{"memory", [](const Capsule& a, const Capsule& b) { return a.memory_mib < b.memory_mib; }},
    SortKey{"updated_at", [](const Capsule& a, const Capsule& b) { return a.updated_at < b.updated_at; }},
};

Result<std::vector<Capsule>> page_of(std::vector<Capsule> all, const CapsuleQuery& query) {
  const auto key = std::ranges::find(sort_keys, query.sort_key, &SortKey::name);
  if (key == sort_keys.end()) {
    return failed(fail(Code::invalid, "query.sort_key", "There is no sort key '{}'.", query.sort_key).at("sort_key"));
  }
  std::ranges::sort(all, [&](const Capsule& a, const Capsule& b) {
    const Capsule& first = query.descending ? b : a;
    const Capsule& second = query.descending ? a : b;
    if (key->less(first, second) != key->less(second, first)) return key->less(first, second);
    return made_before(first, second);  // a total order, so that pages neither skip nor repeat
  });
  auto first = all.begin();
  if (!query.marker.empty()) {
    first = std::ranges::find(all, query.marker, &Capsule::id);
    if (first == all.end())
      return failed(Code::not_found, "capsule.not_found", "Capsule {} could not be found.", query.marker);
    ++first;
  }
  const auto count = std::min<std::size_t>(query.limit, std::size_t(all.end() - first));
  return std::vector<Capsule>(first, first + std::ptrdiff_t(count));
}

}  // namespace

Result<std::vector<CapsuleWithMembers>> Capsules::list(const domain::Caller& who, const CapsuleQuery& query) {
  const bool everywhere = query.projects == ProjectScope::all && deps_.options.policy.allows("capsule:get_all_all_projects", who);
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<CapsuleWithMembers>> {
    TRY(auto all, everywhere ? boundary::list<Capsule>(reader)
                             : boundary::list<Capsule>(reader, boundary::By{"project_id", who.project_id.str()}));
    TRY(auto page, page_of(std::move(all), query));
    std::vector<CapsuleWithMembers> out;
    for (auto& capsule : page) {
      TRY(auto shown, with_members(reader, std::move(capsule)));
      out.push_back(std::move(shown));
    }
    return out;
  });
}

Result<CapsuleWithMembers> Capsules::show(const domain::Caller& who, const std::string& ident, ProjectScope projects) {
  if (projects == ProjectScope::all) TRY_VOID(deps_.options.policy.check("capsule:get_one_all_projects", who));
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<CapsuleWithMembers> {
    TRY(auto capsule, find_capsule(reader, who, ident));
    return with_members(reader, std::move(capsule));
  });
}

Result<void> Capsules::remove(const domain::Caller& who, const std::string& ident, ProjectScope projects) {
  if (projects == ProjectScope::all) TRY_VOID(deps_.options.policy.check("capsule:delete_all_projects", who));
  const Time now = deps_.clock.now();
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto capsule, find_capsule(writer, who, ident));
    TRY(auto members, members_of(writer, capsule.id));
    if (capsule.host.empty()) {  // no host ever heard of it
      for (const auto& member : members) TRY_VOID(boundary::erase<Container>(writer, member.id));
      TRY_VOID(boundary::erase<Capsule>(writer, capsule.id));
      return {};
    }
    TRY(const auto host, boundary::find<domain::Host>(writer, capsule.host));
    const bool lost = !host || !domain::is_up(*host);
    for (auto& member : members) {
      domain::ask_removal(member, false);
      if (lost) domain::abandon(member);
      member.updated_at = now;
      TRY_VOID(boundary::put(writer, member));
    }
    if (lost) {  // gone for its users; the members hold their addresses until the host is back, or given up for good
      TRY_VOID(boundary::erase<Capsule>(writer, capsule.id));
      return {};
    }
    capsule.updated_at = now;
    TRY_VOID(boundary::put(writer, capsule));
    return {};
  });
}

}  // namespace causeway::services
