#include "causeway/domain/host/placement.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "causeway/domain/host/inventory.hpp"

namespace causeway::domain {
namespace {

constexpr double tolerance = 1e-6;

struct Request {
  const ContainerSpec& spec;
  const Footprint& needs;
  const Affinity& affinity;
  const PlacementRules& rules;
  bool dedicated = false;
};

bool is_requested(const Request& request, const HostCandidate& candidate) {
  return request.spec.host.empty() || request.spec.host == candidate.host.id.str();
}
bool is_in_zone(const Request& request, const HostCandidate& candidate) {
  const auto& zone = request.spec.availability_zone;
  return zone.empty() || zone == zone_of(candidate.host, request.rules.default_zone);
}
bool is_enabled(const Request&, const HostCandidate& candidate) { return !candidate.host.disabled; }
bool is_alive(const Request&, const HostCandidate& candidate) { return is_up(candidate.host); }
bool has_runtime(const Request& request, const HostCandidate& candidate) {
  const auto& offered = candidate.host.runtimes;
  return request.spec.runtime.empty() ||
         std::find(offered.begin(), offered.end(), request.spec.runtime) != offered.end();
}
/// Hints "label:K" = V ask for a host whose Engine carries the label K=V; other hints say nothing about a host.
bool has_labels(const Request& request, const HostCandidate& candidate) {
  constexpr std::string_view prefix = "label:";
  return std::all_of(request.spec.hints.begin(), request.spec.hints.end(), [&](const auto& hint) {
    if (!hint.first.starts_with(prefix)) return true;
    const auto label = candidate.host.labels.find(hint.first.substr(prefix.size()));
    return label != candidate.host.labels.end() && label->second == hint.second;
  });
}
bool is_near(const Request& request, const HostCandidate& candidate) {
  const auto& same = request.affinity.same_host;
  return !same || same->contains(candidate.host.id);
}
bool is_apart(const Request& request, const HostCandidate& candidate) {
  return !request.affinity.different_host.contains(candidate.host.id);
}

/// On a host that pins, CPUs of its own are taken from those that the others share: these keep at least one.
std::optional<CpuSet> own_cpus(const Request& request, const HostCandidate& candidate) {
  const auto& [host, usage] = candidate;
  return choose_cpus(int(host.cpus), usage.pinned, dedicated_cpus(request.needs), usage.sharing > 0 ? 1 : 0);
}
bool fits_cpu_policy(const Request& request, const HostCandidate& candidate) {
  const auto& [host, usage] = candidate;
  if (request.dedicated) return host.cpu_pinning && own_cpus(request, candidate).has_value();
  return int(usage.pinned.size()) < int(host.cpus) || usage.pinned.empty();
}
bool has_cpu(const Request& request, const HostCandidate& candidate) {
  const auto& [host, usage] = candidate;
  return usage.cpu + request.needs.cpu <= host.cpus * request.rules.cpu_ratio + tolerance;
}
bool has_memory(const Request& request, const HostCandidate& candidate) {
  const auto& [host, usage] = candidate;
  return double(usage.memory_mib + request.needs.memory_mib) <=
         double(host.memory_mib) * request.rules.memory_ratio + tolerance;
}
bool has_disk(const Request& request, const HostCandidate& candidate) {
  const auto& [host, usage] = candidate;
  return request.needs.disk_gib == 0 || double(usage.disk_gib + request.needs.disk_gib) <=
                                            double(host.disk_gib) * request.rules.disk_ratio + tolerance;
}

struct Filter {
  std::string_view name;
  bool (*passes)(const Request&, const HostCandidate&);
};
/// In the order in which they are asked; a host counts for the first that refuses it.
constexpr std::array filters{Filter{"not requested", is_requested},
                             Filter{"zone", is_in_zone},
                             Filter{"disabled", is_enabled},
                             Filter{"down", is_alive},
                             Filter{"runtime", has_runtime},
                             Filter{"labels", has_labels},
                             Filter{"same_host", is_near},
                             Filter{"different_host", is_apart},
                             Filter{"cpu policy", fits_cpu_policy},
                             Filter{"cpu", has_cpu},
                             Filter{"memory", has_memory},
                             Filter{"disk", has_disk}};

auto load_of(const HostCandidate& candidate) {
  const auto& [host, usage] = candidate;
  const double promised = host.memory_mib > 0 ? double(usage.memory_mib) / double(host.memory_mib) : 0;
  return std::tuple(usage.containers, promised, !usage.has_image, host.id.str());
}

std::string describe(const std::array<int, filters.size()>& refused) {
  std::string out;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (refused[i] > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", filters[i].name, refused[i]);
  }
  return out.empty() ? "There is no host at all." : "Hosts refused: " + out + ".";
}

}  // namespace

std::string zone_of(const Host& host, const std::string& default_zone) {
  return host.availability_zone.empty() ? default_zone : host.availability_zone;
}

int dedicated_cpus(const Footprint& needs) { return std::max(1, int(std::ceil(needs.cpu - tolerance))); }

Result<Placement> place(const ContainerSpec& spec, const Footprint& needs, const Affinity& affinity,
                        const std::vector<HostCandidate>& candidates, const PlacementRules& rules) {
  const Request request{spec, needs, affinity, rules, spec.cpu_policy == "dedicated"};
  std::array<int, filters.size()> refused{};
  const HostCandidate* best = nullptr;
  for (const auto& candidate : candidates) {
    const auto refusing = std::find_if(filters.begin(), filters.end(),
                                       [&](const Filter& filter) { return !filter.passes(request, candidate); });
    if (refusing != filters.end()) {
      ++refused[std::size_t(refusing - filters.begin())];
    } else if (best == nullptr || load_of(candidate) < load_of(*best)) {
      best = &candidate;
    }
  }
  if (best == nullptr) {
    return failed(Code::exhausted, "placement.no_host", "There are not enough hosts available. {}", describe(refused));
  }
  Placement out{best->host.id, {}};
  if (request.dedicated) out.cpuset = to_text(own_cpus(request, *best).value_or(CpuSet{}));
  return out;
}

}  // namespace causeway::domain
