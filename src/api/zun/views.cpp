#include "causeway/api/zun/views.hpp"

#include <cmath>

namespace causeway::api::zun {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); }
Json iso_or_null(Time time) {
  return time == Time{} ? Json(nullptr) : Json(std::string_view(iso_time(time, true).substr(0, 26)));
}

}  // namespace

JsonArray links_of(const std::string& base_url, std::string_view collection, std::string_view uuid) {
  return {JsonObject{{"href", fmt::format("{}/v1/{}/{}", base_url, collection, uuid)}, {"rel", "self"}},
          JsonObject{{"href", fmt::format("{}/{}/{}", base_url, collection, uuid)}, {"rel", "bookmark"}}};
}

JsonObject container_answer(const services::ContainerWithPorts& shown, const domain::Caller& who,
                            const services::Containers& containers, const std::string& base_url) {
  auto view = container_view(shown, who, containers.now(), containers.policy());
  view["links"] = links_of(base_url, "containers", shown.container.id.str());
  return view;
}

JsonArray networks_view(const services::ContainerWithPorts& shown, int minor) {
  constexpr int grouped_since = 18;
  JsonArray out;
  for (const auto& port : shown.ports) {
    JsonArray fixed_ips;
    for (const auto& ip : port.fixed_ips) {
      JsonObject address{{"subnet_id", ip.subnet_id.str()},
                         {"version", ip.ip_address.version()},
                         {"ip_address", ip.ip_address.to_string()}};
      if (minor < grouped_since) {
        address["net_id"] = port.network_id.str();
        address["port_id"] = port.id.str();
        out.push_back(std::move(address));
      } else {
        fixed_ips.push_back(std::move(address));
      }
    }
    if (minor >= grouped_since) {
      out.push_back(JsonObject{
          {"net_id", port.network_id.str()}, {"port_id", port.id.str()}, {"fixed_ips", std::move(fixed_ips)}});
    }
  }
  return out;
}

JsonObject host_view(const domain::HostCandidate& candidate, const std::string& base_url) {
  const auto& [host, usage] = candidate;
  return {{"uuid", host.uuid},
          {"links", links_of(base_url, "hosts", host.uuid)},
          {"hostname", host.id.str()},
          {"mem_total", host.memory_mib},
          {"mem_used", usage.memory_mib},
          {"cpus", host.cpus},
          {"cpu_used", usage.cpu},
          {"disk_total", host.disk_gib},
          {"disk_used", usage.disk_gib},
          {"total_containers", usage.containers},
          {"architecture", host.architecture},
          {"os_type", host.os_type},
          {"os", host.os},
          {"kernel_version", host.kernel_version},
          {"labels", encode(host.labels)},
          {"disk_quota_supported", host.disk_quota},
          {"runtimes", encode(host.runtimes)},
          {"enable_cpu_pinning", host.cpu_pinning}};
}

JsonObject service_view(const domain::Host& host, const services::Hosts& hosts) {
  return {{"id", host.uuid},
          {"host", host.id.str()},
          {"binary", "zun-compute"},
          {"state", domain::is_up(host) ? "up" : "down"},
          {"disabled", host.disabled},
          {"disabled_reason", text_or_null(host.disabled_reason)},
          {"forced_down", host.forced_down},
          {"last_seen_up", iso_or_null(host.last_seen)},
          {"report_count", host.report_count},
          {"availability_zone", hosts.zone_of(host)},
          {"created_at", iso_or_null(host.created_at)},
          {"updated_at", iso_or_null(host.updated_at)}};
}

JsonObject quota_view(const domain::QuotaLimits& limits) {
  return {{"containers", limits.containers}, {"memory", limits.memory}, {"disk", limits.disk}, {"cpu", limits.cpu}};
}

JsonObject quota_usage_view(const domain::QuotaLimits& limits, const domain::QuotaUsage& held) {
  const auto item = [](std::int64_t limit, Json in_use) {
    return JsonObject{{"limit", limit}, {"in_use", std::move(in_use)}};
  };
  return {{"containers", item(limits.containers, held.containers)},
          {"memory", item(limits.memory, held.memory)},
          {"disk", item(limits.disk, held.disk)},
          {"cpu", item(limits.cpu, std::round(held.cpu * 1000) / 1000)}};
}

}  // namespace causeway::api::zun
