#include "causeway/services/central/pods.hpp"

#include <algorithm>

#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/services/central/port_claims.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Pod;

namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

Result<void> check_against(const Pod& pod, const std::vector<Pod>& others) {
  for (const auto& other : others) {
    if (pod.az_name.empty() && other.az_name.empty())
      return failed(Code::conflict, "pod.central_exists", "Top region already exists");
    if (other.region_name != pod.region_name) continue;
    if (other.az_name.empty())
      return failed(Code::conflict, "pod.region_is_central", "Pod region name duplicated with the top region name");
    return failed(Code::conflict, "pod.exists", "Record already exists");
  }
  return {};
}

template <class T, class Keep>
Result<void> erase_all(Writer& writer, const std::vector<T>& values, Keep of_region) {
  for (const auto& value : values) {
    if (of_region(value)) TRY_VOID(boundary::erase<T>(writer, value.id));
  }
  return {};
}

}  // namespace

Result<Pod> Pods::create(const Pod& draft) {
  Pod pod{domain::PodId(deps_.ids.uuid()), domain::RegionName(trimmed(draft.region_name.str())), trimmed(draft.az_name),
          trimmed(draft.pod_az_name), trimmed(draft.dc_name)};
  if (pod.region_name.empty()) {
    return failed(fail(Code::invalid, "pod.no_region", "Valid region_name is required for {} region",
                       pod.az_name.empty() ? "top" : "bottom")
                      .at("region_name"));
  }
  if (pod.az_name.empty()) pod.pod_az_name.clear();
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Pod> {
    TRY(const auto others, boundary::list<Pod>(writer));
    TRY_VOID(check_against(pod, others));
    TRY_VOID(boundary::put(writer, pod));
    return pod;
  });
}

Result<std::vector<Pod>> Pods::list() {
  return boundary::view(deps_.store, [](Reader& reader) { return boundary::list<Pod>(reader); });
}

Result<Pod> Pods::get(const domain::PodId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return boundary::get<Pod>(reader, id); });
}

Result<void> Pods::remove(const domain::PodId& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto pod, boundary::get<Pod>(writer, id));
    const By by_region{"region", pod.region_name.str()};
    TRY(auto leases, boundary::list<domain::Lease>(writer, by_region));
    const Time dead = deps_.clock.now() - deps_.options.clock_bound;
    if (std::any_of(leases.begin(), leases.end(), [&](const auto& lease) { return domain::in_force(lease, dead); })) {
      return failed(Code::conflict, "pod.in_use",
                    "Region {} holds leases that are in force. Shut it down and wait until they are over.",
                    pod.region_name);
    }
    // what it had claimed comes home; the leases read below are the rest
    TRY(const auto claims, boundary::list<domain::PortClaim>(writer, by_region));
    for (const auto& claim : claims) TRY_VOID(central::bring_home(deps_, writer, claim, std::nullopt));
    TRY(const auto interests, boundary::list<domain::Interest>(writer, by_region));
    TRY(const auto ports, boundary::list<domain::Port>(writer));
    TRY(const auto hosts, boundary::list<domain::Host>(writer));
    TRY(leases, boundary::list<domain::Lease>(writer, by_region));
    const auto all = [](const auto&) { return true; };
    const auto of_region = [&](const auto& value) { return value.region == pod.region_name; };
    TRY_VOID(erase_all(writer, leases, all));
    TRY_VOID(erase_all(writer, ports, of_region));
    TRY_VOID(erase_all(writer, hosts, of_region));
    TRY_VOID(erase_all(writer, interests, all));
    TRY_VOID(boundary::erase<Pod>(writer, id));
    return {};
  });
}

}  // namespace causeway::services
