#include <concepts>

#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::TagChange;
using Tags = std::vector<std::string>;

namespace {

template <class T>
Result<T> seen(Reader& reader, const Caller& who, const std::string& id) {
  if constexpr (std::same_as<T, domain::Network>) return central::seen_network(reader, who, domain::NetworkId(id));
  if constexpr (std::same_as<T, domain::Subnet>) return central::seen_subnet(reader, who, domain::SubnetId(id));
  TRY(auto value, boundary::find<T>(reader, id));
  bool visible = value && who.sees(value->project_id);
  if constexpr (requires { value->shared_with; }) visible = value && domain::sees_object(who, *value);
  if (!visible) return central::absent(T::kind, id);
  return *std::move(value);
}

template <class T>
Result<Tags> read(Reader& reader, const Caller& who, const std::string& id) {
  TRY(auto value, seen<T>(reader, who, id));
  return std::move(value.tags);
}

template <class T>
Result<Tags> change(const CentralDeps& deps, Writer& writer, const Caller& who, const std::string& id, const TagChange& change) {
  TRY(auto value, seen<T>(writer, who, id));
  if (!who.sees(value.project_id)) return central::denied("update_tags");
  if constexpr (std::same_as<T, domain::Port>) {
    if (value.region != deps.region) {
      return failed(Code::conflict, "port.other_region", "Port {} belongs to region {}; change it there.", id, value.region);
    }
  }
  TRY(value.tags, domain::tags_after(std::move(value.tags), change, deps.options.limits));
  TRY_VOID(central::put_changed(writer, value, deps.clock.now()));
  return value.tags;
}

struct Kind {
  std::string_view name;
  Result<Tags> (*read)(Reader&, const Caller&, const std::string&);
  Result<Tags> (*change)(const CentralDeps&, Writer&, const Caller&, const std::string&, const TagChange&);
};
template <class T>
constexpr Kind kind_of() {
  return {T::kind, &read<T>, &change<T>};
}
constexpr Kind kinds[] = {
    kind_of<domain::Network>(),    kind_of<domain::Subnet>(), kind_of<domain::Port>(),       kind_of<domain::SecurityGroup>(),
    kind_of<domain::SubnetPool>(), kind_of<domain::Router>(), kind_of<domain::FloatingIp>(), kind_of<domain::QosPolicy>(),
    kind_of<domain::Trunk>(),
};

Result<const Kind*> kind_named(std::string_view name) {
  for (const auto& kind : kinds) {
    if (kind.name == name) return &kind;
  }
  return failed(Code::not_found, "tags.bad_kind", "'{}' has no tags.", name);
}

}  // namespace

Result<Tags> CentralNetworks::get_tags(const Caller& who, std::string_view name, const std::string& id) {
  TRY(const Kind* kind, kind_named(name));
  return boundary::view(deps_.store, [&](Reader& reader) { return kind->read(reader, who, id); });
}

Result<Tags> CentralNetworks::change_tags(const Caller& who, std::string_view name, const std::string& id, const TagChange& change) {
  TRY(const Kind* kind, kind_named(name));
  return boundary::transact(deps_.store, [&](Writer& writer) { return kind->change(deps_, writer, who, id, change); });
}

}  // namespace causeway::services
