#include "causeway/services/containers/hosts.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/services/containers/usage.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Host;
using domain::HostCandidate;

namespace {

std::unexpected<Error> no_such_service(const std::string& host) {
  return failed(Code::not_found, "service.not_found", "Zun service zun-compute on host {} could not be found.", host);
}

struct SortKey {
  std::string_view name;
  bool (*less)(const HostCandidate&, const HostCandidate&);
};
constexpr std::array sort_keys{
    SortKey{"hostname", [](const HostCandidate& a, const HostCandidate& b) { return a.host.id < b.host.id; }},
    SortKey{"uuid", [](const HostCandidate& a, const HostCandidate& b) { return a.host.uuid < b.host.uuid; }},
    SortKey{"cpus", [](const HostCandidate& a, const HostCandidate& b) { return a.host.cpus < b.host.cpus; }},
    SortKey{"mem_total",
            [](const HostCandidate& a, const HostCandidate& b) { return a.host.memory_mib < b.host.memory_mib; }},
    SortKey{"disk_total",
            [](const HostCandidate& a, const HostCandidate& b) { return a.host.disk_gib < b.host.disk_gib; }},
    SortKey{"total_containers",
            [](const HostCandidate& a, const HostCandidate& b) { return a.usage.containers < b.usage.containers; }},
};

Result<std::vector<HostCandidate>> all_hosts(Reader& reader) {
  TRY(const auto usage, usage_of(reader, domain::ProjectId()));
  return host_candidates(reader, usage);
}

}  // namespace

Result<std::vector<HostCandidate>> Hosts::list(const HostQuery& query) {
  const auto key =
      std::find_if(sort_keys.begin(), sort_keys.end(), [&](const SortKey& k) { return k.name == query.sort_key; });
  if (key == sort_keys.end()) {
    return failed(fail(Code::invalid, "query.sort_key", "There is no sort key '{}'.", query.sort_key).at("sort_key"));
  }
  TRY(auto hosts, boundary::view(store_, all_hosts));
  std::sort(hosts.begin(), hosts.end(), [&](const HostCandidate& a, const HostCandidate& b) {
    if (key->less(a, b) != key->less(b, a)) return query.descending ? key->less(b, a) : key->less(a, b);
    return a.host.id < b.host.id;
  });
  auto first = hosts.begin();
  if (!query.marker.empty()) {
    first = std::find_if(first, hosts.end(), [&](const auto& h) { return h.host.uuid == query.marker; });
    if (first == hosts.end())
      return failed(Code::not_found, "host.not_found", "Host {} could not be found.", query.marker);
    ++first;
  }
  const auto count = std::min<std::size_t>(query.limit, std::size_t(hosts.end() - first));
  return std::vector<HostCandidate>(first, first + std::ptrdiff_t(count));
}

Result<HostCandidate> Hosts::show(const std::string& ident) {
  TRY(auto hosts, boundary::view(store_, all_hosts));
  const auto found = std::find_if(hosts.begin(), hosts.end(),
                                  [&](const auto& h) { return h.host.id.str() == ident || h.host.uuid == ident; });
  if (found == hosts.end()) return failed(Code::not_found, "host.not_found", "Host {} could not be found.", ident);
  return std::move(*found);
}

template <class Change>
Result<Host> Hosts::change(const std::string& name, Change&& change) {
  const Time now = clock_.now();
  return boundary::transact(store_, [&](Writer& writer) -> Result<Host> {
    TRY(auto host, boundary::find<Host>(writer, name));
    if (!host) return no_such_service(name);
    change(*host);
    host->updated_at = now;
    TRY_VOID(boundary::put(writer, *host));
    return *std::move(host);
  });
}

Result<Host> Hosts::enable(const std::string& name) {
  return change(name, [](Host& host) {
    host.disabled = false;
    host.disabled_reason.clear();
  });
}

Result<Host> Hosts::disable(const std::string& name, const std::string& reason) {
  return change(name, [&](Host& host) {
    host.disabled = true;
    host.disabled_reason = reason;
  });
}

Result<Host> Hosts::force_down(const std::string& name, bool down) {
  return change(name, [&](Host& host) { host.forced_down = down; });
}

Result<void> Hosts::forget(const std::string& name) {
  return store_.write([&](Writer& writer) -> Result<void> {
    TRY(const auto held, boundary::count<domain::Container>(writer, boundary::By{"host", name}));
    if (held > 0) return failed(Code::conflict, "host.in_use", "Host {} still holds {} containers.", name, held);
    TRY(const bool was_there, boundary::erase<Host>(writer, name));
    if (!was_there) return no_such_service(name);
    return {};
  });
}

Result<std::vector<std::string>> Hosts::zones() {
  TRY(const auto hosts, boundary::view(store_, [](Reader& reader) { return boundary::list<Host>(reader); }));
  std::set<std::string> zones;
  for (const auto& host : hosts) zones.insert(zone_of(host));
  return std::vector<std::string>(zones.begin(), zones.end());
}

}  // namespace causeway::services
