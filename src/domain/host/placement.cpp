#include "causeway/domain/host/placement.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "causeway/domain/host/inventory.hpp"

namespace causeway::domain {
namespace {

struct Request {
  const ContainerSpec& spec;
  const Footprint& needs;
  const PlacementRules& rules;
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
/// No host pins CPUs to containers.
bool can_pin_cpus(const Request& request, const HostCandidate&) { return request.spec.cpu_policy != "dedicated"; }
bool has_capacity(const Request& request, const HostCandidate& candidate) {
  constexpr double tolerance = 1e-6;
  const auto& [host, usage] = candidate;
  return usage.cpu + request.needs.cpu <= host.cpus * request.rules.cpu_ratio + tolerance &&
         double(usage.memory_mib + request.needs.memory_mib) <= double(host.memory_mib) * request.rules.memory_ratio;
}

struct Filter {
  std::string_view name;
  bool (*passes)(const Request&, const HostCandidate&);
};
/// In the order in which they are asked; a host counts for the first that refuses it.
constexpr std::array filters{Filter{"not requested", is_requested}, Filter{"zone", is_in_zone},
                             Filter{"disabled", is_enabled},        Filter{"down", is_alive},
                             Filter{"runtime", has_runtime},        Filter{"labels", has_labels},
                             Filter{"cpu policy", can_pin_cpus},    Filter{"capacity", has_capacity}};

auto load_of(const HostCandidate& candidate) {
  const double promised =
      candidate.host.memory_mib > 0 ? double(candidate.usage.memory_mib) / double(candidate.host.memory_mib) : 0;
  return std::tuple(candidate.usage.containers, promised, candidate.host.id.str());
}

std::string describe(const std::array<int, filters.size()>& refused) {
  std::string out;
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (refused[i] > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", filters[i].name, refused[i]);
  }
  return out.empty() ? "no hosts" : out;
}

}  // namespace

std::string zone_of(const Host& host, const std::string& default_zone) {
  return host.availability_zone.empty() ? default_zone : host.availability_zone;
}

Result<HostName> place(const ContainerSpec& spec, const Footprint& needs, const std::vector<HostCandidate>& candidates,
                       const PlacementRules& rules) {
  const Request request{spec, needs, rules};
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
  if (best != nullptr) return best->host.id;
  return failed(fail(Code::exhausted, "placement.no_host", "There are not enough hosts available.")
                    .while_("{}", describe(refused)));
}

}  // namespace causeway::domain
