#include "causeway/services/containers/hosts.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/services/containers/hosts/host_loss.hpp"
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

}  // namespace

/// The records, with what is known of the hosts' liveness beyond them.
Result<std::vector<HostCandidate>> Hosts::all_hosts() {
  TRY(auto out, boundary::view(deps_.store, [](Reader& reader) -> Result<std::vector<HostCandidate>> {
        TRY(const auto usage, usage_of(reader, domain::ProjectId()));
        return host_candidates(reader, usage);
      }));
  for (auto& [host, usage] : out) {
    const auto since = deps_.liveness.since_record(host.id);
    host.last_seen = std::max(host.last_seen, since.heard);
    host.report_count += since.reports;
  }
  return out;
}

Result<std::vector<HostCandidate>> Hosts::list(const HostQuery& query) {
  const auto key =
      std::find_if(sort_keys.begin(), sort_keys.end(), [&](const SortKey& k) { return k.name == query.sort_key; });
  if (key == sort_keys.end()) {
    return failed(fail(Code::invalid, "query.sort_key", "There is no sort key '{}'.", query.sort_key).at("sort_key"));
  }
  TRY(auto hosts, all_hosts());
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
  TRY(auto hosts, all_hosts());
  const auto found = std::find_if(hosts.begin(), hosts.end(),
                                  [&](const auto& h) { return h.host.id.str() == ident || h.host.uuid == ident; });
  if (found == hosts.end()) return failed(Code::not_found, "host.not_found", "Host {} could not be found.", ident);
  return std::move(*found);
}

template <class Change>
Result<Host> Hosts::change(const std::string& name, Change&& change) {
  const Time now = deps_.clock.now();
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Host> {
    TRY(auto host, boundary::find<Host>(writer, name));
    if (!host) return no_such_service(name);
    host->updated_at = now;
    TRY_VOID(change(writer, *host));
    TRY_VOID(boundary::put(writer, *host));
    return *std::move(host);
  });
}

Result<Host> Hosts::enable(const std::string& name) {
  return change(name, [](Writer&, Host& host) -> Result<void> {
    host.disabled = false;
    host.disabled_reason.clear();
    return {};
  });
}

Result<Host> Hosts::disable(const std::string& name, const std::string& reason) {
  return change(name, [&](Writer&, Host& host) -> Result<void> {
    host.disabled = true;
    host.disabled_reason = reason;
    return {};
  });
}

Result<Host> Hosts::force_down(const std::string& name, bool down) {
  const domain::HostName id(name);
  const Time now = deps_.clock.now();
  auto changed = change(name, [&](Writer& writer, Host& host) -> Result<void> {
    host.forced_down = down;
    const auto since = deps_.liveness.since_record(id);
    host.last_seen = std::max(host.last_seen, since.heard);
    return domain::is_up(host) ? Result<void>() : lose_containers(writer, deps_.network, host, now);
  });
  // in doubt once it is written: the next report is measured against the record
  deps_.liveness.doubt(id);
  if (changed) deps_.liveness.want_all(id);
  return changed;
}

Result<void> Hosts::forget(const std::string& name) {
  const domain::HostName id(name);
  TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto host, boundary::find<Host>(writer, id));
    if (!host) return no_such_service(name);
    std::size_t held = 0;
    if (domain::is_up(*host)) {
      TRY(held, boundary::count<domain::Container>(writer, boundary::By{"host", name}));
    } else {
      TRY(held, erase_abandoned(writer, deps_.network, id));
    }
    if (held > 0) return failed(Code::conflict, "host.in_use", "Host {} still holds {} containers.", name, held);
    TRY_VOID(boundary::erase<Host>(writer, id));
    return {};
  }));
  deps_.liveness.forget(id);
  return {};
}

Result<std::vector<std::string>> Hosts::zones() {
  TRY(const auto hosts, boundary::view(deps_.store, [](Reader& reader) { return boundary::list<Host>(reader); }));
  std::set<std::string> zones;
  for (const auto& host : hosts) zones.insert(zone_of(host));
  return std::vector<std::string>(zones.begin(), zones.end());
}

}  // namespace causeway::services
